import { ok } from 'node:assert'
import fc from 'fast-check'
import { attempt } from '../../src/core/outcome.ts'
import { parseName } from '../../src/dns/name.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { TsigKey } from '../../src/dns/tsig.ts'
import { signMessage } from '../../src/dns/tsig.ts'
import { bind, type Tools } from '../../src/providers/provider.ts'
import { command } from '../../src/providers/special/command.ts'
import { rfc2136 } from '../../src/providers/special/rfc2136.ts'
import { message as fakeMessage } from '../support/message.ts'
import { updateAnswer } from '../support/update-answer.ts'
import { check } from './check.ts'
import { anyBytes, message } from './dns-messages.ts'
import { mustBeFailure } from './failures.ts'
import { mutate, mutation } from './mutations.ts'
import { remembered } from './remembered.ts'

const SECRET = 'c2VjcmV0IGZyb20gbXhob21lLmtleQ=='
const NOW = Date.UTC(2026, 10, 25, 12, 0, 0)
const owner = parseName('home.example.com')!
const RRSETS = [
  { owner, type: 'A', addresses: [parseAddress('203.0.113.7')!], ttl: 60 },
  { owner, type: 'AAAA', addresses: [parseAddress('2001:db8::7')!] },
] as const

async function mustBeOutcomes(account: ReturnType<typeof bind>, provider: Parameters<typeof bind>[0], tools: Tools) {
  let count = 0
  for await (const { outcome, rrset } of attempt(RRSETS, () => account.publish(RRSETS, tools))) {
    count += 1
    if ('failure' in outcome) ok(!mustBeFailure(outcome.failure).message.includes(SECRET), outcome.failure.message)
    remembered(provider, rrset, outcome)
  }
  ok(count === RRSETS.length, 'one outcome an RRset')
}

const unasked = async () => {
  throw new Error('nobody should have asked')
}
const NOTHING: Tools = {
  http: unasked,
  dns: { query: unasked, send: unasked, lookup: unasked },
  exec: unasked,
  now: () => NOW,
  random: () => 0.5,
}

const ANSWERS = [
  '',
  '{"outcome":"updated"}',
  '{"outcome":"failed","kind":"auth","message":"no","retryAfter":5}',
  '{"records":{"A":{"outcome":"unchanged"},"AAAA":{"outcome":"unknown"}}}',
]
const said = fc
  .tuple(fc.constantFrom(...ANSWERS), fc.array(mutation, { maxLength: 3 }))
  .map(([text, some]) => mutate(text, some, SECRET))
const program = bind(command, { program: '/bin/x', secret: SECRET })
const programs = check(
  { name: 'adapters: any end of a program', share: 20_000, quick: 400 },
  fc.asyncProperty(said, said, fc.integer({ min: 0, max: 255 }), (stdout, stderr, code) =>
    mustBeOutcomes(program, command, { ...NOTHING, exec: async () => ({ code, stdout, stderr }) }),
  ),
)

const key: TsigKey = { name: 'k', algorithm: 'hmac-sha256', secret: Buffer.from(SECRET, 'base64') }
const dnsAccount = bind(rfc2136, { server: '192.0.2.53', keyName: key.name, keySecret: SECRET })
const SOA = { type: 'SOA', mname: 'ns1.example.com', rname: 'h.example.com', serial: 1, minimum: 60 } as const
const zone = fakeMessage({ authoritative: true, answers: [{ owner: 'example.com', ttl: 60, data: SOA }] })
/** Sound as far as they go; in the end an answer that is not, or one that is signed for another request. */
const answer = fc.oneof(
  fc.constant(zone),
  message.map((one) => ({ ...one, authoritative: true })),
  message,
)
const servers = check(
  { name: 'adapters: any answer of a primary server', share: 20_000, quick: 300 },
  fc.asyncProperty(
    fc.array(answer, { minLength: 1, maxLength: 4 }),
    anyBytes,
    fc.nat(23),
    fc.constantFrom('bytes', 'signed', 'plain'),
    async (answers, bytes, rcode, how) => {
      let asked = 0
      const query = async () => {
        if (asked > 200) throw new Error('it asks without end')
        return answers[asked++ % answers.length]!
      }
      const send = async (request: Uint8Array) => {
        const plain = updateAnswer({ id: (request[0]! << 8) | request[1]!, rcode })
        return how === 'bytes' ? bytes : how === 'plain' ? plain : signMessage(plain, key, NOW / 1000).bytes
      }
      await mustBeOutcomes(dnsAccount, rfc2136, { ...NOTHING, dns: { query, send, lookup: unasked } })
    },
  ),
)

export const special = [programs, servers]
