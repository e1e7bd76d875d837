import { ok } from 'node:assert'
import fc from 'fast-check'
import { Failure } from '../../src/core/failure.ts'
import { parseName } from '../../src/dns/name.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { judgeDyndns2 } from '../../src/providers/kits/dyndns2-answer.ts'
import { check } from './check.ts'
import { mustBeFailure, outcomeOf } from './failures.ts'

const WORDS = [
  'good',
  'nochg',
  'badauth',
  'nohost',
  'notfqdn',
  'abuse',
  '911',
  'dnserr',
  'badagent',
  '!yours',
  '!donator',
  'numhost',
  'w12h',
  'w0s',
  'toomanyrequests',
  'constructor',
  '__proto__',
  'GOOD',
  'good,',
  'nochg\t',
]
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::7', '127.0.0.1', '203.0.113.7,2001:db8::7', '<br>'),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.integer({ min: 0, max: 400 }).map((digits) => `w${'9'.repeat(digits)}h`),
)
const line = fc
  .tuple(fc.array(word, { maxLength: 4 }), fc.constantFrom(' ', '  ', '\t', ','))
  .map(([words, gap]) => words.join(gap))
const body = fc
  .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom('\n', '\r\n', '\n\n', '\r'))
  .map(([lines, end]) => lines.join(end))
const status = fc.oneof({ weight: 4, arbitrary: fc.constant(200) }, fc.integer({ min: 200, max: 599 }))
const headers = fc.record({ 'retry-after': fc.constantFrom('5', '9'.repeat(400), 'x') }, { requiredKeys: [] })
const RRSET = { owner: parseName('home.example.com')!, type: 'A', addresses: [parseAddress('203.0.113.7')!] } as const

export const dyndns2 = check(
  { name: 'dyndns2: any answer is a verdict or a Failure', share: 150_000, quick: 2000 },
  fc.asyncProperty(body, status, headers, fc.nat(4), async (text, code, head, nth) => {
    const outcome = await outcomeOf(() =>
      judgeDyndns2({ status: code, body: text, headers: head }, RRSET, { nth, now: 0 }),
    )
    if (outcome instanceof Failure) return
    if ('failure' in outcome) return void mustBeFailure(outcome.failure)
    ok(code >= 200 && code < 300, 'a success has the status of one')
    ok(
      /^\s*(?:good|nochg)(?:[\s,]|$)/im.test(text.replaceAll('\r', '\n')),
      `taken for a success: ${JSON.stringify(text)}`,
    )
  }),
)
