import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { askAuthentication } from '../../../src/mail/ask/authentication.ts'
import { name } from '../../support/config.ts'
import { silent } from '../../support/mail-facts.ts'
import { stubOf, txt } from './stub.ts'

async function ask(
  known: Parameters<typeof stubOf>[0],
  { domain = 'example.com', selectors = [] as readonly string[] } = {},
) {
  const { stub, asked } = stubOf(known)
  return { ...(await askAuthentication({ stub, selectors }, name(domain))), asked }
}
const POLICY = 'v=DMARC1; p=none'

it.each([
  ['v=DMARC1; p=none', true],
  ['v=DMARC1', true],
  ['v = DMARC1 ; p=reject', true],
  ['v=DMARC12; p=none', false],
  ['v=dmarc1; p=none', false],
  ['p=none; v=DMARC1', false],
])('%s is a DMARC record: %s', async (text, isOne) => {
  const { dmarc } = await ask({ '_dmarc.example.com TXT': [txt(text.slice(0, 3), text.slice(3)), txt('other')] })
  expect(dmarc).toEqual({ at: '_dmarc.example.com', records: isOne ? [text] : [] })
})

it('DMARC is looked for upwards, the top level left out', async () => {
  const there = { '_dmarc.example.com TXT': [txt(POLICY), txt(POLICY)] }
  expect((await ask(there, { domain: 'a.b.example.com' })).dmarc).toEqual({
    ...{ at: '_dmarc.example.com', records: [POLICY, POLICY] },
  })
  const { dmarc, asked } = await ask({}, { domain: 'a.example.com' })
  expect(dmarc).toEqual({ at: '_dmarc.a.example.com', records: [] })
  expect(asked.filter((one) => one.startsWith('_dmarc'))).toEqual([
    '_dmarc.a.example.com TXT',
    '_dmarc.example.com TXT',
  ])
})

it('of a long name the last seven labels are enough', async () => {
  const { asked } = await ask({}, { domain: 'a.b.c.d.e.f.g.h.example.com' })
  const walked = asked.filter((one) => one.startsWith('_dmarc'))
  expect(walked).toHaveLength(7)
  expect(walked.slice(0, 2)).toEqual(['_dmarc.a.b.c.d.e.f.g.h.example.com TXT', '_dmarc.d.e.f.g.h.example.com TXT'])
})

it('DKIM is seen by the empty name above the selectors', async () => {
  expect((await ask({ '_domainkey.example.com TXT': [] })).dkim).toEqual({ found: true, how: 'empty-non-terminal' })
  expect((await ask({})).dkim).toEqual({ found: false, how: 'empty-non-terminal' })
})

it.each<[string, Parameters<typeof stubOf>[0], boolean | Failure]>([
  ['a key', { 'one._domainkey.example.com TXT': [txt('v=DKIM1; k=rsa; ', 'p=MIIB')] }, true],
  ['a key without a version', { 'two._domainkey.example.com TXT': [txt('p=MIIB')] }, true],
  ['a key that is withdrawn', { 'one._domainkey.example.com TXT': [txt('v=DKIM1; p=')] }, false],
  ['none', {}, false],
  ['silence', { 'one._domainkey.example.com TXT': silent }, silent],
  [
    'silence beside a key',
    { 'one._domainkey.example.com TXT': silent, 'two._domainkey.example.com TXT': [txt('p=A')] },
    true,
  ],
])('named selectors show %s', async (_, known, found) => {
  const { dkim } = await ask(known, { selectors: ['one', 'two'] })
  expect(dkim).toEqual(found instanceof Failure ? found : { found, how: 'selectors' })
})

it('what cannot be looked up is unknown', async () => {
  const { dmarc, dkim } = await ask({ '_dmarc.example.com TXT': silent, '_domainkey.example.com TXT': silent })
  expect([dmarc, dkim]).toEqual([silent, silent])
})
