import { describe, expect, it } from 'vitest'
import { type Hearings, hearingsOf, isJudged, isRivalHeard } from '../../src/app/line-proof.ts'
import { Failure } from '../../src/core/failure.ts'
import { ip } from '../support/targets.ts'

type Lines = readonly string[]
const mute = new Map<string, number>()
const heard = (A: Lines, AAAA: Lines = [], silent: Lines = []): Hearings =>
  new Map([
    ['A' as const, { heard: A, silent, mute, known: A }],
    ['AAAA' as const, { heard: AAAA, silent: [], mute, known: AAAA }],
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
  [true, 'another one was, and one of its sources was silent', heard(['lte'], [], ['lte'])],
  [true, 'another one was by this family, and others not', heard(['lte'], ['lte'], ['umts'])],
  [false, 'this one was by the other family, and nobody else', heard([], ['dsl'])],
])('rival heard: %s where %s', (expected, _, by) => {
  expect(isRivalHeard(by, { line: 'dsl', type: 'A' })).toBe(expected)
})

it.each([
  ['silent', [], ['lte']],
  ['silent', undefined, ['lte']],
  ['no-route', [], []],
  ['resting-silent', [ip('5.9.1.8')], ['lte']],
  ['resting-silent', [], []],
  ['resting-silent', undefined, []],
  ['refused', [], []],
  ['no-family', [], []],
] as const)('a line is asked in vain where the answer is %s (addresses: %j)', (reason, known, silent) => {
  const answer = new Failure('network', '', { reason })
  const sighting = { source: 'a', view: 'outside', answer, judgement: 'failed', refused: [] } as const
  const addresses = known ?? answer
  const verdict = { line: 'lte', type: 'A', addresses, sightings: [sighting], findings: [] } as const
  expect(hearingsOf([verdict]).get('A')).toMatchObject({ heard: [], silent, known: [] })
})

it.each<[boolean, 'A' | 'AAAA', Hearings]>([
  [true, 'A', heard(['lte'])],
  [true, 'A', heard(['dsl', 'lte'])],
  [true, 'AAAA', heard([], ['lte'])],
  [false, 'AAAA', heard(['dsl'], ['lte'])],
  [true, 'AAAA', new Map([...heard([], ['lte']), ['A', { heard: ['dsl'], silent: [], mute, known: [] }]])],
])('the silence outside matters: %s, for %s', (expected, type, by) => {
  expect(isJudged(by, { line: 'dsl', type })).toBe(expected)
})

it.each([
  ['resting-heard', ['lte']],
  ['resting', []],
  ['resting-silent', []],
  ['silent', []],
] as const)('a line counts as heard where the only one outside is %s', (reason, heard) => {
  const answer = new Failure('network', '', { reason })
  const sighting = { source: 'a', view: 'outside', answer, judgement: 'failed', refused: [] } as const
  const verdict = { line: 'lte', type: 'A', addresses: [ip('5.9.1.8')], sightings: [sighting], findings: [] } as const
  expect(hearingsOf([verdict]).get('A')).toMatchObject({ heard, known: heard })
  const router = { ...sighting, view: 'gateway' } as const
  expect(hearingsOf([{ ...verdict, sightings: [router] }]).get('A')).toMatchObject({ heard: [], known: [] })
})

it('a refusal of before does not stand for a line where all who are asked now are silent', () => {
  const sighting = { source: 'a', view: 'outside', judgement: 'failed', refused: [] } as const
  const of = (reason: Failure['reason']) => ({ ...sighting, answer: new Failure('network', '', { reason }) })
  const verdict = { line: 'lte', type: 'A', addresses: [ip('5.9.1.8')], findings: [] } as const
  const heardOf = (...reasons: readonly Failure['reason'][]) =>
    hearingsOf([{ ...verdict, sightings: reasons.map(of) }]).get('A')?.heard
  expect(heardOf('resting-heard', 'silent')).toEqual([])
  expect(heardOf('resting-heard', 'resting-silent')).toEqual(['lte'])
  expect(heardOf('resting-heard', 'no-route')).toEqual([])
})

describe('a line that is silent in three rounds while another is heard', () => {
  const silence = (reason: Failure['reason']) => new Failure('network', '', { reason })
  const answers = { heard: [ip('5.9.1.8')], silent: silence('silent'), rests: silence('resting-silent') }
  const round = (dsl: keyof typeof answers, lte: keyof typeof answers, before?: Hearings) =>
    hearingsOf(
      Object.entries({ dsl, lte }).map(([line, said]) => {
        const sighting = {
          source: 'a',
          view: 'outside',
          answer: answers[said],
          judgement: 'failed',
          refused: [],
        } as const
        return { line, type: 'A', addresses: [ip('5.9.1.8')], sightings: [sighting], findings: [] }
      }),
      before,
    )
  const silentIn = (hearings: Hearings) => hearings.get('A')?.silent

  it('is no witness of silence, until it is heard', () => {
    const twice = round('heard', 'silent', round('heard', 'silent'))
    expect([silentIn(twice), silentIn(round('silent', 'silent', twice))]).toEqual([['lte'], ['dsl', 'lte']])
    const thrice = round('heard', 'silent', twice)
    expect([silentIn(thrice), silentIn(round('silent', 'silent', thrice))]).toEqual([[], ['dsl']])
    const back = round('silent', 'heard', round('silent', 'silent', thrice))
    expect(silentIn(round('silent', 'silent', back))).toEqual(['dsl', 'lte'])
  })

  it.each([
    ['nobody is heard', 'silent', 'silent'],
    ['it was not asked', 'heard', 'rests'],
  ] as const)('those in which %s do not count', (_, dsl, lte) => {
    let hearings: Hearings | undefined
    for (let nth = 0; nth < 5; nth++) hearings = round(dsl, lte, hearings)
    expect(silentIn(hearings!)).toContain('lte')
  })
})
