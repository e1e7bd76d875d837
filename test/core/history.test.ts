import { expect, it } from 'vitest'
import type { Confirmation } from '../../src/core/confirmation.ts'
import { Failure } from '../../src/core/failure.ts'
import { historyOf } from '../../src/core/history.ts'
import { failedBy, type Outcome, unchanged, updated } from '../../src/core/outcome.ts'
import type { Publish, Target } from '../../src/core/plan.ts'
import type { Done, Round } from '../../src/core/round.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import { ip, target } from '../support/targets.ts'

const [OLD, NEW] = [ip('198.51.100.7'), ip('203.0.113.7')]
const mail = target('mail.ddns.net', 'A', noip)
const publish = (to: Target): Publish => ({
  kind: 'publish',
  target: to,
  rrset: { ...to, addresses: [NEW] },
  why: 'changed',
})
const done = (outcome: Outcome, before: Done['before'] = [OLD]): Done => ({
  action: publish(mail),
  outcome,
  before,
  proxied: false,
})
const round = (given: Partial<Round>): Round => ({
  started: 1,
  finished: 5000,
  dryRun: false,
  located: [],
  detected: {},
  plan: [],
  done: [],
  confirmations: new Map(),
  findings: [],
  state: { salt: '', targets: {}, mx: {} },
  ...given,
})

it('has an entry for each request, and none for what was only planned', () => {
  const waits = { kind: 'wait', target: mail, until: 9000, why: 'pause' } as const
  expect(historyOf(round({ plan: [waits] }))).toEqual([])
  const other = target('www.ddns.net', 'AAAA', noip)
  const all = [done(updated), { ...done(unchanged), action: publish(other) }]
  expect(historyOf(round({ done: all })).map(({ host, type }) => `${host} ${type}`)).toEqual([
    'mail.ddns.net A',
    'www.ddns.net AAAA',
  ])
})

const lost = new Failure('network', 'no answer within 30 s', { lost: true })
it.each<[outcome: Outcome, kind: string, error: string | undefined]>([
  [updated, 'updated', undefined],
  [unchanged, 'unchanged', undefined],
  [failedBy(new Failure('auth', 'answered badauth')), 'failed', 'answered badauth'],
  [failedBy(lost), 'unknown', 'no answer within 30 s'],
])('%j is kept as %s, with what was said', (outcome, kind, error) => {
  expect(historyOf(round({ done: [done(outcome)] }))).toEqual([
    {
      at: 5000,
      host: 'mail.ddns.net',
      type: 'A',
      provider: 'noip',
      why: 'changed',
      before: [OLD],
      after: [NEW],
      outcome: kind,
      confirmation: undefined,
      error,
    },
  ])
})

it('says what the name servers proved, and that what was there before is unknown', () => {
  const confirmation: Confirmation = { state: 'confirmed', seen: 2, asked: 2, servers: [] }
  const confirmations = new Map([[mail.key, confirmation]])
  const [entry] = historyOf(round({ done: [{ ...done(updated), before: undefined }], confirmations }))
  expect(entry).toMatchObject({ confirmation: 'confirmed', before: null })
})
