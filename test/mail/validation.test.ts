import { afterEach, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Message, ResourceRecord } from '../../src/dns/message.ts'
import { openValidation } from '../../src/mail/ask/validation.ts'
import type { DnsQuestion } from '../../src/ports/dns.ts'
import { askerOf, mappedDns } from '../support/mail-asker.ts'
import { message } from '../support/message.ts'

const NOW = Date.UTC(2026, 10, 26)
const servfail = (...extendedErrors: number[]) => message({ rcode: 'SERVFAIL', extendedErrors })
const answer = message({
  answers: [{ owner: 'example.com', ttl: 60, data: { type: 'MX', preference: 10, exchange: 'mail.example.com' } }],
})

/** A signature of the answer, good between two days from now. */
function signature(from: number, to: number): ResourceRecord {
  const bytes = new Uint8Array(20)
  const view = new DataView(bytes.buffer)
  view.setUint32(8, NOW / 1000 + to * 86400)
  view.setUint32(12, NOW / 1000 + from * 86400)
  return { owner: 'example.com', ttl: 60, data: { type: 'opaque', number: 46, bytes } }
}
const signed = (from: number, to: number) => message({ answers: [...answer.answers, signature(from, to)] })

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** What comes of a resolver's answers in their order, checked and unchecked. */
async function judged(checked: readonly Message[], unchecked: Message, resolvers = ['127.0.0.1']) {
  const left = [...checked]
  const asked: string[] = []
  const query = async ({ name, dnssec, server }: DnsQuestion) => {
    asked.push(`${server.address} ${name} ${dnssec}`)
    if (name === '.') return message({ authentic: true })
    if (dnssec === 'unchecked') return unchecked
    const next = left.length > 1 ? left.shift()! : left[0]
    if (!next) throw new Failure('network', 'silent')
    return next
  }
  const dns = { ...mappedDns({}), query }
  const clock = { now: () => NOW, sleep: () => new Promise<void>(() => {}) }
  const { asker, end } = askerOf({ resolvers, dns, world: { clock } })
  ends.push(end)
  const seen = await openValidation(asker)('example.com', 'MX').catch(Failure.from)
  if (seen instanceof Failure) return { text: `${seen.kind}: ${seen.message}`, asked }
  return { text: [seen.state, ...('causes' in seen ? seen.causes : [])].join(': '), asked }
}

const refused = 'unavailable: the resolver 127.0.0.1 answers SERVFAIL'
it.each<[string, readonly Message[], Message, string]>([
  ['AD', [{ ...answer, authentic: true }], answer, 'secure'],
  ['no AD', [answer], answer, 'insecure'],
  ['refused, and its cause is named', [servfail(9)], answer, 'bogus: no key fits the DS record at the parent'],
  ['refused, and a cause in general', [servfail(6)], answer, 'bogus'],
  ['refused twice, without a word', [servfail()], answer, 'bogus'],
  ['refused once', [servfail(), answer], answer, 'insecure'],
  ['refused, even unchecked', [servfail(6)], servfail(), refused],
  ['refused, since nobody answered the resolver', [servfail(22)], answer, refused],
  ['refused, of a signature that has expired', [servfail(9)], signed(-30, -1), 'bogus: signature expired'],
  ['refused, of a signature of tomorrow', [servfail()], signed(1, 30), 'bogus: signature not yet valid'],
  [
    'refused, of a signature that is good',
    [servfail(9)],
    signed(-1, 1),
    'bogus: no key fits the DS record at the parent',
  ],
  [
    'refused, of signatures of which one has expired',
    [servfail()],
    message({ answers: [signature(-1, 1), signature(-30, -1)] }),
    'bogus: signature expired',
  ],
  ['of another kind', [message({ rcode: 'REFUSED' })], answer, 'unavailable: the resolver 127.0.0.1 answers REFUSED'],
  ['silence', [], answer, 'network: silent'],
])('%s', async (_, checked, unchecked, wanted) => {
  expect((await judged(checked, unchecked)).text).toBe(wanted)
})

it('asks a resolver on this machine before all others, and the root once', async () => {
  const { text, asked } = await judged([answer], answer, ['192.0.2.1', '::1'])
  expect(text).toBe('insecure')
  expect(asked).toEqual(['::1 example.com checked', '::1 . checked'])
})

it('believes no other', async () => {
  expect((await judged([{ ...answer, authentic: true }], answer, ['192.0.2.1'])).text).toBe('unproven')
})

it("uses the system's resolvers, and says so where there are none", async () => {
  const { asker, end } = askerOf({ resolvers: [], dns: { ...mappedDns({}), resolvers: async () => [] } })
  ends.push(end)
  await expect(openValidation(asker)('example.com', 'MX')).rejects.toMatchObject({
    message: expect.stringContaining('no resolver'),
  })
})
