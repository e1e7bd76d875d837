import { describe, expect, it } from 'vitest'
import type { RoundDocument } from '../../src/report/document.ts'
import { logLines } from '../../src/report/round-log.ts'
import {
  addressUnknown,
  confirmation,
  finding,
  held,
  NEW,
  OLD,
  refused,
  round,
  target,
  updated,
  waiting,
} from './documents.ts'

/** What is above debug. */
const news = (document: RoundDocument, previous?: RoundDocument) =>
  logLines(document, previous)
    .filter(({ level }) => level !== 'debug')
    .map(({ level, message }) => `${level} ${message}`)

it('says one line at debug of a round in which nothing changed', () => {
  const quiet = round([target(), held({ type: 'AAAA' })], [finding()])
  expect(logLines(quiet, quiet)).toEqual([
    {
      level: 'debug',
      message: 'round finished',
      fields: { targets: 2, current: 1, pending: 0, needsYou: 1, findings: 1, ms: 2500 },
    },
  ])
})

it('tells of the first round in any case', () => {
  expect(news(round([target()]))).toEqual(['info address known', 'info round finished'])
})

it('tells of an update with all that it changed', () => {
  const found = confirmation('confirmed', [NEW, NEW], 412)
  const previous = round([target({ after: [OLD] })], [], { addresses: { A: OLD, AAAA: null } })
  const lines = logLines(round([updated({ confirmation: found })]), previous).filter(({ level }) => level === 'info')
  const who = { host: 'mail.example.com', type: 'A', provider: 'ionos' }
  expect(lines).toEqual([
    { level: 'info', message: 'address changed', fields: { type: 'A', address: NEW, was: OLD } },
    { level: 'info', message: 'published', fields: { ...who, why: 'changed', before: [OLD], after: [NEW] } },
    { level: 'info', message: 'confirmed', fields: { ...who, seen: 2, asked: 2, ms: 412 } },
  ])
})

it('tells of a failure once, however often it is tried again', () => {
  const error = { kind: 'network', message: 'no answer', remedy: 'r', retryAt: '2026-11-04T01:19:00Z' } as const
  const failed = round([updated({ outcome: 'failed', published: [OLD], error })])
  const pause = round([waiting({ error })])
  const lost = round([updated({ outcome: 'unknown', published: [OLD], error })])
  expect(news(failed, round([target()]))).toEqual(['warn could not publish'])
  expect(news(pause, failed)).toEqual([])
  expect(news(failed, pause)).toEqual([])
  expect(news(lost, pause)).toEqual([])
  expect(news(lost, round([target()]))).toEqual(['warn the answer to an update was lost'])
  expect(news(round([waiting()]), pause)).toEqual(['warn waiting'])
  expect(news(round([updated()]), pause)).toEqual(['info published'])
  expect(news(round([target()]), pause)).toEqual(['info is well again'])
})

describe('transitions of a target', () => {
  const well = round([target()])
  const cases: [string[], RoundDocument, RoundDocument][] = [
    [['error held: the user must act'], round([held()]), well],
    [['error could not publish'], round([updated({ outcome: 'failed', error: refused() })]), well],
    [[], round([held()]), round([updated({ outcome: 'failed', error: refused() })])],
    [['error held: the user must act'], round([held({ error: { ...refused(), kind: 'blocked' } })]), round([held()])],
    [['info is well again'], well, round([held()])],
    [['warn left as it is: address unknown'], round([addressUnknown()]), well],
    [['warn left as it is: address unknown'], round([addressUnknown({ error: null })]), well],
    [['warn waiting'], round([waiting({ why: 'budget' })]), round([waiting()])],
    [['info now kept'], round([target(), target({ host: 'new.example.com' })]), well],
    [['info no longer kept'], round([]), well],
    [['info was there already'], round([updated({ outcome: 'unchanged' })]), well],
  ]
  it.each(cases)('%j', (expected, document, previous) => {
    expect(news(document, previous)).toEqual(expected)
  })
})

describe('confirmation', () => {
  const proven = (state: Parameters<typeof confirmation>[0], answers: string[]) =>
    round([target({ confirmation: confirmation(state, answers) })])
  const visible = proven('visible', [NEW, OLD])

  it('is told when it changes, with the servers that lack the set', () => {
    expect(news(proven('confirmed', [NEW, NEW]), visible)).toEqual(['info confirmed'])
    expect(news(visible, visible)).toEqual([])
    expect(news(proven('contradicted', [OLD, OLD]), visible)).toEqual(['error could not confirm'])
    const [line] = logLines(round([updated({ confirmation: confirmation('visible', [NEW, OLD]) })]), visible).slice(1)
    expect(line?.fields).toMatchObject({
      state: 'visible',
      others: [{ name: 'ns2.example.net', address: '192.0.2.54', answer: [OLD] }],
    })
  })

  it('tells of a silent server with what is wrong with it', () => {
    const one = round([updated({ confirmation: confirmation('visible', [NEW, null]) })])
    expect(logLines(one, one).find(({ message }) => message === 'could not confirm')?.fields).toMatchObject({
      others: [{ name: 'ns2.example.net', address: '192.0.2.54', answer: null, problem: 'no answer within 2 s' }],
    })
  })

  it('that was confirmed and is only asked again is no news', () => {
    expect(news(proven('confirmed', [NEW]), round([target()]))).toEqual([])
  })
})

describe('findings', () => {
  const clean = round([target()])
  const with_ = (...findings: Parameters<typeof finding>[0][]) => round([target()], findings.map(finding))

  it('are told when they come and when they go', () => {
    expect(news(with_({}), clean)).toEqual(['error found'])
    expect(news(clean, with_({}))).toEqual(['info no longer found'])
    expect(logLines(clean, with_({ domain: 'example.com' as never }))[0]?.fields).toEqual({
      id: 'mx-missing',
      domain: 'example.com',
    })
    expect(news(with_({ severity: 'unknown' }), clean)).toEqual(['warn found'])
    expect(news(with_({ severity: 'info' }), clean)).toEqual(['info found'])
    expect(logLines(with_({ domain: 'example.com' as never }), clean)[0]?.fields).toEqual({
      id: 'mx-missing',
      domain: 'example.com',
      what: 'example.com has no MX record',
      remedy: 'Add an MX record for example.com that names your mail host.',
    })
  })

  it('in other words are no news, but one more of a kind is', () => {
    expect(news(with_({ message: 'a' }), with_({ message: 'b' }))).toEqual([])
    expect(news(with_({ message: 'a' }, { message: 'b' }), with_({ message: 'b' }))).toEqual(['error found'])
  })
})

it('tells of an address that is lost and found, and of the line where there are several', () => {
  const at = (A: string | null) => round([], [], { addresses: { A, AAAA: null } })
  expect(news(at(null), at(NEW))).toEqual(['warn address unknown'])
  expect(news(at(NEW), at(null))).toEqual(['info address known'])
  const lines = (lte: string) => round([], [], { lines: { dsl: { A: NEW }, lte: { A: lte } } })
  const [line] = logLines(lines('192.0.2.8'), lines('192.0.2.9'))
  expect(line).toMatchObject({
    message: 'address changed',
    fields: { line: 'lte', address: '192.0.2.8', was: '192.0.2.9' },
  })
})
