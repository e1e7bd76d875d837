import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Round } from '../../src/core/round.ts'
import type { SourceNews } from '../../src/core/source-rest.ts'
import { documentOf, type RoundDocument, type SourceNewsDocument } from '../../src/report/document.ts'
import { healthOf } from '../../src/report/health.ts'
import { NO_TROUBLE } from '../../src/report/health-memory.ts'
import { logLines } from '../../src/report/round-log.ts'
import { statusDocument, statusText } from '../../src/report/status-text.ts'
import { NOW, PLAIN, round, target } from './documents.ts'

const SOURCE = 'http:https://ip.example.net'
const RESTS: SourceNewsDocument = {
  ...{ line: 'default', type: 'A', source: SOURCE, what: 'fails', why: `${SOURCE}: no answer within 5 s` },
  ...{ since: '2026-11-04T00:50:00.000Z', until: '2026-11-04T01:30:00.000Z' },
}
const WELL: SourceNewsDocument = { line: 'default', type: 'A', source: SOURCE, what: 'answers again' }
const withSources = (...sources: SourceNewsDocument[]): RoundDocument => ({ ...round([target()]), sources })
const news = (document: RoundDocument, previous?: RoundDocument) =>
  logLines(document, previous ?? round([target()])).filter(({ message }) => message.startsWith('address source'))

it('the document tells what a source does and until when it rests, and nothing where none is in trouble', () => {
  const common = { line: 'default', type: 'A', source: SOURCE } as const
  const sources: SourceNews[] = [
    { ...common, what: 'disagrees', times: 3, since: NOW, until: NOW + 1000, why: 'says 5.9.1.8' },
    { ...common, type: 'AAAA', what: 'answers again' },
  ]
  const detected = { default: { A: new Failure('network', 'silent') } }
  const empty = { plan: [], done: [], located: [], findings: [], confirmations: new Map(), dryRun: false }
  const state = { salt: '', targets: {}, mx: {} }
  const of = (more: Partial<Round>) => documentOf({ ...empty, started: NOW, finished: NOW, detected, state, ...more })
  expect(of({ sources }).sources).toEqual([
    { ...common, what: 'disagrees', why: 'says 5.9.1.8', since: expect.any(String), until: expect.any(String) },
    { ...common, type: 'AAAA', what: 'answers again' },
  ])
  expect(of({ sources: [] })).not.toHaveProperty('sources')
  expect(of({})).not.toHaveProperty('sources')
})

it('the log tells once that it rests, and once that it is well', () => {
  expect(news(withSources(RESTS))).toEqual([
    {
      level: 'warn',
      message: 'address source fails',
      fields: { source: SOURCE, type: 'A', why: RESTS.why, since: RESTS.since, restsUntil: RESTS.until },
    },
  ])
  expect(news(withSources({ ...RESTS, until: 'later' }), withSources(RESTS))).toEqual([])
  expect(news(withSources({ ...RESTS, type: 'AAAA' }), withSources(RESTS))).toHaveLength(1)
  expect(news(withSources(WELL), withSources(RESTS))).toEqual([
    { level: 'info', message: 'address source answers again', fields: { source: SOURCE, type: 'A' } },
  ])
  expect(news(withSources(RESTS), withSources(WELL))).toHaveLength(1)
  expect(news({ ...withSources(RESTS), lines: { default: {}, lte: {} } })[0]?.fields).toMatchObject({ line: 'default' })
})

it('health warns of it, no worse', () => {
  const health = (document: RoundDocument) =>
    healthOf({
      ...{ document, state: { salt: '', targets: {}, mx: {} }, memory: NO_TROUBLE, now: NOW, startedAt: NOW },
      version: '1',
    }).health
  expect(health(withSources(RESTS, { ...RESTS, why: 'answered 500', what: 'disagrees' }))).toMatchObject({
    status: 'warn',
    checks: {
      'mxhome:sources': [
        { status: 'warn', output: `an address source fails (A): ${SOURCE}: no answer within 5 s` },
        { status: 'warn', output: `an address source disagrees (A): ${SOURCE}: answered 500` },
      ],
    },
  })
  expect(health(withSources(WELL)).status).toBe('pass')
})

it('status shows until when it rests', () => {
  const now = { health: 'warn', nextRound: '2026-11-04T01:19:17.000Z', version: '1.2.3' } as const
  const text = (...sources: SourceNewsDocument[]) =>
    statusText(statusDocument(withSources(...sources), now), { ...PLAIN, width: 200 }).split('\n')
  expect(text(RESTS)[2]).toBe(`source   ${SOURCE} fails (IPv4: no answer within 5 s), rests until 02:30`)
  expect(text({ ...RESTS, type: 'AAAA', why: 'answered 500' })[2]).toContain('(IPv6: answered 500)')
  expect(text(WELL)[2]).toBe('')
})
