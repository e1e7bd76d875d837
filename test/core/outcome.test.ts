import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { attempt, failedBy, outcomeOf, type Published, unchanged, updated } from '../../src/core/outcome.ts'
import type { AddressRRset } from '../../src/dns/rrset.ts'
import { name } from '../support/config.ts'
import { ip } from '../support/targets.ts'

const rrset = (owner: string): AddressRRset => ({ owner: name(owner), type: 'A', addresses: [ip('203.0.113.7')] })
const [mail, www, foreign] = ['mail.example.com', 'www.example.com', 'foreign.example.com'].map(rrset) as [
  AddressRRset,
  AddressRRset,
  AddressRRset,
]
const auth = new Failure('auth', 'answered 401')
const lost = new Failure('network', 'no answer', { lost: true })

/** What an adapter yields, then how it ends. */
async function* adapter(yields: readonly Published[], thrown?: unknown): AsyncGenerator<Published> {
  yield* yields
  if (thrown) throw thrown
}
const published = (one: AddressRRset, outcome = updated): Published => ({ rrset: one, outcome })

/** Of mail and www, in that order, what becomes of each. */
async function outcomes(work: () => AsyncIterable<Published>): Promise<string[]> {
  const found: string[] = []
  for await (const { rrset, outcome } of attempt([mail, www], work)) {
    const failure = 'failure' in outcome ? ` ${outcome.failure.kind}: ${outcome.failure.message}` : ''
    found.push(`${rrset.owner} ${outcome.kind}${failure}`)
  }
  return found
}

const SILENT = 'bug: the adapter said nothing about this RRset'
it.each<[string, readonly Published[], thrown: unknown, expected: readonly string[]]>([
  [
    'that speaks of each',
    [published(www), published(mail, unchanged)],
    undefined,
    ['www.example.com updated', 'mail.example.com unchanged'],
  ],
  [
    'that fails on its way: what it has done stays done',
    [published(mail)],
    auth,
    ['mail.example.com updated', 'www.example.com failed auth: answered 401'],
  ],
  [
    'whose answer is lost',
    [],
    lost,
    ['mail.example.com unknown network: no answer', 'www.example.com unknown network: no answer'],
  ],
  ['that forgets one', [published(mail)], undefined, ['mail.example.com updated', `www.example.com failed ${SILENT}`]],
  [
    'that speaks twice of one: the first word counts',
    [published(mail), published(mail, failedBy(auth)), published(www)],
    undefined,
    ['mail.example.com updated', 'www.example.com updated'],
  ],
  [
    'that speaks of what nobody asked for',
    [published(foreign), published(mail), published(www)],
    undefined,
    ['mail.example.com updated', 'www.example.com updated'],
  ],
])('an adapter %s', async (_, yields, thrown, expected) => {
  expect(await outcomes(() => adapter(yields, thrown))).toEqual(expected)
})

it('an adapter that fails before it begins, with a bug of ours', async () => {
  const broken = () => {
    throw new TypeError('x is not a function')
  }
  const [first, second] = await outcomes(broken)
  expect(first).toMatch(/^mail\.example\.com failed bug: /)
  expect(second).toMatch(/^www\.example\.com failed bug: /)
})

it('of one RRset: its outcome, or what it was refused', async () => {
  expect(await outcomeOf(async () => updated)).toBe(updated)
  expect(await outcomeOf(() => Promise.reject(auth))).toEqual({ kind: 'failed', failure: auth })
  expect(await outcomeOf(() => Promise.reject(lost))).toEqual({ kind: 'unknown', failure: lost })
})
