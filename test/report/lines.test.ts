import { describe, expect, it } from 'vitest'
import type { State } from '../../src/core/state.ts'
import type { RoundDocument, TargetDocument } from '../../src/report/document.ts'
import { healthOf } from '../../src/report/health.ts'
import { NO_TROUBLE } from '../../src/report/health-memory.ts'
import { type LineStateDocument, lineStatesOf } from '../../src/report/line-state.ts'
import { logLines } from '../../src/report/round-log.ts'
import { roundText } from '../../src/report/round-text.ts'
import { statusDocument, statusText } from '../../src/report/status-text.ts'
import { ip } from '../support/targets.ts'

const AT = '2026-11-26T12:00:00.000Z'
const SOON = '2026-11-26T12:04:00.000Z'
const DETECTED = { default: {}, dsl: {}, lte: { A: [ip('5.9.2.8')], unproven: ['A'] } } as const
process.env.TZ = 'UTC'
const style = { now: Date.parse(AT), width: 120, color: false } as never
const target = (news: Partial<TargetDocument> = {}): TargetDocument => ({
  ...{ host: 'mail.example.com', type: 'A', provider: 'ionos', line: 'dsl', lines: ['dsl', 'lte'], mxOf: [] },
  ...{ action: 'skip', why: 'up-to-date', before: ['5.9.1.7'], after: ['5.9.1.7'], outcome: null },
  ...{ wanted: ['5.9.1.7'], published: ['5.9.1.7'], error: null },
  confirmation: { state: 'confirmed', seen: 2, asked: 2, servers: [], ms: null },
  ...news,
})
const standing = (state: LineStateDocument['state'], more: Partial<LineStateDocument> = {}): LineStateDocument => ({
  ...{ state, since: AT, until: null, flapping: false },
  ...more,
})
const round = (dsl: LineStateDocument, ...targets: TargetDocument[]): RoundDocument => ({
  ...{ started: AT, finished: AT, addresses: { A: '5.9.1.7', AAAA: null }, findings: [], targets },
  lines: { dsl: { A: '5.9.1.7', AAAA: null }, lte: { A: '5.9.2.8', AAAA: null } },
  lineStates: { dsl, lte: standing('up') },
})
const news = (document: RoundDocument, before: RoundDocument | undefined) =>
  logLines(document, before)
    .filter(({ message }) => /line|fail/.test(message))
    .map(({ level, message, fields }) => [level, message, fields.line ?? `${fields.from} ${fields.to}`])

describe('the log', () => {
  const up = round(standing('up'), target())
  const unsure = round(standing('unsure', { until: SOON }), target())
  const unseen = round(standing('unsure', { until: SOON, unseenOutside: true }), target())
  const down = round(standing('down'), target({ line: 'lte' }))
  const back = round(standing('returning', { until: SOON }), target({ line: 'lte' }))
  const flapping = round(standing('returning', { until: SOON, flapping: true }), target({ line: 'lte' }))

  it.each<[string, RoundDocument, RoundDocument | undefined, unknown[]]>([
    ['all is well', up, undefined, []],
    ['all stays well', up, up, []],
    ['no address just now', unsure, up, [['info', 'a line has no address', 'dsl']]],
    ['not seen outside', unseen, up, [['info', 'a line is not seen from outside', 'dsl']]],
    ['it was nothing', up, unsure, [['info', 'a line is up again', 'dsl']]],
    [
      'given up',
      down,
      unsure,
      [
        ['warn', 'a line is down', 'dsl'],
        ['warn', 'fail-over', 'dsl lte'],
      ],
    ],
    ['still down', down, down, []],
    ['down from the start', down, undefined, [['warn', 'a line is down', 'dsl']]],
    ['it is back', back, down, [['info', 'a line is up again', 'dsl']]],
    ['it is back again', flapping, down, [['info', 'a line is up again, but comes and goes', 'dsl']]],
    [
      'it is trusted',
      up,
      back,
      [
        ['info', 'a line is trusted again', 'dsl'],
        ['info', 'fail-back', 'lte dsl'],
      ],
    ],
  ])('%s', (_, document, before, expected) => expect(news(document, before)).toEqual(expected))
})

describe('two lines that show the same address', () => {
  const well = round(standing('up'), target())
  const of = (dsl: string | null, lte: string | null): RoundDocument => ({
    ...well,
    lines: { dsl: { A: dsl, AAAA: null }, lte: { A: lte, AAAA: null } },
  })
  const told = (document: RoundDocument, before?: RoundDocument) =>
    logLines(document, before).filter(({ message }) => message.startsWith('two lines show the same address'))
  const same = of('5.9.1.7', '5.9.1.7')

  it('are told of as it begins', () => {
    const fields = { lines: ['dsl', 'lte'], type: 'A', address: '5.9.1.7' }
    expect(told(same)).toMatchObject([{ level: 'warn', fields }])
    expect(told(same, well)).toHaveLength(1)
    expect(told(same, same)).toEqual([])
    expect(told(of('5.9.1.9', '5.9.1.9'), same)).toEqual([])
    expect(told(well)).toEqual([])
    expect(told(of(null, null), well)).toEqual([])
  })

  it('stand in the status', () => {
    const text = (document: RoundDocument) =>
      statusText(statusDocument(document, { health: 'pass', nextRound: AT, version: '1' }), style)
    expect(text(same)).toContain('lines dsl, lte (5.9.1.7): two lines show the same address')
    expect(text(well)).not.toContain('the same address')
  })
})

it('how a line stands is told of those alone that a host can leave', () => {
  const since = Date.parse(AT)
  const absent = { AAAA: { since, rounds: 1 } }
  const of = (lines: State['lines']) =>
    lineStatesOf({ state: { salt: '', targets: {}, mx: {}, lines }, finished: since, detected: DETECTED })
  expect(of({ default: { absent } })).toEqual({})
  expect(of({ lte: { link: { state: 'down', since } } })).toEqual({
    lineStates: { lte: standing('down', { unseenOutside: true }) },
  })
  expect(of({ default: { absent }, dsl: { absent, link: { state: 'up', since } } })).toEqual({
    lineStates: { dsl: standing('up') },
  })
})

it.each([
  ['down', { unseenOutside: true }],
  ['up', {}],
] as const)('where nobody outside is heard by any line, it is said of one that is %s', (state, unseen) => {
  const since = Date.parse(AT)
  const detected = { lte: { A: [ip('5.9.2.8')], unheard: ['A'] } } as const
  const lines = { lte: { link: { state, since } } }
  expect(lineStatesOf({ state: { salt: '', targets: {}, mx: {}, lines }, finished: since, detected })).toEqual({
    lineStates: { lte: standing(state, unseen) },
  })
})

describe('status', () => {
  const text = (document: RoundDocument) =>
    statusText(statusDocument(document, { health: 'pass', nextRound: AT, version: '1' }), style)
  it.each([
    ['all is well', standing('up'), target(), 'line dsl: 5.9.1.7, used by mail.example.com'],
    [
      'down',
      standing('down'),
      target({ line: 'lte' }),
      /line dsl: 5\.9\.1\.7, down since .*\nline lte: 5\.9\.2\.8, used by mail/,
    ],
    ['unsure', standing('unsure', { until: SOON }), target(), /line dsl: 5\.9\.1\.7, given up at .*, used by/],
    [
      'not seen outside',
      standing('unsure', { until: SOON, unseenOutside: true }),
      target(),
      /line dsl: 5\.9\.1\.7, not seen from outside, given up at .*, used by/,
    ],
    [
      'not seen outside, and down',
      standing('down', { unseenOutside: true }),
      target({ line: 'lte' }),
      /line dsl: 5\.9\.1\.7, not seen from outside, down since /,
    ],
    [
      'unsure, and nobody knows how long',
      standing('unsure'),
      target(),
      'line dsl: 5.9.1.7, unsure, used by mail.example.com',
    ],
    [
      'back',
      standing('returning', { until: SOON }),
      target({ line: 'lte' }),
      /line dsl: 5\.9\.1\.7, up again, first choice at \S+ \(in 4 min\)\n/,
    ],
    [
      'back, as so often',
      standing('returning', { until: SOON, flapping: true }),
      target({ line: 'lte' }),
      /up again, first choice at .* \(it comes and goes\)/,
    ],
  ])('%s', (_, dsl, one, expected) => expect(text(round(dsl, one))).toMatch(expected))
})

it('a row names its line where there are several', () => {
  expect(roundText(round(standing('up'), target({ line: 'lte' })), style)).toContain('ionos, line lte')
  expect(roundText(round(standing('up'), target({ line: 'default' })), style)).not.toContain('default')
})

it('health warns while a host uses another line than its best', () => {
  const health = (one: TargetDocument) =>
    healthOf({
      document: round(standing('down'), one),
      ...{
        state: { salt: '', targets: {}, mx: {} },
        memory: NO_TROUBLE,
        now: Date.parse(AT),
        startedAt: 0,
        version: '1',
      },
    }).health
  expect(health(target()).status).toBe('pass')
  expect(health(target({ line: 'lte' }))).toMatchObject({
    status: 'warn',
    output: 'mail.example.com:A: lte is used instead of dsl, which is down or not trusted yet',
  })
})
