import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/history.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { openHistory } from '../../src/system/history.ts'

let dir: string
let file: string
const warned: unknown[] = []
const log = {
  debug() {},
  info() {},
  warn: (message: string, fields?: unknown) => void warned.push({ message, fields }),
  error() {},
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-history-'))
  file = join(dir, 'sub', 'history.jsonl')
  warned.length = 0
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const entry = (at: number): HistoryEntry => ({
  at,
  host: 'mail.example.com',
  type: 'A',
  provider: 'ionos',
  why: 'changed',
  before: null,
  after: [parseAddress('203.0.113.7')!],
  outcome: 'updated',
})
const times = async (limit = 100) => (await openHistory(file, log).read(limit)).map(({ at }) => at)

it('what was appended comes back, the newest first, across processes', async () => {
  expect(await times()).toEqual([])
  await openHistory(file, log).append([entry(1), entry(2)])
  await openHistory(file, log).append([entry(3)])
  expect(await openHistory(file, log).read(2)).toEqual([entry(3), entry(2)])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('appends that overlap keep their order', async () => {
  const history = openHistory(file, log)
  await Promise.all([1, 2, 3, 4, 5].map((at) => history.append([entry(at)])))
  expect(await times()).toEqual([5, 4, 3, 2, 1])
})

it('a line that was cut off costs only itself', async () => {
  await openHistory(file, log).append([entry(1)])
  appendFileSync(file, JSON.stringify(entry(2)).slice(0, 30))
  await openHistory(file, log).append([entry(3)])
  appendFileSync(file, 'null\n42\n{"at":"later"}\n\n')
  expect(await times()).toEqual([3, 1])
})

it('too many lines: the newest stay', async () => {
  const history = openHistory(file, log, { most: 10, keep: 4 })
  for (let at = 1; at <= 10; at++) await history.append([entry(at)])
  expect(await times()).toHaveLength(10)
  await history.append([entry(11)])
  expect(await times()).toEqual([11, 10, 9, 8])
  for (let at = 12; at <= 17; at++) await history.append([entry(at)])
  expect(await times()).toHaveLength(10)
  // What others have written counts from the next start.
  await openHistory(file, log, { most: 10, keep: 4 }).append([entry(18)])
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5)
})

it('keeps 5000 of more than 10000', async () => {
  await openHistory(file, log).append([entry(0)])
  writeFileSync(file, `${JSON.stringify(entry(1))}\n`.repeat(10_000))
  await openHistory(file, log).append([entry(2)])
  expect(await times(20_000)).toHaveLength(5_000)
  expect(await times(1)).toEqual([2])
})

it('a folder that takes no file: warned, not thrown', async () => {
  writeFileSync(join(dir, 'sub'), '')
  await openHistory(file, log).append([entry(1)])
  expect(warned).toMatchObject([
    { message: 'the history cannot be written', fields: { problem: expect.stringContaining('is no folder') } },
  ])
})
