import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/instant.ts'
import type { State } from '../../src/core/state.ts'
import { doctorDocument } from '../../src/report/doctor-document.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { type HealthSituation, healthOf } from '../../src/report/health.ts'
import { NO_TROUBLE, nextHealthMemory } from '../../src/report/health-memory.ts'
import { isLive } from '../../src/report/live.ts'
import { ip } from '../support/targets.ts'
import { examination, found } from './doctoring.ts'
import {
  addressUnknown,
  confirmation,
  finding,
  held,
  NEW,
  NOW,
  OLD,
  refused,
  round,
  target,
  updated,
  waiting,
} from './documents.ts'

const NOTHING: State = { salt: '', targets: {}, mx: {} }
const situation = (document: RoundDocument | undefined, given: Partial<HealthSituation> = {}): HealthSituation => ({
  document,
  state: NOTHING,
  memory: NO_TROUBLE,
  now: NOW,
  startedAt: NOW - HOUR,
  version: '1.2.3',
  ...given,
})
/** The same round again and again, for so long. */
const lasting = (span: number, document: RoundDocument) => {
  const memory = nextHealthMemory(nextHealthMemory(NO_TROUBLE, document, NOW - span), document, NOW)
  return healthOf(situation(document, { memory }))
}

it('answers in the form of the draft', () => {
  const document = round([
    updated({ confirmation: confirmation('confirmed', [NEW, NEW], 412) }),
    held({ type: 'AAAA' }),
  ])
  expect(healthOf(situation(document))).toEqual({
    httpStatus: 503,
    health: {
      status: 'fail',
      version: '1.2.3',
      output:
        'mail.example.com:AAAA: held: credentials refused (answered 401 Unauthorized: the API key is not known). Correct the credentials of ionos; the next round then tries again by itself.',
      checks: {
        'mail.example.com:A': [{ observedValue: NEW, time: '2026-11-04T01:14:02.500Z', status: 'pass' }],
        'mail.example.com:AAAA': [
          {
            observedValue: OLD,
            time: '2026-11-04T01:14:02.500Z',
            status: 'fail',
            output:
              'held: credentials refused (answered 401 Unauthorized: the API key is not known). Correct the credentials of ionos; the next round then tries again by itself.',
          },
        ],
        'mxhome:rounds': [{ time: '2026-11-04T01:14:02.500Z', status: 'pass' }],
      },
    },
  })
})

describe('the verdict', () => {
  const failed = (kind: 'network' | 'rejected') =>
    updated({ outcome: 'failed', published: [OLD], error: { ...refused(), kind, retryAt: null } })
  const cases: [name: string, RoundDocument, now: string, elevenMinutes: string, oneHour: string][] = [
    ['up to date', round([target()]), 'pass', 'pass', 'pass'],
    ['nothing to keep', round([]), 'pass', 'pass', 'pass'],
    ['not wanted', round([target({ why: 'off', wanted: null })]), 'pass', 'pass', 'pass'],
    [
      'published and confirmed',
      round([updated({ confirmation: confirmation('confirmed', [NEW]) })]),
      'pass',
      'pass',
      'pass',
    ],
    ['held', round([held()]), 'fail', 'fail', 'fail'],
    ['refused a moment ago', round([failed('rejected')]), 'fail', 'fail', 'fail'],
    ['contradicted', round([updated({ confirmation: confirmation('contradicted', [OLD]) })]), 'fail', 'fail', 'fail'],
    ['not published, network', round([failed('network')]), 'warn', 'fail', 'fail'],
    ['waiting with the old address', round([waiting()]), 'warn', 'fail', 'fail'],
    ['waiting, never published', round([waiting({ published: null })]), 'warn', 'fail', 'fail'],
    ['waiting with the right address', round([waiting({ published: [NEW] })]), 'warn', 'warn', 'warn'],
    [
      'someone else changed it, not put right',
      round([{ ...failed('network'), why: 'drifted', published: [NEW] }]),
      'warn',
      'fail',
      'fail',
    ],
    [
      'answer lost',
      round([updated({ outcome: 'unknown', published: [OLD], error: refused() })]),
      'warn',
      'fail',
      'fail',
    ],
    [
      'answer lost, but the servers have it',
      round([updated({ outcome: 'unknown', published: [OLD], confirmation: confirmation('confirmed', [NEW]) })]),
      'warn',
      'warn',
      'warn',
    ],
    [
      'the old set confirmed while waiting',
      round([waiting({ confirmation: confirmation('confirmed', []) })]),
      'warn',
      'fail',
      'fail',
    ],
    ['address unknown', round([addressUnknown()]), 'warn', 'warn', 'fail'],
    ['visible at some', round([target({ confirmation: confirmation('visible', [NEW, OLD]) })]), 'warn', 'warn', 'warn'],
    [
      "only the provider's word",
      round([target({ confirmation: confirmation('accepted', []) })]),
      'warn',
      'warn',
      'warn',
    ],
    ['an MX error', round([target()], [finding()]), 'fail', 'fail', 'fail'],
    ['state not writable', round([target()], [finding({ id: 'state-unwritable' })]), 'fail', 'fail', 'fail'],
    ['a warning', round([target()], [finding({ severity: 'warn' })]), 'warn', 'warn', 'warn'],
    ['could not be examined', round([target()], [finding({ severity: 'unknown' })]), 'warn', 'warn', 'warn'],
    ['a note', round([target()], [finding({ severity: 'info' })]), 'pass', 'pass', 'pass'],
  ]
  it.each(cases)('%s: at once, after 11 min, after an hour', (_, document, now, elevenMinutes, oneHour) => {
    const statuses = [0, 11 * MINUTE, HOUR].map((span) => lasting(span, document).health.status)
    expect(statuses).toEqual([now, elevenMinutes, oneHour])
    expect(lasting(HOUR, document).httpStatus).toBe(oneHour === 'fail' ? 503 : 200)
  })

  it('says how long and why', () => {
    const output = (span: number, document: RoundDocument) => lasting(span, document).health.output
    expect(output(0, round([waiting()]))).toMatch(/^mail.example.com:A: not updated yet: the service has a fault \(/)
    expect(output(11 * MINUTE, round([waiting()]))).toBe(
      'mail.example.com:A: not updated for 11 min, the line has 203.0.113.7: the service has a fault (answered 503 Service Unavailable). ionos has a fault of its own: it is tried again by itself.',
    )
    expect(output(20 * MINUTE, round([addressUnknown()]))).toBe(
      'mail.example.com:A: address unknown for 20 min (the IPv4 address is unknown: public-ip: no answer within 5 s). Is the line up? See what each source says: mxhome ip',
    )
    expect(output(0, round([held(), held({ type: 'AAAA' })]))).toMatch(/ \(and 1 more\)$/)
  })

  it('warns of what is wrong beside the rounds, and of a round that does not come', () => {
    const health = (given: Partial<HealthSituation>) => healthOf(situation(round([target()]), given)).health
    expect(health({ warnings: ['the port 8245 is in use'] })).toMatchObject({
      status: 'warn',
      output: 'mxhome:daemon: the port 8245 is in use',
    })
    expect(health({ nextRoundDue: NOW - 4 * MINUTE }).status).toBe('pass')
    expect(health({ nextRoundDue: NOW - 6 * MINUTE })).toMatchObject({
      status: 'warn',
      output: 'mxhome:rounds: the next round is overdue for 6 min',
    })
  })
})

describe('before the first round has ended', () => {
  const published = { addresses: [ip(NEW)], at: NOW - HOUR }
  const state: State = {
    ...NOTHING,
    targets: {
      'ionos mail.example.com A': { published, writes: [], forced: [] },
      'ionos mail.example.com AAAA': { writes: [], forced: [] },
    } as State['targets'],
  }

  it('warns, and shows what is on disk', () => {
    const { health, httpStatus } = healthOf(situation(undefined, { state, startedAt: NOW - MINUTE }))
    expect([health.status, httpStatus]).toEqual(['warn', 200])
    expect(health.output).toBe('mxhome:rounds: first round is running (and 1 more)')
    expect(health.checks['mail.example.com:A']).toMatchObject([
      { observedValue: NEW, time: '2026-11-04T00:14:30.000Z' },
    ])
    expect(health.checks['mail.example.com:AAAA']).toBeUndefined()
  })

  it('fails when it does not end for an hour', () => {
    const { health, httpStatus } = healthOf(situation(undefined))
    expect([health.status, httpStatus]).toEqual(['fail', 503])
    expect(health.output).toBe('mxhome:rounds: the first round has been running for 60 min')
  })
})

describe('what is remembered from round to round', () => {
  const steps = (...rounds: readonly [at: number, RoundDocument][]) =>
    rounds.reduce((memory, [at, document]) => nextHealthMemory(memory, document, at), NO_TROUBLE).targets[
      'mail.example.com:A'
    ]

  it('keeps the beginning of a trouble until it is over', () => {
    expect(steps([1, round([waiting()])], [5, round([waiting()])])).toEqual({ behind: 1 })
    expect(steps([1, round([waiting()])], [5, round([target()])], [9, round([waiting()])])).toEqual({ behind: 9 })
    expect(steps([1, round([waiting()])], [5, round([])])).toBeUndefined()
  })

  it('does not call a trouble over because the address is unknown', () => {
    expect(steps([1, round([waiting()])], [5, round([addressUnknown()])])).toEqual({ behind: 1, addressUnknown: 5 })
    expect(steps([5, round([addressUnknown()])])).toEqual({ addressUnknown: 5 })
    expect(steps([1, round([waiting()])], [5, round([addressUnknown()])], [9, round([target()])])).toEqual({})
  })

  it('counts from now when the clock has been set back', () => {
    expect(steps([100, round([waiting()])], [5, round([waiting()])])).toEqual({ behind: 5 })
  })
})

describe('alive', () => {
  const none = { lastRoundStarted: undefined, nextRoundDue: undefined, roundRunningSince: undefined, now: NOW }
  it.each([
    ['nothing has begun', none, false],
    ['the first round is running', { ...none, roundRunningSince: NOW - MINUTE }, true],
    [
      'a round is running although the next is due',
      { ...none, roundRunningSince: NOW - 9 * MINUTE, nextRoundDue: NOW - 8 * MINUTE },
      true,
    ],
    ['a round has hung', { ...none, roundRunningSince: NOW - 16 * MINUTE, nextRoundDue: NOW + MINUTE }, false],
    ['the next round is to come', { ...none, lastRoundStarted: NOW - MINUTE, nextRoundDue: NOW + MINUTE }, true],
    ['the next round is due', { ...none, lastRoundStarted: NOW - HOUR, nextRoundDue: NOW - MINUTE }, true],
    ['the next round is overdue', { ...none, lastRoundStarted: NOW - HOUR, nextRoundDue: NOW - 3 * MINUTE }, false],
    ['none is planned', { ...none, lastRoundStarted: NOW - HOUR }, true],
  ])('%s', (_, given, expected) => {
    expect(isLive(given)).toBe(expected)
  })
})

describe('the examination of the mail path', () => {
  const doctor = (...findings: ReturnType<typeof found>[]) => doctorDocument(examination({ findings }))
  const judged = (...findings: ReturnType<typeof found>[]) =>
    healthOf(situation(round([target()]), { doctor: doctor(...findings) }))

  it.each([
    ['port-25-closed', 'error', 'fail'],
    ['mx-too-many', 'error', 'fail'],
    ['tlsa-mismatch', 'error', 'warn'],
    ['dmarc-missing', 'warn', 'warn'],
  ] as const)('%s as %s: %s', (id, severity, status) => {
    const { health, httpStatus } = judged(found(id, severity, 'seen'))
    expect([health.status, httpStatus]).toEqual([status, status === 'fail' ? 503 : 200])
    expect(health.checks[`example.com:${id}`]).toEqual([
      { time: '2026-11-04T01:14:30.000Z', status, output: 'seen. Do what helps.' },
    ])
  })

  it('what could not be examined, and notes, alarm nobody', () => {
    const { health } = judged(
      found('dnsbl-unknown', 'unknown'),
      found('port-25-closed', 'unknown'),
      found('mx-duplicate', 'info'),
    )
    expect(health.status).toBe('pass')
    expect(Object.keys(health.checks)).toEqual(['mail.example.com:A', 'mxhome:rounds'])
  })
})
