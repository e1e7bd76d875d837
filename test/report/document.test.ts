import { describe, expect, it } from 'vitest'
import type { Confirmation } from '../../src/core/confirmation.ts'
import { type ErrorKind, Failure } from '../../src/core/failure.ts'
import type { Action, Publish, WaitReason } from '../../src/core/plan.ts'
import type { Round } from '../../src/core/round.ts'
import type { Memory, Trouble } from '../../src/core/state.ts'
import { documentOf, type RoundDocument } from '../../src/report/document.ts'
import { exitCodeOf } from '../../src/report/exit-code.ts'
import { remedyOf, remedyOfUnknownAddress } from '../../src/report/remedy.ts'
import { ip, target } from '../support/targets.ts'
import * as made from './documents.ts'

const [OLD, NEW] = [ip(made.OLD), ip(made.NEW)]
const { NOW, finding } = made
const traits = { readable: true, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 } as const
const mail = target('mail.example.com', 'A', { id: 'ionos', traits })
const publish: Publish = { kind: 'publish', target: mail, rrset: { ...mail, addresses: [NEW] }, why: 'changed' }

const roundOf = (action: Action, given: Partial<Round> = {}, memory: Partial<Memory> = {}): Round => ({
  started: NOW,
  finished: NOW + 2500,
  dryRun: false,
  located: [],
  detected: { default: { A: [NEW] } },
  plan: [action],
  done: [],
  confirmations: new Map(),
  findings: [],
  state: { salt: '', mx: {}, targets: { [mail.key]: { writes: [], forced: [], ...memory } } },
  ...given,
})
const only = (round: Round) => documentOf(round).targets[0]!
const old = { published: { addresses: [OLD], at: NOW } }
const trouble: Trouble = { kind: 'network', message: 'no answer', times: 1, at: NOW, until: NOW + 5000, identity: '#1' }

it('prints an update as the scripts of users rely on it', () => {
  const confirmation: Confirmation = {
    state: 'visible',
    seen: 1,
    asked: 2,
    ms: 412,
    servers: [
      { name: 'ns1.example.net', address: '192.0.2.53', answer: [NEW] },
      { name: 'ns2.example.net', address: '192.0.2.54', answer: new Failure('network', 'no answer within 2 s') },
      {
        name: 'ns2.example.net',
        address: '2001:db8::54',
        answer: new Failure('network', 'no way', { reason: 'no-route' }),
      },
    ],
  }
  const done = [{ action: publish, outcome: { kind: 'updated' }, before: [OLD], proxied: false }] as const
  const memory = { published: { addresses: [NEW], at: NOW } }
  const round = roundOf(publish, { done, confirmations: new Map([[mail.key, confirmation]]) }, memory)
  expect(JSON.parse(JSON.stringify(documentOf(round)))).toEqual({
    started: '2026-11-04T01:14:30.000Z',
    finished: '2026-11-04T01:14:32.500Z',
    addresses: { A: '203.0.113.7', AAAA: null },
    targets: [
      {
        host: 'mail.example.com',
        type: 'A',
        provider: 'ionos',
        line: 'default',
        mxOf: [],
        action: 'publish',
        why: 'changed',
        before: ['198.51.100.7'],
        after: ['203.0.113.7'],
        outcome: 'updated',
        wanted: ['203.0.113.7'],
        published: ['203.0.113.7'],
        confirmation: {
          state: 'visible',
          seen: 1,
          asked: 2,
          ms: 412,
          servers: [
            { name: 'ns1.example.net', address: '192.0.2.53', answer: ['203.0.113.7'] },
            { name: 'ns2.example.net', address: '192.0.2.54', answer: null, problem: 'no answer within 2 s' },
            { name: 'ns2.example.net', address: '2001:db8::54', answer: null, problem: 'no way', notAsked: true },
          ],
        },
        error: null,
      },
    ],
    findings: [],
  })
})

it('leaves no key out: what there is not is null', () => {
  const confirmation: Confirmation = { state: 'confirmed', seen: 0, asked: 0, servers: [] }
  const finding = { id: 'state-unwritable', severity: 'error', message: 'm', remedy: 'r', reference: 'x' } as const
  const current: Action = { kind: 'skip', target: mail, why: 'up-to-date' }
  const round = roundOf(current, { confirmations: new Map([[mail.key, confirmation]]), findings: [finding] }, old)
  const { targets, findings } = JSON.parse(JSON.stringify(documentOf(round))) as RoundDocument
  expect(targets[0]).toMatchObject({ outcome: null, error: null })
  expect(targets[0]!.confirmation).toStrictEqual({ ...confirmation, ms: null })
  expect(findings).toStrictEqual([{ ...finding, domain: null }])
})

it('shows what a dry run would do with no outcome', () => {
  const { action, outcome, before, after } = only(roundOf(publish, { dryRun: true }, old))
  expect({ action, outcome, before, after }).toEqual({ action: 'publish', outcome: null, before: [OLD], after: [NEW] })
})

it('shows several lines beside the first', () => {
  const detected = { dsl: { A: [NEW] }, lte: { A: [OLD], AAAA: new Failure('network', 'm') } }
  expect(documentOf(roundOf(publish, { detected }))).toMatchObject({
    addresses: { A: NEW, AAAA: null },
    lines: { dsl: { A: NEW, AAAA: null }, lte: { A: OLD, AAAA: null } },
  })
  expect(documentOf(roundOf(publish, { detected: {} })).addresses).toEqual({ A: null, AAAA: null })
})

describe('errors', () => {
  const failed = (kind: ErrorKind) => {
    const done = [
      {
        action: publish,
        outcome: { kind: 'failed', failure: new Failure(kind, 'no answer') },
        before: undefined,
        proxied: false,
      },
    ] as const
    return { done }
  }

  it('tell when it is tried again, or that it is not', () => {
    const pause = only(roundOf(publish, failed('network'), { trouble }))
    expect(pause).toMatchObject({
      before: null,
      outcome: 'failed',
      error: { kind: 'network', message: 'no answer', retryAt: '2026-11-04T01:14:35.000Z' },
    })
    const hold = only(roundOf(publish, failed('auth'), { trouble: { ...trouble, until: 'hold' } }))
    expect(hold.error?.retryAt).toBeNull()
    const held = only(roundOf({ kind: 'hold', target: mail, after: 'auth', message: 'badauth' }, {}, old))
    expect(held).toMatchObject({
      why: 'auth',
      after: [OLD],
      error: { kind: 'auth', message: 'badauth', retryAt: null },
    })
  })

  const wait = (why: WaitReason): Action => ({ kind: 'wait', target: mail, why, until: NOW + 5000 })
  const waits: [string, Action, Partial<Memory>][] = [
    ['no answer', wait('pause'), { trouble }],
    ['the answer to the last update was lost', wait('pause'), { intent: { addresses: [NEW], at: NOW } }],
    ['the other family of this host is not known yet, and the service would clear it', wait('pause'), {}],
    ["the day's budget of updates is spent", wait('budget'), { trouble }],
    ['the service wants more time between two updates', wait('spacing'), {}],
    ['forced three times in 24 h already', wait('force-limit'), {}],
  ]
  it.each(waits)('of a wait say why: %s', (message, action, memory) => {
    const { error } = only(roundOf(action, {}, memory))
    expect(error).toMatchObject({ message, retryAt: '2026-11-04T01:14:35.000Z' })
    expect(error?.remedy).not.toBe('')
  })

  it('of a lost write say that it is read back, and where; also in the pause after it', () => {
    const failure = new Failure('protocol', 'sent 203.0.113.7, but ...', { lost: true })
    const done = [
      { action: publish, outcome: { kind: 'unknown', failure }, before: undefined, proxied: false },
    ] as const
    const blind = target('mail.example.com', 'A', { id: 'dyn', traits: { ...traits, readable: false } })
    const remedyIn = (round: Round) => only(round).error?.remedy
    expect(remedyIn(roundOf(publish, { done }))).toContain('reads back at ionos before it sends again')
    const pause = { ...wait('pause'), target: blind }
    const memory = { trouble: { ...trouble, kind: 'protocol', lost: true }, writes: [], forced: [] } as const
    const state = { salt: '', mx: {}, targets: { [blind.key]: memory } }
    expect(remedyIn(roundOf(pause, { state }))).toContain('reads back at the name servers before it sends again')
  })

  it('say why an address is unknown', () => {
    const skip: Action = { kind: 'skip', target: mail, why: 'address-unknown' }
    const detected = { default: { A: new Failure('network', 'the IPv4 address is unknown: x') } }
    expect(only(roundOf(skip, { detected }))).toMatchObject({
      wanted: null,
      error: { kind: 'network', message: 'the IPv4 address is unknown: x', retryAt: null },
    })
    expect(only(roundOf(skip, { detected: {} })).error).toBeNull()
    const gone = roundOf(skip, { detected: { default: { A: [] } } }, old)
    expect(documentOf(gone).addresses).toEqual({ A: null, AAAA: null })
    expect(only(gone)).toMatchObject({
      wanted: null,
      after: [OLD],
      error: { kind: 'network', message: 'the line has no IPv4 address', retryAt: null },
    })
    expect(only(gone).error?.remedy).toContain('remove the record at the provider and set MXHOME_IPV4=off')
    const removing = { ...skip, target: { ...mail, whenGone: 'remove' as const } }
    const later = roundOf(removing, { detected: { default: { A: [] } } }, old)
    expect(only(later).error?.remedy).toContain('its record is removed once that has been so for 10 min')
    expect(only(roundOf({ kind: 'skip', target: mail, why: 'up-to-date' })).error).toBeNull()
  })

  const kinds: ErrorKind[] = [
    'network',
    'unavailable',
    'rate-limited',
    'auth',
    'rejected',
    'blocked',
    'unsupported',
    'protocol',
    'cancelled',
    'bug',
  ]
  it('have a remedy for every kind, each its own', () => {
    const remedies = kinds.map((kind) => remedyOf(kind, mail))
    expect(new Set(remedies).size).toBe(kinds.length)
    for (const remedy of remedies) expect(remedy).toMatch(/^[A-Zi].{20,}/)
    expect(remedyOf('blocked', mail)).toContain('mxhome update --force mail.example.com')
    expect(remedyOfUnknownAddress('rejected')).toMatch(/^Is the line up\?.*MXHOME_IP_SOURCES=auto.*ISP/)
    expect(remedyOfUnknownAddress('unsupported')).toContain('MXHOME_IP_SOURCES')
  })
})

describe('the exit code', () => {
  const { round, target: current, held, waiting, updated, addressUnknown, confirmation } = made
  const unknownMx = finding({ id: 'mx-unknown', severity: 'unknown', domain: 'example.com' as never })
  const cases: [number, string, RoundDocument][] = [
    [0, 'current', round([current()])],
    [0, 'seen', round([updated({ confirmation: confirmation('seen', []) })])],
    [0, 'accepted', round([updated({ confirmation: confirmation('accepted', []) })])],
    [0, 'not wanted', round([current({ why: 'off', confirmation: confirmation('visible', []) })])],
    [0, 'a warning', round([current()], [finding({ severity: 'warn' })])],
    [1, 'held, and another waits', round([waiting(), held()])],
    [1, 'refused', round([updated({ outcome: 'failed', error: made.refused() })])],
    [1, 'an MX error, and one waits', round([waiting()], [finding()])],
    [75, 'waiting', round([current(), waiting()])],
    [75, 'address unknown', round([addressUnknown()])],
    [75, 'answer lost', round([updated({ outcome: 'unknown' })])],
    [75, 'contradicted', round([updated({ confirmation: confirmation('contradicted', []) })])],
    [75, 'visible', round([updated({ confirmation: confirmation('visible', []) })])],
    [75, 'state not writable', round([current()], [finding({ id: 'state-unwritable' })])],
    [75, 'an MX unknown, and no host of it ever known', round([current()], [unknownMx])],
    [0, 'an MX unknown, its host kept', round([current({ mxOf: ['example.com'] })], [unknownMx])],
  ]
  it.each(cases)('%d: %s', (code, _, document) => {
    expect(exitCodeOf(document, false)).toBe(code)
    expect(exitCodeOf(document, true)).toBe(0)
  })

  it('counts only the hosts that were named', () => {
    const document = round([current(), held({ host: 'other.example.com' })], [finding()])
    expect(exitCodeOf(document, false, ['mail.example.com'])).toBe(0)
    expect(exitCodeOf(document, false, ['other.example.com'])).toBe(1)
  })
})
