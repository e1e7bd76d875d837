import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ErrorKind, Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import type { JudgedSighting } from '../../src/core/sighting.ts'
import { restsShorter, type SourceTrouble, troubleAfter, turnOf } from '../../src/core/source-rest.ts'
import { whyNotPublic } from '../../src/dns/special-purpose.ts'
import { ip } from '../support/targets.ts'

const AGREED: JudgedSighting = {
  ...{ source: 's', view: 'outside', answer: [ip('5.9.1.7')], judgement: 'agreed', refused: [] },
}
const failed = (kind: ErrorKind, retryAfter?: number): JudgedSighting => ({
  ...AGREED,
  ...{ judgement: 'failed', answer: new Failure(kind, 's: silent', { retryAfter }) },
})
const DISAGREED: JudgedSighting = { ...AGREED, judgement: 'disagreed' }
const inner = ip('192.168.1.2')
const REFUSED: JudgedSighting = {
  ...{ ...AGREED, judgement: 'refused', answer: [inner] },
  refused: [{ address: inner, why: whyNotPublic(inner)! }],
}

/** So many rounds, one every five minutes, each with that sighting. */
function rounds(sighting: JudgedSighting, count: number, every = 5 * MINUTE, isKnown = true) {
  let trouble: SourceTrouble | undefined
  for (let nth = 0; nth < count; nth++)
    trouble = troubleAfter(trouble, sighting, { isKnown, now: nth * every, random: 0 })
  return trouble
}

describe('a source rests', () => {
  it.each([
    ['after one failure', failed('network'), 1, undefined],
    ['after two', failed('network'), 2, undefined],
    ['after three', failed('network'), 3, 10 * MINUTE + 5 * MINUTE],
    ['after four', failed('network'), 4, 15 * MINUTE + 10 * MINUTE],
    ['after many', failed('network'), 30, 145 * MINUTE + HOUR],
    ['when it is asked too often', failed('rate-limited'), 3, 10 * MINUTE + 15 * MINUTE],
    ['when it asks for patience', failed('rate-limited', 7200), 3, 10 * MINUTE + 2 * HOUR],
    ['when it cannot be read', failed('protocol'), 3, 10 * MINUTE + 15 * MINUTE],
    ['when it refuses', failed('auth'), 3, 10 * MINUTE + 15 * MINUTE],
    ['when it does not know us', failed('rejected'), 30, 145 * MINUTE + DAY],
    ['when it cannot do it', failed('unsupported'), 3, 10 * MINUTE + 15 * MINUTE],
    ['when the others contradict it', DISAGREED, 3, 10 * MINUTE + 15 * MINUTE],
    ['when what it says cannot be public', REFUSED, 3, 10 * MINUTE + 15 * MINUTE],
    ['when a router refuses', { ...failed('rejected'), view: 'gateway' }, 30, 145 * MINUTE + HOUR],
    ['by a fault of our own', failed('bug'), 3, 10 * MINUTE + HOUR],
  ] as const)('%s', (_, sighting, count, until) => {
    expect(rounds(sighting, count)?.until).toBe(until)
  })

  it('for five minutes at most where it could show which line is dead', () => {
    const before = { ...rounds(failed('network'), 30)!, times: 30 }
    const end = (isProof: boolean) =>
      troubleAfter(before, failed('network'), { isKnown: true, isProof, now: 0, random: 0 })?.until
    expect([end(true), end(false)]).toEqual([5 * MINUTE, HOUR])
  })

  it.each([
    ['network', 'silent', 'silent'],
    ['network', 'no-route', 'silent'],
    ['network', 'refused', undefined],
    ['network', 'no-family', undefined],
    ['rate-limited', undefined, 'heard'],
  ] as const)('and what it proves: %s %s', (kind, reason, witness) => {
    const sighting = { ...failed(kind), answer: new Failure(kind, 's', { reason }) }
    expect(rounds(sighting, 3)?.witness).toBe(witness)
    expect(rounds(DISAGREED, 3)?.witness).toBe('heard')
  })

  it('shorter, where it refused and all others are silent', () => {
    const rests = rounds(failed('rejected'), 30)!
    expect(restsShorter(rests, 0)?.until).toBe(14 * MINUTE)
    expect(restsShorter({ ...rests, until: MINUTE }, 0)?.until).toBe(MINUTE)
    expect(restsShorter({ ...rests, until: undefined }, 0)?.until).toBeUndefined()
    expect(restsShorter(undefined, 0)).toBeUndefined()
    expect(restsShorter({ ...rests, until: HOUR, witness: undefined as never }, 0)?.until).toBe(HOUR)
    expect(restsShorter({ ...rests, until: HOUR, witness: 'silent' }, 0)?.until).toBe(HOUR)
  })

  it('and it is told what it was', () => {
    expect(rounds(failed('network'), 3)).toMatchObject({ times: 3, since: 0, what: 'fails', why: 's: silent' })
    expect(rounds(DISAGREED, 3)).toMatchObject({ what: 'disagrees', why: 's: says 5.9.1.7' })
    expect(rounds({ ...DISAGREED, answer: [] }, 3)?.why).toBe('s: says none')
    expect(rounds(REFUSED, 3)?.why).toBe('s: says 192.168.1.2, which is not public')
  })
})

describe('it does not', () => {
  it('in the rounds of one reconnection, which follow each other within seconds', () => {
    expect(rounds(failed('network'), 5, SECOND)?.until).toBeUndefined()
    expect(rounds({ ...failed('network'), optional: true }, 3, SECOND)?.until).toBeDefined()
  })

  it('where the others do not know the address either: the line may be down', () => {
    expect(rounds(failed('network'), 9, HOUR, false)).toBeUndefined()
  })

  it('because the round was ended, or because nothing could be decided', () => {
    expect(rounds(failed('cancelled'), 9)).toBeUndefined()
    expect(rounds({ ...AGREED, judgement: 'undecided' }, 9)).toBeUndefined()
  })

  it('because it is this box behind a router, and has an inner address', () => {
    expect(rounds({ ...REFUSED, view: 'host' }, 30)).toBeUndefined()
  })

  it('because it is a router, and keeps its address back', () => {
    const hidden = new Failure('unavailable', 's: shows none', { reason: 'hidden' })
    const sighting: JudgedSighting = { ...AGREED, view: 'gateway', judgement: 'hidden', answer: hidden }
    expect(rounds(sighting, 9)).toBeUndefined()
    expect(troubleAfter(rounds(failed('network'), 9), sighting, { isKnown: true, now: DAY, random: 0 })).toBeUndefined()
  })

  it('because it is a router, and shows what the line is', () => {
    expect(rounds({ ...REFUSED, view: 'gateway' }, 9)).toBeUndefined()
    expect(rounds({ ...DISAGREED, view: 'gateway' }, 9)).toBeUndefined()
    expect(rounds({ ...AGREED, judgement: 'vetoed' }, 9)).toBeUndefined()
  })
})

it('one answer that the others share ends all trouble', () => {
  expect(troubleAfter(rounds(failed('network'), 30), AGREED, { isKnown: true, now: DAY, random: 0 })).toBeUndefined()
})

it('a clock that was set back lets nothing rest for ever', () => {
  const trouble = { ...rounds(failed('network'), 3)!, until: 400 * DAY }
  expect(turnOf(trouble, 'outside', { now: 0, hint: false })).toBe('ask')
  const after = troubleAfter({ ...trouble, since: 300 * DAY }, failed('network'), { isKnown: true, now: 0, random: 0 })
  expect(after).toMatchObject({ since: 0, times: 4 })
})

it.each([
  ['no trouble', undefined, 'outside', false, 'ask'],
  ['trouble without a pause', { until: undefined }, 'outside', false, 'ask'],
  ['a pause', { until: 101 }, 'outside', false, 'rest'],
  ['a pause that is over', { until: 100 }, 'outside', false, 'ask'],
  ['a pause, and the line may have changed', { until: 101 }, 'outside', true, 'rest'],
  ['a pause of a router', { until: 101 }, 'gateway', false, 'rest'],
  ['a pause of a router, and the line may have changed', { until: 101 }, 'gateway', true, 'beside'],
  ['a pause of a router that is over', { until: 100 }, 'gateway', false, 'ask'],
  ['a pause of a router that is over, and the line may have changed', { until: 100 }, 'gateway', true, 'beside'],
] as const)('%s', (_, trouble, view, hint, turn) => {
  const whole = trouble && { times: 3, since: 0, what: 'fails' as const, why: '', ...trouble }
  expect(turnOf(whole, view, { now: 100, hint })).toBe(turn)
})

it('no pause is longer than a week and a day', () => {
  const kinds = fc.constantFrom('network', 'unavailable', 'rate-limited', 'protocol', 'auth', 'blocked', 'bug')
  fc.assert(
    fc.property(kinds, fc.nat(100), fc.nat(1e9), (kind, count, retryAfter) => {
      const trouble = rounds(failed(kind as ErrorKind, retryAfter), count + 3)!
      const last = (count + 2) * 5 * MINUTE
      expect(trouble.until).toBeGreaterThan(last)
      expect(turnOf(trouble, 'outside', { now: last, hint: false })).toBe('rest')
    }),
  )
})
