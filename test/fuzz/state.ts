import { deepStrictEqual, ok } from 'node:assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Failure } from '../../src/core/failure.ts'
import type { State } from '../../src/core/state.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { World } from '../../src/ports/world.ts'
import { formatStateFile, parseStateFile } from '../../src/system/state-file.ts'
import { openStateStore } from '../../src/system/state-store.ts'
import { homeLine } from '../support/home-line.ts'
import { memoryStore } from '../support/memory-store.ts'
import { check } from './check.ts'
import { mustBeFailure, outcomeOf } from './failures.ts'
import { mutate, mutation } from './mutations.ts'

const home = await homeLine({ lag: 0 })
await home.run(home.start())
/** A state that a program has written, with all that may be in it. */
const sound: State = JSON.parse(home.disk.synced)
const AT = home.time.now
// The line has another address than the state.
home.line.A = [parseAddress('192.0.2.9')!]
const set = { addresses: ['192.0.2.1'], at: AT, ttl: 60 }
const trouble = { kind: 'network', message: 'x', times: 3, at: AT, until: AT + 1000, identity: '#', lost: true }
const full = {
  version: 1,
  ...sound,
  rereadAt: AT,
  pushed: {
    default: {
      A: { addresses: ['192.0.2.9'], at: AT },
      AAAA: { addresses: [], at: AT },
      prefix: { address: '2001:db8:1::', length: 56, at: AT },
      hosts: { names: ['home.ddns.net'], at: AT },
    },
  },
  mx: { 'example.net': { hosts: [{ owner: 'www.example.net', droppedAt: AT }] } },
  targets: Object.fromEntries(
    Object.entries(sound.targets).map(([key, memory], nth) => [
      key,
      {
        ...memory,
        ...[
          { intent: set },
          { trouble },
          { drift: { addresses: [], since: AT, ttl: 60 }, waitingSince: AT },
          { previous: set, doubt: set },
        ][nth % 4],
      },
    ]),
  ),
}
const TEXTS = [JSON.stringify(full), formatStateFile(sound)]

const text = fc
  .tuple(fc.constantFrom(...TEXTS), fc.array(mutation, { maxLength: 4 }))
  .map(([file, mutations]) => mutate(file, mutations))

const parsed = check(
  { name: 'state: any text is a state, a newer one, or damaged', share: 80_000, quick: 600 },
  fc.property(text, (file) => {
    const found = parseStateFile(file)
    if (found.kind === 'damaged') ok(found.why !== '')
    if (found.kind === 'state') deepStrictEqual(parseStateFile(formatStateFile(found.state)), found)
  }),
)

const silent: World['log'] = { debug() {}, info() {}, warn() {}, error() {} }
const folder = mkdtempSync(join(tmpdir(), 'mxhome-fuzz-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const opened = check(
  { name: 'state: any file opens, takes news and opens again', share: 3_000, quick: 60 },
  fc.asyncProperty(
    fc.oneof(
      text.map((given) => Buffer.from(given)),
      fc.uint8Array(),
    ),
    async (bytes) => {
      const dir = mkdtempSync(join(folder, 'state-'))
      try {
        writeFileSync(join(dir, 'state.json'), bytes)
        const open = () => outcomeOf(() => openStateStore({ dir, clock: { now: () => AT }, log: silent }))
        const store = await open()
        if (store instanceof Failure) return deepStrictEqual(store.kind, 'unsupported')
        await store.update((state) => ({ state: { ...state, rereadAt: AT + 1 } }))
        deepStrictEqual(store.problem(), undefined)
        const again = await open()
        deepStrictEqual(again instanceof Failure ? again : again.last(), store.last())
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    },
  ),
)

const lived = check(
  { name: 'state: what is taken for a state breaks no round', share: 4_000, quick: 100 },
  fc.asyncProperty(text, async (file) => {
    const found = parseStateFile(file)
    if (found.kind !== 'state') return
    const kept = JSON.stringify(found.state)
    const store = memoryStore({ synced: kept, written: kept })
    const done = await outcomeOf(() => home.run({ ...home.start(), store }))
    if (done instanceof Failure) throw new Error(`the round failed: ${done.message}`, { cause: done })
    for (const { outcome } of done.done) if ('failure' in outcome) mustBeFailure(outcome.failure)
    deepStrictEqual(parseStateFile(formatStateFile(store.last())).kind, 'state')
  }),
)

export const states = [parsed, opened, lived]
