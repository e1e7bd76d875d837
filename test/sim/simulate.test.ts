import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { POLICY } from '../../src/core/retry.ts'
import { adapters } from './adapters.ts'
import { hunt } from './hunt.ts'
import { INVARIANTS } from './invariants.ts'
import { MUTATIONS } from './mutations.ts'
import { shrink } from './shrink.ts'
import { type Simulated, simulate } from './simulate.ts'

const SEEDS = Array.from({ length: 24 }, (_, i) => String(i + 1))
const DAYS = 60
const found: Simulated[] = []

describe('a home line for sixty days', async () => {
  const all = await adapters()

  it.each(SEEDS)('seed %s breaks no invariant', async (seed) => {
    const one = await simulate(seed, { days: DAYS, adapters: all })
    found.push(one)
    expect(one.broken).toBeUndefined()
    expect(one.counts.rounds).toBeGreaterThan(DAYS)
  })

  it('meets every kind of failure that the outside world can cause, and what can be decided', () => {
    const met = new Set(found.flatMap(({ counts }) => Object.keys(counts)))
    expect(Object.keys(POLICY).filter((kind) => !met.has(`policy ${kind}`) && !met.has(`policy ${kind} lost`))).toEqual(
      [],
    )
    const decided = ['publish first', 'publish changed', 'publish drifted', 'publish forced', 'publish read-back']
    const others = [
      'skip up-to-date',
      'skip adopted',
      'skip address-unknown',
      'wait pause',
      'hold auth',
      'hold unsupported',
    ]
    expect([...decided, ...others].filter((what) => !met.has(`decided ${what}`))).toEqual([])
  })

  it('the same seed gives the same trace, another one another', async () => {
    const again = await simulate('7', { days: DAYS, adapters: all, trace: true })
    const twice = await simulate('7', { days: DAYS, adapters: all, trace: true })
    expect(twice.trace).toEqual(again.trace)
    expect(again.hash).toBe(found.find(({ seed }) => seed === '7')?.hash)
    expect(new Set(found.map(({ hash }) => hash)).size).toBe(SEEDS.length)
  })

  it('a fault is told with the few happenings that it takes', async () => {
    const reconnect = { kind: 'reconnect', ms: 1000, back: false, prefix: true } as const
    const noise = [1, 2, 3, 4, 5, 6].map((day) => ({ ...reconnect, at: Date.UTC(2026, 0, day) }))
    const one = await simulate('1', { days: 10, adapters: all, happenings: noise })
    expect((await shrink(one, { days: 10, adapters: all })).happenings).toHaveLength(6) // nothing is broken: nothing to cut
  })
})

describe('deliberate changes to the code', () => {
  it.each(MUTATIONS)('fits the code: $name', ({ file, find, caughtBy }) => {
    expect(readFileSync(`src/${file}`, 'utf8').split(find)).toHaveLength(2)
    expect(caughtBy.filter((id) => !(id in INVARIANTS))).toEqual([])
  })

  it('every invariant can be broken by one of them, but what nothing here can reach', () => {
    const reached = new Set(MUTATIONS.flatMap(({ caughtBy }) => caughtBy))
    expect(Object.keys(INVARIANTS).filter((id) => !reached.has(id as never))).toEqual(['no-bug'])
  })

  const few = MUTATIONS.filter(({ isQuick }) => isQuick)
  it.each(few)('is caught: $name', async (mutation) => {
    const { caughtBy } = await hunt(mutation, { most: 12, days: 60 })
    expect(mutation.caughtBy).toContain(caughtBy?.id)
  })
})
