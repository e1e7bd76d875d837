import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.ts'
import { Failure } from '../../src/core/failure.ts'
import { DAY, MINUTE } from '../../src/core/instant.ts'
import { isPublish, type Known, type Situation, type Traits } from '../../src/core/plan.ts'
import type { Memory } from '../../src/core/state.ts'
import { ip, target } from '../support/targets.ts'

const NOW = 1000 * DAY
const [OLD4, NEW4] = [[ip('192.0.2.1')], [ip('192.0.2.2')]]
const [OLD6, NEW6] = [[ip('2001:db8::1')], [ip('2001:db8::2')]]
const traits: Traits = { readable: false, leftOut: 'cleared', hostsPerRequest: 1, spacing: 0 }
const [four, six] = [
  target('mail.ddns.net', 'A', { id: 'x', traits }),
  target('mail.ddns.net', 'AAAA', { id: 'x', traits }),
]
const at = (addresses: typeof OLD4, minutesAgo: number) => ({ addresses, at: NOW - minutesAgo * MINUTE })
const BEFORE4 = [ip('192.0.2.9')]
const PAUSED = {
  kind: 'network',
  message: '',
  times: 9,
  at: NOW - MINUTE,
  until: NOW + MINUTE,
  identity: '#1',
  lost: true,
} as const
const HELD = { kind: 'blocked', message: 'abuse', times: 1, at: NOW - MINUTE, until: 'hold', identity: '#1' } as const
const SILENT = new Failure('network', 'no answer')

/** IPv6 has changed and goes out; what becomes of the IPv4 address that the service would clear? */
function sentWith(disk: Partial<Memory>, seen: Known | undefined, line: Known = NEW4): string {
  const situation: Situation = {
    targets: [four, six],
    detected: { default: { A: line, AAAA: NEW6 } },
    observed: new Map(seen ? [[four.key, { known: seen }]] : []),
    state: {
      salt: '',
      mx: {},
      targets: {
        [four.key]: { writes: [], forced: [], ...disk },
        [six.key]: { writes: [], forced: [], published: at(OLD6, 60) },
      } as Situation['state']['targets'],
    },
    force: 'none',
    now: NOW,
    version: '1',
    lineBack: false,
  }
  const [own, action] = decide(situation)
  if (!action || !own) return ''
  if (!isPublish(action)) return action.kind
  return `${own.kind}, sent with ${isPublish(own) ? 'the new one' : (action.companion?.addresses ?? 'nothing')}`
}

it.each<[situation: string, disk: Partial<Memory>, seen: Known | undefined, expected: string]>([
  ['published as it is', { published: at(NEW4, 60) }, undefined, `skip, sent with ${NEW4}`],
  ['it changes too', { published: at(OLD4, 60) }, undefined, 'publish, sent with the new one'],
  ['never published, but there: adopted', {}, NEW4, `skip, sent with ${NEW4}`],
  [
    'its write was lost a minute ago and has arrived: adopted',
    { published: at(OLD4, 60), intent: at(NEW4, 1) },
    NEW4,
    `skip, sent with ${NEW4}`,
  ],
  [
    'its write was lost a minute ago, and the servers lag: what was lost is right still',
    { published: at(OLD4, 60), intent: at(NEW4, 1) },
    OLD4,
    `wait, sent with ${NEW4}`,
  ],
  [
    'its write was lost long ago, and the servers show a set from before all that',
    { published: at(OLD4, 60), intent: at(NEW4, 20), trouble: PAUSED },
    BEFORE4,
    `wait, sent with ${NEW4}`,
  ],
  [
    'its write was lost, and no server answers',
    { published: at(OLD4, 60), intent: at(NEW4, 1) },
    SILENT,
    `wait, sent with ${NEW4}`,
  ],
  [
    'its write was lost, then refused for good: what is held does not go along',
    { published: at(OLD4, 60), intent: at(NEW4, 20), trouble: HELD },
    OLD4,
    'hold',
  ],
  [
    'refused for good, nothing lost: what the service holds goes along',
    { published: at(OLD4, 60), trouble: HELD },
    undefined,
    `hold, sent with ${OLD4}`,
  ],
  [
    'its write was lost, then refused for good, and the user has changed something since',
    { published: at(OLD4, 60), intent: at(NEW4, 40), trouble: { ...HELD, identity: '#0' } },
    OLD4,
    'publish, sent with the new one',
  ],
])('%s', (_, disk, seen, expected) => {
  expect(sentWith(disk, seen)).toBe(expected)
})

it('goes alone where the other family is known to hold nothing', () => {
  expect(sentWith({}, [], SILENT)).toBe('skip, sent with nothing')
  expect(sentWith({}, SILENT, SILENT)).toBe('wait')
})

it('a lost write of an address that the line has no more is not sent along: nobody knows what would be cleared', () => {
  const lost = { published: at(OLD4, 60), intent: at(BEFORE4, 1), trouble: PAUSED }
  expect(sentWith(lost, OLD4, SILENT)).toBe('wait')
})

describe('the line has another address since a write of it was lost long ago, and it is not sent itself', () => {
  const WAITS = { ...PAUSED, kind: 'unavailable', lost: undefined } as const
  const LIE4 = [ip('198.51.100.99')]

  it.each<[situation: string, disk: Partial<Memory>, seen: Known | undefined, expected: string]>([
    [
      'what was lost was there before: nothing to learn',
      { published: at(OLD4, 60), intent: at(OLD4, 20) },
      LIE4,
      'OLD4',
    ],
    ['so even while the servers lag', { published: at(OLD4, 60), intent: at(OLD4, 1) }, undefined, 'OLD4'],
    ['the set before shows', { published: at(OLD4, 60), intent: at(BEFORE4, 20) }, OLD4, 'OLD4'],
    ['the lost one shows', { published: at(OLD4, 60), intent: at(BEFORE4, 20) }, BEFORE4, 'BEFORE4'],
    [
      'one that was lost earlier shows',
      { published: at(OLD4, 60), doubt: at(LIE4, 30), intent: at(BEFORE4, 20) },
      LIE4,
      'LIE4',
    ],
    ['what shows never was ours', { published: at(OLD4, 60), intent: at(BEFORE4, 20) }, LIE4, 'BEFORE4'],
    [
      'a first write was lost, and what it replaces shows',
      { previous: at(OLD4, 60), intent: at(BEFORE4, 20) },
      OLD4,
      'OLD4',
    ],
    [
      'a first write was lost, and something else shows',
      { previous: at(OLD4, 60), intent: at(BEFORE4, 20) },
      LIE4,
      'BEFORE4',
    ],
    ['a first write was lost, and nobody saw what was there before', { intent: at(BEFORE4, 20) }, LIE4, 'LIE4'],
  ])('%s', (_, disk, seen, expected) => {
    expect(sentWith({ ...disk, trouble: WAITS }, seen)).toBe(`wait, sent with ${{ OLD4, BEFORE4, LIE4 }[expected]}`)
  })

  it('what is held goes along where the service has accepted it once', () => {
    const repeated = { published: at(OLD4, 60), intent: at(OLD4, 20), trouble: HELD }
    expect(sentWith(repeated, LIE4)).toBe(`hold, sent with ${OLD4}`)
    expect(sentWith({ ...repeated, intent: at(BEFORE4, 20) }, BEFORE4)).toBe('hold')
  })
})
