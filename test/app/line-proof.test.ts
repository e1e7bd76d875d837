import { expect, it } from 'vitest'
import { type Hearings, isRivalHeard } from '../../src/app/line-proof.ts'

type Lines = readonly string[]
const heard = (A: Lines, AAAA: Lines = [], silent: Lines = []): Hearings =>
  new Map([
    ['A' as const, { heard: A, silent }],
    ['AAAA' as const, { heard: AAAA, silent: [] }],
  ])

it.each<[boolean, string, Hearings]>([
  [false, 'nobody was heard', heard([])],
  [false, 'only this one was', heard(['dsl'])],
  [true, 'another one was', heard(['lte'])],
  [true, 'both were', heard(['dsl', 'lte'])],
  [true, 'another one was by the other family, and this one by neither', heard([], ['lte'])],
  [false, 'another one was by the other family, and so was this one', heard([], ['dsl', 'lte'])],
  [false, 'another one was by the other family alone, and not by this', heard([], ['lte'], ['lte'])],
  [
    true,
    'one of two was by the other family alone, as this one may have it alone',
    heard([], ['lte', 'umts'], ['lte']),
  ],
  [true, 'another one was by this family, and others not', heard(['lte'], ['lte'], ['umts'])],
  [false, 'this one was by the other family, and nobody else', heard([], ['dsl'])],
])('rival heard: %s where %s', (expected, _, by) => {
  expect(isRivalHeard(by, { line: 'dsl', type: 'A' })).toBe(expected)
})
