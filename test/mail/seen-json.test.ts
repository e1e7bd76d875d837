import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { formatSeen, parseSeen } from '../../src/mail/smtp/seen-json.ts'
import { noRoute, refused, reply, seen, silent } from './smtp-facts.ts'

const same = (what: Parameters<typeof formatSeen>[0]) => parseSeen(formatSeen(what))

describe('what a prober saw, as JSON', () => {
  it.each([
    ['all of it', seen({ unknownRecipient: reply('550 no'), relay: reply('554 no') })],
    [
      'next to nothing',
      seen({ greeting: undefined, ehlo: undefined, starttls: undefined, postmaster: undefined, capabilities: [] }),
    ],
    ['no connection', refused],
    ['no way', noRoute],
    ['a reason that is none', new Failure('protocol', 'nonsense')],
  ])('%s comes back as it was', (_, what) => {
    expect(same(what)).toEqual(what)
  })

  it('with certificates, and what went wrong', () => {
    const chain = [new Uint8Array([0x30, 0x82, 0xff]), new Uint8Array(1000).fill(7)]
    const tls = { protocol: 'TLSv1.3', cipher: 'x', chain, untrusted: 'CERT_HAS_EXPIRED' }
    const whole = seen({ starttls: { reply: reply('220 go'), tls }, ended: silent })
    expect(same(whole)).toEqual(whole)
    const failed = seen({ starttls: { reply: undefined, tls: silent }, ended: silent })
    expect(same(failed)).toEqual(failed)
  })

  it('lets no control character through', () => {
    const text = formatSeen(
      seen({ greeting: { code: 220, lines: ['\x1b[31mred\u202e'] }, ended: new Failure('network', 'a\nb') }),
    )
    expect(parseSeen(text)).toMatchObject({ greeting: { lines: ['?[31mred?'] }, ended: { message: 'a?b' } })
  })

  const whole = JSON.parse(formatSeen(seen())) as Record<string, unknown>
  const tls = { protocol: 'TLSv1.3', cipher: 'x', chain: [] }
  it.each<[string, unknown]>([
    ['a page', '<html>'],
    ['nothing', ''],
    ['a list', []],
    ['null', null],
    ['a text', 'seen'],
    ['an empty object', {}],
    ['capabilities that are none', { ...whole, capabilities: 'STARTTLS' }],
    ['a capability that is a number', { ...whole, capabilities: [1] }],
    ['a code that is a text', { ...whole, greeting: { code: '220', lines: [] } }],
    ['a code that is none', { ...whole, greeting: { code: 1e9, lines: [] } }],
    ['a reply without lines', { ...whole, ehlo: { code: 250 } }],
    ['a line that is too long', { ...whole, ehlo: { code: 250, lines: ['x'.repeat(5000)] } }],
    ['a TLS without a chain', { ...whole, starttls: { tls: { ...tls, chain: undefined } } }],
    ['a certificate that is no base64', { ...whole, starttls: { tls: { ...tls, chain: ['%%%%'] } } }],
    ['a chain without end', { ...whole, starttls: { tls: { ...tls, chain: Array(21).fill('AAAA') } } }],
    ['a handshake that is a text', { ...whole, starttls: { tls: 'fine' } }],
    ['a kind that is none', { failure: { kind: 'nuisance', message: 'x' } }],
    ['a reason that is none', { failure: { kind: 'network', reason: 'whim', message: 'x' } }],
    ['a failure without a message', { failure: { kind: 'network' } }],
    ['a failure that is a text', { failure: 'refused' }],
    ['an end that is a text', { ...whole, ended: 'closed' }],
  ])('%s is refused', (_, what) => {
    const text = typeof what === 'string' && what !== 'seen' ? what : JSON.stringify(what)
    expect(() => parseSeen(text)).toThrow(expect.objectContaining({ name: 'Failure', kind: 'protocol' }))
  })
})
