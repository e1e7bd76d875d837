import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../support/needs.ts'
import { FOUND } from './found.ts'
import { CHECKS } from './index.ts'

/** The same cases in every run; `npm run fuzz` tries others, a million of them. */
const SEED = 20261125

it('every case that was found belongs to a check', () => {
  expect(CHECKS.map(({ name }) => name)).toEqual(expect.arrayContaining(FOUND.map(({ name }) => name)))
})

describe('random and spoilt input: a value or a Failure', () => {
  for (const { name, quick, needs = [], property } of CHECKS) {
    const seeds = FOUND.filter((one) => one.name === name).map(({ seed, path }) => ({ seed, path, numRuns: 1 }))
    describeWith(needs, name, () => {
      it(`${quick} cases`, () => fc.assert(property, { seed: SEED, numRuns: quick }))
      for (const one of seeds) it(`what seed ${one.seed}, ${one.path} has found`, () => fc.assert(property, one))
    })
  }
})
