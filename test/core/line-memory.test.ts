import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { DAY, MINUTE, SECOND } from '../../src/core/instant.ts'
import { type LineMemory, type LineRules, learnLines } from '../../src/core/line-memory.ts'
import type { Known, LineAnswers } from '../../src/core/plan.ts'
import type { State } from '../../src/core/state.ts'
import { ip } from '../support/targets.ts'

const T = 1000 * DAY
const EMPTY: State = { salt: '', targets: {}, mx: {} }
const A = [ip('192.0.2.1')]
const RULES = { lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE }
const several: LineRules = { links: { dsl: RULES, lte: RULES }, removing: [] }
const removing: LineRules = { links: {}, removing: ['default'] }

describe('links', () => {
  it('writes where a line begins to stand otherwise, and nothing in between', () => {
    const first = learnLines(EMPTY, { dsl: { A }, lte: { A } }, several, T)
    expect(first.lines).toEqual({ dsl: { link: { state: 'up', since: T } }, lte: { link: { state: 'up', since: T } } })
    expect(learnLines(first, { dsl: { A }, lte: { A } }, several, T + DAY)).toBe(first)
    const second = learnLines(first, { dsl: { A: new Failure('network', '') }, lte: { A } }, several, T + DAY)
    expect(second.lines?.dsl?.link).toMatchObject({ state: 'unsure', until: T + DAY + 30 * SECOND })
    expect(second.lines?.lte).toBe(first.lines?.lte)
  })

  it('forgets lines that matter no longer', () => {
    const first = learnLines(EMPTY, { dsl: { A }, lte: { A } }, several, T)
    expect(learnLines(first, { dsl: { A } }, { links: {}, removing: [] }, T).lines).toEqual({})
  })

  it('by its own word alone a line is used again only where no other is', () => {
    const none = new Failure('network', '')
    const down = { state: 'down', since: T - DAY, drops: [T - DAY] } as const
    const alone = { A, unheard: ['A'] } as const
    const given = (lte: LineMemory): State => ({ ...EMPTY, lines: { dsl: { link: down }, lte } })
    const stateOf = (lte: LineMemory, answers: LineAnswers, dsl: LineAnswers = alone) =>
      learnLines(given(lte), { dsl, lte: answers }, several, T).lines?.dsl?.link?.state
    const up = { link: { state: 'up', since: T - DAY } } as const
    expect(stateOf(up, { A })).toBe('down')
    expect(stateOf(up, { A: none })).toBe('down') // lte is not given up yet
    expect(stateOf({ link: { ...down, since: T - MINUTE } }, { A: none })).toBe('returning')
    expect(stateOf({ link: { ...down, since: T - MINUTE } }, { A: none }, { A: none })).toBe('down')
  })

  it('remembers nothing of a single line', () => {
    expect(learnLines(EMPTY, { default: { A } }, { links: {}, removing: [] }, T)).toBe(EMPTY)
  })
})

describe('a family that is gone', () => {
  const absent: LineAnswers = { A, AAAA: [], absent: ['AAAA'] }
  const down: LineAnswers = { A: [], AAAA: [], absent: ['A', 'AAAA'] }
  const failed: LineAnswers = { A, AAAA: new Failure('network', 'no answer') }
  const doubted: LineAnswers = { A, AAAA: [] } // nobody who must know has said so
  const there: LineAnswers = { A, AAAA: [ip('2001:db8::1')] }

  /** Rounds at these minutes; whether AAAA counts as gone after the last. */
  function isGone(...rounds: readonly [minute: number, answers: LineAnswers][]) {
    let state = EMPTY
    for (const [minute, answers] of rounds) {
      state = learnLines(state, { default: answers }, removing, T + minute * MINUTE)
    }
    return state.lines?.default?.absent?.AAAA?.gone === true
  }

  it.each<[string, readonly [number, LineAnswers][], boolean]>([
    [
      'three rounds, ten minutes',
      [
        [0, absent],
        [5, absent],
        [10, absent],
      ],
      true,
    ],
    [
      'two rounds, ten minutes',
      [
        [0, absent],
        [10, absent],
      ],
      false,
    ],
    ['many rounds, nine minutes', Array.from({ length: 10 }, (_, i): [number, LineAnswers] => [i, absent]), false],
    [
      'a look-up that fails says nothing',
      [
        [0, absent],
        [4, failed],
        [5, absent],
        [9, failed],
        [10, absent],
      ],
      true,
    ],
    [
      'an address in between',
      [
        [0, absent],
        [5, there],
        [10, absent],
        [12, absent],
      ],
      false,
    ],
    [
      'a word of nobody who must know',
      [
        [0, absent],
        [5, doubted],
        [10, absent],
        [12, absent],
      ],
      false,
    ],
    [
      'a round without the other family: the line is down',
      [
        [0, absent],
        [5, { ...absent, A: new Failure('network', 'no answer') }],
        [10, absent],
        [15, absent],
      ],
      false,
    ],
    [
      'the line as a whole is down',
      [
        [0, down],
        [5, down],
        [10, down],
        [15, absent],
      ],
      false,
    ],
    [
      'it stays gone while the line is down',
      [
        [0, absent],
        [5, absent],
        [10, absent],
        [15, down],
      ],
      true,
    ],
    [
      'the other family is there by the word of the router',
      [
        [0, { ...down, there: ['A'] }],
        [5, { ...down, there: ['A'] }],
        [10, { ...down, there: ['A'] }],
      ],
      true,
    ],
    [
      'the line has it, whichever address is a host’s',
      [
        [0, absent],
        [5, { A, AAAA: new Failure('network', 'no answer'), there: ['AAAA'] }],
        [10, absent],
        [12, absent],
      ],
      false,
    ],
    [
      'it is back',
      [
        [0, absent],
        [5, absent],
        [10, absent],
        [15, there],
      ],
      false,
    ],
    [
      'it stays gone while nobody can tell',
      [
        [0, absent],
        [5, absent],
        [10, absent],
        [15, failed],
      ],
      true,
    ],
    [
      'it is back, and of the other nothing is known: a glimpse later counts for itself',
      [
        [0, absent],
        [5, absent],
        [10, absent],
        [15, { ...there, A: new Failure('network', 'no answer') }],
        [20, absent],
      ],
      false,
    ],
    [
      'the other family was told some time ago: the line may be down',
      [
        [0, { ...absent, unseen: ['A'] }],
        [5, { ...absent, unseen: ['A'] }],
        [10, { ...absent, unseen: ['A'] }],
        [15, absent],
      ],
      false,
    ],
    [
      'rounds within seconds, and a clock that is set by an hour',
      [
        [0, absent],
        [0.1, absent],
        [60, absent],
        [60.1, absent],
        [60.3, absent],
      ],
      false,
    ],
    [
      'twice of late, and once long after',
      [
        [0, absent],
        [4, absent],
        [200, absent],
        [205, absent],
      ],
      false,
    ],
    [
      'a round each half an hour',
      [
        [0, absent],
        [30, absent],
        [60, absent],
      ],
      true,
    ],
    [
      'three rounds before the ten minutes are over, and one soon after that',
      [
        [0, absent],
        [4, absent],
        [9, absent],
        [10, absent],
      ],
      true,
    ],
    [
      'never reported',
      [
        [0, failed],
        [5, failed],
        [10, failed],
      ],
      false,
    ],
  ])('%s', (_, rounds, gone) => expect(isGone(...rounds)).toBe(gone))

  /** Behind DS-Lite. */
  it.each<[string, LineAnswers, boolean]>([
    ['IPv6 is seen', { AAAA: [ip('2001:db8::1')] }, true],
    ['of IPv6 the router shows the prefix alone', { AAAA: [], there: ['prefix'] }, true],
    ['IPv6 was told some time ago: the line may be down', { AAAA: [ip('2001:db8::1')], unseen: ['AAAA'] }, false],
    ['of IPv6 nothing is known', { AAAA: new Failure('network', 'no answer') }, false],
  ])('IPv4 is gone, and %s', (_, six, gone) => {
    const answers: LineAnswers = { A: [], absent: ['A'], ...six }
    let state = EMPTY
    for (const minute of [0, 5, 10]) {
      state = learnLines(state, { default: answers }, removing, T + minute * MINUTE)
    }
    expect(state.lines?.default?.absent?.A?.gone === true).toBe(gone)
  })

  it('writes three times at most', () => {
    const states = new Set<State>()
    let state = EMPTY
    for (let minute = 0; minute < 60; minute++) {
      state = learnLines(state, { default: absent }, removing, T + minute * MINUTE)
      states.add(state)
    }
    expect(states.size).toBe(4) // 1, 2, 3 rounds, gone
  })

  it('is not counted where nothing would be removed', () => {
    expect(learnLines(EMPTY, { default: absent }, { links: {}, removing: [] }, T)).toBe(EMPTY)
  })

  it('is not counted on a line of several whose records stay', () => {
    expect(learnLines(EMPTY, { dsl: absent }, several, T).lines).toEqual({ dsl: { link: { state: 'up', since: T } } })
  })

  it.each([
    ['before it was reported', { since: T + DAY, rounds: 3 }],
    ['between two reports', { since: T - 20 * MINUTE, rounds: 2, at: T + DAY }],
  ])('a clock that went back begins anew: %s', (_, AAAA) => {
    const before: State = { ...EMPTY, lines: { default: { absent: { AAAA } } } }
    const state = learnLines(before, { default: absent }, removing, T)
    expect(state.lines?.default?.absent?.AAAA).toEqual({ since: T, rounds: 1 })
  })

  it('that a prefix was told some time ago is no sign that the line has it again', () => {
    const none: LineAnswers = { A, absent: ['prefix'] }
    const told: LineAnswers = { A, prefix: { address: ip('2001:db8::'), length: 56, isTold: true } }
    let state = EMPTY
    for (const [minute, answers] of [
      [0, none],
      [5, none],
      [7, told],
      [10, none],
    ] as const) {
      state = learnLines(state, { default: answers }, removing, T + minute * MINUTE)
    }
    expect(state.lines?.default?.absent?.prefix?.gone).toBe(true)
  })
})

it('a line that was not asked keeps its memory', () => {
  const known: Known = A
  const first = learnLines(EMPTY, { dsl: { A: known }, lte: { A: known } }, several, T)
  expect(learnLines(first, { dsl: { A: known } }, several, T)).toBe(first)
})

it('of a line that was never asked nothing is remembered', () => {
  const { lines } = learnLines(EMPTY, { dsl: { A } }, several, T)
  expect(Object.keys(lines!)).toEqual(['dsl'])
})
