import { expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/instant.ts'
import type { State } from '../../src/core/state.ts'
import { healthOf } from '../../src/report/health.ts'
import { NO_TROUBLE, nextHealthMemory } from '../../src/report/health-memory.ts'
import { ip } from '../support/targets.ts'
import { addressUnknown, NEW, NOW, OLD, round, target, updated, waiting } from './documents.ts'

const common = { state: { salt: '', targets: {}, mx: {} }, now: NOW, startedAt: NOW - HOUR, version: '1.2.3' }
const checkOf = (situation: Partial<Parameters<typeof healthOf>[0]>) =>
  healthOf({ document: undefined, memory: NO_TROUBLE, ...common, ...situation }).health.checks[
    'mail.example.com:A'
  ]?.[0]

it('mail goes astray also while the address is unknown: what was not updated before fails on', () => {
  const before = nextHealthMemory(NO_TROUBLE, round([waiting()]), NOW - 11 * MINUTE)
  const document = round([addressUnknown()])
  const check = checkOf({ document, memory: nextHealthMemory(before, document, NOW) })
  expect(check?.status).toBe('fail')
  expect(check?.output).toMatch(/^not updated for 11 min, the line's address is unknown: address unknown \(/)
})

it('without a daemon nobody knows since when an address is unknown: a warning that names no time', () => {
  const check = checkOf({ document: round([addressUnknown()]) })
  expect(check).toMatchObject({ status: 'warn' })
  expect(check?.output).toMatch(/^address unknown \(the IPv4 address is unknown: /)
})

it('an update that has neither succeeded nor failed yet is a warning that knows no reason', () => {
  const check = checkOf({ document: round([updated({ outcome: null, published: [OLD] })]) })
  expect(check).toMatchObject({ status: 'warn', output: 'not updated yet: reason unknown.' })
})

it('what the service never accepted is shown as unknown, and as empty where the record was removed', () => {
  expect(
    checkOf({ document: round([target({ published: null, wanted: null, why: 'off' })]) })?.observedValue,
  ).toBeNull()
  expect(checkOf({ document: round([target({ published: [], wanted: null, why: 'off' })]) })?.observedValue).toBe('')
})

it.each([
  ['a moment', NOW - HOUR, '2026-11-04T00:14:30.000Z'],
  ['no date that there is', 8.64e15 + 1, '2026-11-04T01:14:30.000Z'],
])('a state whose stamp is %s is shown before the first round', (_, at, time) => {
  const memory = { published: { addresses: [ip(NEW)], at }, writes: [], forced: [] }
  const state: State = { ...common.state, targets: { 'ionos mail.example.com A': memory } as State['targets'] }
  expect(checkOf({ state })).toMatchObject({ observedValue: NEW, time, status: 'warn' })
})
