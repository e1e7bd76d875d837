import { expect, it } from 'vitest'
import { isRivalHeard, type Reached } from '../../src/app/line-proof.ts'

const reached = (A: readonly string[], AAAA: readonly string[] = []): Reached =>
  new Map([
    ['A' as const, A],
    ['AAAA' as const, AAAA],
  ])

it.each<[boolean, string, Reached]>([
  [false, 'nobody was heard', reached([])],
  [false, 'only this one was', reached(['dsl'])],
  [true, 'another one was', reached(['lte'])],
  [true, 'both were', reached(['dsl', 'lte'])],
  [true, 'another one was by the other family, and this one by neither', reached([], ['lte'])],
  [false, 'another one was by the other family, and so was this one', reached([], ['dsl', 'lte'])],
  [false, 'this one was by the other family, and nobody else', reached([], ['dsl'])],
])('rival heard: %s where %s', (expected, _, by) => {
  expect(isRivalHeard(by, { line: 'dsl', type: 'A' })).toBe(expected)
})
