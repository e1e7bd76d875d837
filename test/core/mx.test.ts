import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { MxSet } from '../../src/core/locate.ts'
import { describeMx, mxSteps, sameMx } from '../../src/core/mx.ts'
import { proofOf } from '../../src/core/mx-proof.ts'

const mx = (...texts: readonly string[]): MxSet =>
  texts.map((text) => {
    const [preference, exchange = ''] = text.split(' ')
    return { preference: Number(preference), exchange }
  })

it('sets are the same in any order, and however often a record stands there', () => {
  expect(sameMx(mx('10 a', '20 b'), mx('20 b', '10 a', '10 a'))).toBe(true)
  expect(sameMx(mx('10 a'), mx('20 a'))).toBe(false)
  expect(sameMx([], mx('10 a'))).toBe(false)
})

describe('which record becomes which', () => {
  const stored = mx('30 a', '40 b', '50 c').map((one, id) => ({ ...one, id }))

  it('a host keeps its record, others go and come', () => {
    expect(mxSteps(stored, mx('10 a', '40 b', '60 d'))).toEqual({
      kept: [stored[1]],
      changed: [{ record: stored[0], to: { preference: 10, exchange: 'a' } }],
      created: mx('60 d'),
      gone: [stored[2]],
    })
  })

  it('an exact match is not taken by another preference of the same host', () => {
    const twice = mx('10 a', '20 a').map((one, id) => ({ ...one, id }))
    expect(mxSteps(twice, mx('30 a', '20 a'))).toMatchObject({ kept: [{ id: 1 }], changed: [{ record: { id: 0 } }] })
  })

  it('whatever is stored and wanted, the steps end in the wanted set', () => {
    const record = fc.record({ preference: fc.integer({ min: 0, max: 3 }), exchange: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), fc.array(record, { maxLength: 5 }), (before, wanted) => {
        const { kept, changed, created, gone } = mxSteps(before, wanted)
        const after = [...kept, ...changed.map(({ to }) => to), ...created]
        expect(sameMx(after, wanted)).toBe(true)
        expect(new Set(after.map(describeMx)).size).toBe(after.length)
        expect(kept.length + changed.length + gone.length).toBe(before.length)
      }),
    )
  })
})

describe('what the name servers prove', () => {
  const silent = new Failure('network', 'silent')
  const at = (name: string, answer: MxSet | Failure, address = name) => ({ name, address, mx: answer })
  const [old, wanted] = [mx('10 old'), mx('10 new')]

  it.each<[string, Parameters<typeof proofOf>[0], MxSet | Failure, string]>([
    ['all have it', [at('a', wanted), at('b', wanted)], old, 'confirmed'],
    ['one has not', [at('a', wanted), at('b', old)], wanted, 'pending'],
    ['most answer', [at('a', wanted), at('b', wanted), at('c', silent)], old, 'confirmed'],
    ['half are silent', [at('a', wanted), at('b', silent)], old, 'pending'],
    ['a name counts once', [at('a', wanted, '1'), at('a', wanted, '2'), at('b', silent)], old, 'pending'],
    ['addresses that have no name', [at('', wanted, '1'), at('', wanted, '2')], old, 'confirmed'],
    ['only a resolver', [at('a', silent)], wanted, 'seen'],
    ['a resolver with the old one', [], old, 'accepted'],
    ['nobody', [], silent, 'accepted'],
  ])('%s', (_, servers, resolver, proof) => {
    expect(proofOf(servers, resolver, wanted)).toBe(proof)
  })
})
