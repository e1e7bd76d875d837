import { expect, it } from 'vitest'
import { type ErrorKind, Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import type { Job } from '../../src/core/jobs.ts'
import { failedBy, type Outcome, unchanged, unknown, updated } from '../../src/core/outcome.ts'
import type { Publish, PublishReason } from '../../src/core/plan.ts'
import { intend, record, recordCompanion } from '../../src/core/record.ts'
import type { Memory, Stamped, State } from '../../src/core/state.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import { ip, target } from '../support/targets.ts'

const NOW = 1000 * DAY
const OLD = [ip('192.0.2.1')]
const NEW = [ip('192.0.2.2')]
const THIRD = [ip('192.0.2.3')]
const me = { ...target('mail.ddns.net', 'A', noip), ttl: 60 }
const set = (addresses: Stamped['addresses'], minutesAgo: number): Stamped => ({
  addresses,
  at: NOW - minutesAgo * MINUTE,
})
const network = new Failure('network', 'refused')
const lost = (kind: ErrorKind, retryAfter?: number) => unknown(new Failure(kind, '', { lost: true, retryAfter }))

const action = (why: PublishReason = 'changed', addresses = NEW): Publish => ({
  kind: 'publish',
  target: me,
  rrset: { owner: me.owner, type: 'A', addresses },
  why,
})
const state = (memory: Partial<Memory> = {}): State => ({
  salt: '',
  mx: {},
  targets: { [me.key]: { writes: [], forced: [], ...memory } },
})
const moment = (now: number) => ({ now, random: 0, version: '1.0.0' })

/** What is remembered after a write that was begun at NOW and ended 1 s later. */
function after(outcome: Outcome, disk: Partial<Memory> = {}, one = action()): Memory {
  const job: Job = { actions: [one], rrsets: [one.rrset] }
  const begun = intend(state(disk), job, NOW)
  return record(begun, { action: one, outcome }, moment(NOW + SECOND)).targets[me.key]!
}

it('before: the intent, the count, and the time of waiting is over', () => {
  const job: Job = { actions: [action()], rrsets: [action().rrset] }
  const before = state({ writes: [NOW - DAY, NOW - HOUR], waitingSince: NOW - HOUR })
  expect(intend(before, job, NOW).targets[me.key]).toEqual({
    intent: { addresses: NEW, at: NOW },
    doubt: undefined,
    writes: [NOW - HOUR, NOW], // of the last day
    forced: [],
    waitingSince: undefined,
  })
})

it('only what the user insisted on counts as forced', () => {
  expect(after(updated, {}, action('forced')).forced).toEqual([NOW])
  expect(after(updated, {}, action('refresh')).forced).toEqual([])
})

it.each([updated, unchanged])('after $kind: published, and all that was wrong is over', (outcome) => {
  const disk: Partial<Memory> = {
    published: set(OLD, 90),
    previous: set(THIRD, 200),
    doubt: set(THIRD, 5),
    trouble: { kind: 'network', message: '', times: 3, at: NOW - HOUR, until: NOW - MINUTE, identity: '#1' },
    drift: { addresses: THIRD, since: NOW - HOUR, ttl: 60 },
    confirmed: { state: 'confirmed', at: NOW - HOUR },
  }
  expect(JSON.parse(JSON.stringify(after(outcome, disk)))).toEqual({
    published: { addresses: NEW, at: NOW + SECOND, ttl: 60 },
    previous: set(OLD, 90),
    writes: [NOW],
    forced: [],
  })
})

it('the set before stays the one before when the same is sent again', () => {
  const disk = { published: set(NEW, 90), previous: set(OLD, 200) }
  expect(after(updated, disk, action('refresh'))).toMatchObject({
    published: { at: NOW + SECOND },
    previous: set(OLD, 200),
  })
})

it('a drift that was put right is dated, also where the answer was lost; a failure is not', () => {
  expect(after(updated, {}, action('drifted')).driftSentAt).toBe(NOW + SECOND)
  expect(after(lost('network'), {}, action('drifted')).driftSentAt).toBe(NOW + SECOND)
  expect(after(failedBy(network), {}, action('drifted')).driftSentAt).toBeUndefined()
  expect(after(updated, { driftSentAt: 5 }, action('changed')).driftSentAt).toBe(5)
})

it.each<[ErrorKind, boolean]>([
  ['network', false],
  ['cancelled', false],
  ['unavailable', true],
  ['rate-limited', true],
  ['rejected', true],
])('a write that ended with %s counts: %s', (kind, counts) => {
  const earlier = { writes: [NOW - HOUR], forced: [NOW - HOUR] }
  const { writes, forced, intent } = after(failedBy(new Failure(kind, '')), earlier, action('forced'))
  const expected = [NOW - HOUR, ...(counts ? [NOW] : [])]
  expect({ writes, forced, intent }).toEqual({ writes: expected, forced: expected, intent: undefined })
})

it('a failure says what it was, and when to try again', () => {
  expect(after(failedBy(new Failure('unavailable', 'dnserr', { retryAfter: 1800 }))).trouble).toEqual({
    kind: 'unavailable',
    message: 'dnserr',
    times: 1,
    at: NOW + SECOND,
    until: NOW + SECOND + 30 * MINUTE,
    identity: '#1',
  })
})

it('pauses grow with the same kind, and begin anew with another', () => {
  const trouble = { kind: 'unavailable', message: '', times: 2, at: NOW, until: NOW, identity: '#1' } as const
  expect(after(failedBy(new Failure('unavailable', '')), { trouble }).trouble).toMatchObject({
    times: 3,
    until: NOW + SECOND + 20 * MINUTE,
  })
  expect(after(failedBy(network), { trouble }).trouble).toMatchObject({ times: 1, until: NOW + 6 * SECOND })
})

it('what was cancelled is no trouble', () => {
  const trouble = { kind: 'network', message: '', times: 2, at: 1, until: 2, identity: '#1' } as const
  expect(after(failedBy(new Failure('cancelled', '')), { trouble }).trouble).toEqual(trouble)
  expect(after(failedBy(new Failure('cancelled', ''))).trouble).toBeUndefined()
})

it('a hold for badagent names the version that was refused; another hold does not', () => {
  const refused = (reason?: 'badagent') => after(failedBy(new Failure('blocked', '', { reason }))).trouble
  expect(refused('badagent')).toMatchObject({ until: 'hold', version: '1.0.0' })
  expect(refused()).not.toHaveProperty('version')
})

it('a lost answer leaves the intent standing and the count as it is', () => {
  const { intent, writes, published, trouble } = after(lost('network'), { published: set(OLD, 90) })
  expect({ intent, writes, published }).toEqual({
    intent: { addresses: NEW, at: NOW },
    writes: [NOW],
    published: set(OLD, 90),
  })
  expect(trouble).toMatchObject({ kind: 'network', lost: true })
})

it.each<[ErrorKind, retryAfter: number | undefined, times: number, minutes: number]>([
  ['protocol', undefined, 1, 5],
  ['protocol', undefined, 2, 30],
  ['unavailable', undefined, 1, 5],
  ['unavailable', undefined, 2, 10],
  ['unavailable', 3600, 1, 60],
  ['unavailable', 60, 1, 5],
])('an answer lost by %s, Retry-After %s, time %i: again after %i min', (kind, retryAfter, times, minutes) => {
  const trouble = { kind, message: '', times: times - 1, at: NOW, until: NOW, identity: '#1' }
  const { until } = after(lost(kind, retryAfter), times > 1 ? { trouble } : {}).trouble!
  expect(((until as number) - NOW - SECOND) / MINUTE).toBe(minutes)
})

it('an older answer is lost still when the write after it failed', () => {
  const earlier = { published: set(OLD, 90), intent: set(THIRD, 2) }
  const failed = after(failedBy(network), earlier)
  expect([failed.intent, failed.doubt]).toEqual([set(THIRD, 2), undefined])
  const lostAgain = after(lost('network'), earlier)
  expect([lostAgain.intent, lostAgain.doubt]).toEqual([{ addresses: NEW, at: NOW }, set(THIRD, 2)])
  const arrived = after(updated, earlier)
  expect([arrived.intent, arrived.doubt]).toEqual([undefined, undefined])
})

it('a set whose own write was lost has arrived when it went along with the other family', () => {
  const trouble = { kind: 'network', message: '', times: 1, at: NOW, until: NOW + HOUR, identity: '#1' } as const
  const before = state({ published: set(OLD, 60), intent: set(NEW, 1), trouble, writes: [NOW - MINUTE] })
  const six = { ...action(), target: target('mail.ddns.net', 'AAAA', noip) }
  const along = (outcome: Outcome, addresses = NEW) =>
    recordCompanion(before, six, { rrset: { owner: me.owner, type: 'A', addresses }, outcome }, NOW).targets[me.key]
  const arrived = { published: { addresses: NEW, at: NOW }, previous: set(OLD, 60), writes: [NOW - MINUTE], forced: [] }
  for (const outcome of [updated, unchanged]) expect(along(outcome)).toEqual(arrived)
  for (const outcome of [failedBy(network), lost('network')]) expect(along(outcome)).toBe(before.targets[me.key])
  expect(along(updated, THIRD)).toBe(before.targets[me.key])
})

it('a lost set that goes along with the other family is sent anew, and waited for anew', () => {
  const before = state({ published: set(OLD, 60), intent: set(NEW, 10) })
  const six = { ...action(), target: target('mail.ddns.net', 'AAAA', noip) }
  const begin = (addresses: Stamped['addresses']) => {
    const one = { ...six, companion: { owner: me.owner, type: 'A' as const, addresses } }
    return intend(before, { actions: [one], rrsets: [one.rrset, one.companion] }, NOW).targets[me.key]
  }
  expect(begin(NEW)?.intent).toEqual({ addresses: NEW, at: NOW })
  expect(begin(OLD)?.intent).toEqual(set(NEW, 10))
})
