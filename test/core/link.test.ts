import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import { isFlapping, type Link, type LinkSight, lineInUse, linkSight, nextLink } from '../../src/core/link.ts'
import type { Known, LineName } from '../../src/core/plan.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { ip } from '../support/targets.ts'

const RULES = { lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE }
const T = 1000 * DAY
const SILENT = new Failure('network', 'no answer')
const CUT = new Failure('network', 'eth0 is down', { reason: 'no-route' })
const NOBODY = new Failure('unsupported', 'no source can tell it')
const SHARED = new Failure('rejected', '100.64.1.2 is shared', { reason: 'shared-address' })
const INNER = new Failure('rejected', '192.168.1.2 is not public; the others are silent')
const V4 = [ip('192.0.2.1')]
const V6 = [ip('2001:db8::1')]

describe('what a round saw of a line', () => {
  it.each<[string, Known | undefined, Known | undefined, LinkSight]>([
    ['both are known', V4, V6, 'up'],
    ['IPv4 alone is wanted', V4, undefined, 'up'],
    ['IPv6 alone is wanted', undefined, V6, 'up'],
    ['IPv4 is unknown, an old IPv6 is still there', SILENT, V6, 'unknown'],
    ['IPv6 is unknown', V4, SILENT, 'up'],
    ['the line has no IPv4', [], V6, 'up'],
    ['nobody can tell IPv4', NOBODY, V6, 'up'],
    ["IPv4 is the carrier's", SHARED, V6, 'up'],
    ["IPv4 is the carrier's, IPv6 is unknown", SHARED, SILENT, 'unknown'],
    ["IPv4 is the carrier's, and there is no IPv6", SHARED, [], 'unknown'],
    ["IPv4 is the carrier's, IPv6 is cut", SHARED, CUT, 'cut'],
    ['IPv4 is seen by this box alone, an old IPv6 is still there', INNER, V6, 'unknown'],
    ['it has neither', [], [], 'unknown'],
    ['nobody can tell either', NOBODY, NOBODY, 'unknown'],
    ['the interface is down', CUT, CUT, 'cut'],
    ['there is no IPv4 by the kernel', CUT, V6, 'cut'],
    ['nothing was asked', undefined, undefined, 'unknown'],
  ])('%s', (_, A, AAAA, sight) => expect(linkSight({ ...(A && { A }), ...(AAAA && { AAAA }) })).toBe(sight))

  it.each<[AddressType, Known | undefined, LinkSight]>([
    ['A', V4, 'alone'],
    ['AAAA', V4, 'up'],
    ['AAAA', NOBODY, 'alone'],
  ])('nobody outside was heard by any line for %s, and IPv4 is %s', (type, A, sight) =>
    expect(linkSight({ ...(A && { A }), AAAA: V6, unheard: [type] })).toBe(sight),
  )

  it.each<[AddressType, Known | undefined, LinkSight]>([
    ['A', V4, 'unknown'],
    ['AAAA', V4, 'up'],
    ['AAAA', NOBODY, 'unknown'],
    ['AAAA', CUT, 'cut'],
  ])('nobody outside confirms %s, and IPv4 is %s', (type, A, sight) =>
    expect(linkSight({ ...(A && { A }), AAAA: V6, unproven: [type] })).toBe(sight),
  )
})

describe('how a line stands', () => {
  const up: Link = { state: 'up', since: T - HOUR }
  const unsure: Link = { state: 'unsure', since: T, until: T + 30 * SECOND, misses: 1 }
  const down: Link = { state: 'down', since: T - HOUR, drops: [T - HOUR] }
  const returning: Link = { state: 'returning', since: T, until: T + 10 * MINUTE, drops: [T - HOUR] }
  const later = (seconds: number) => T + seconds * SECOND
  const secondMiss: Link = { ...unsure, misses: 2, missedAt: later(11) }
  const anewAt = (at: number, begun: number): Link => ({ ...unsure, since: at, until: at + 30 * SECOND, begun })

  it.each<[string, Link | undefined, LinkSight, number, Partial<Link>]>([
    ['first seen with an address: trusted', undefined, 'up', T, { state: 'up', since: T }],
    ['first seen without: not given up yet', undefined, 'unknown', T, unsure],
    ['first seen cut off', undefined, 'cut', T, { state: 'down', since: T }],
    [
      'first seen cut off, and still without',
      { state: 'down', since: T },
      'unknown',
      later(9),
      { state: 'down', since: T },
    ],
    [
      'first seen cut off, then up: trusted at once',
      { state: 'down', since: T },
      'up',
      later(9),
      { state: 'up', since: later(9) },
    ],
    [
      'given up, long ago even',
      { state: 'down', since: T, drops: [] },
      'up',
      later(9),
      { ...returning, since: later(9), until: later(609), drops: [] },
    ],
    ['up, and stays', up, 'up', T, up],
    ['up, by its own word alone', up, 'alone', T, up],
    ['first seen by its own word alone', undefined, 'alone', T, { state: 'up', since: T }],
    [
      'first seen cut off, then up by its own word',
      { state: 'down', since: T },
      'alone',
      later(9),
      { state: 'up', since: later(9) },
    ],
    ['back by its own word, before it was given up', unsure, 'alone', later(20), { state: 'up', since: later(20) }],
    ['given up, and back by its own word alone: as before', down, 'alone', T, down],
    ['coming back, and then by its own word alone: it must be heard again', returning, 'alone', T + HOUR, returning],
    ['up, and unknown once', up, 'unknown', T, unsure],
    ['up, and cut: down at once', up, 'cut', T, { state: 'down', since: T, drops: [T] }],
    ['unknown twice', unsure, 'unknown', later(10), { ...unsure, misses: 2, missedAt: later(10) }],
    ['asked again at once: no second miss', unsure, 'unknown', later(9), unsure],
    [
      'unknown three times',
      { ...unsure, misses: 2, missedAt: later(11) },
      'unknown',
      later(21),
      { state: 'down', since: later(21), drops: [later(21)] },
    ],
    [
      'asked again soon after the second miss',
      { ...unsure, misses: 2, missedAt: later(11) },
      'unknown',
      later(20),
      { ...unsure, misses: 2, missedAt: later(11) },
    ],
    ['unknown for 30 s', unsure, 'unknown', later(30), { state: 'down', since: later(30), drops: [later(30)] }],
    ['not quite 30 s', unsure, 'unknown', later(29), { ...unsure, misses: 2, missedAt: later(29) }],
    [
      'judged late by a running process',
      unsure,
      'unknown',
      later(60),
      { state: 'down', since: later(60), drops: [later(60)] },
    ],
    ['off until later: it begins anew', unsure, 'unknown', later(61), anewAt(later(61), 2)],
    ['off overnight after the second miss', secondMiss, 'unknown', T + 8 * HOUR, anewAt(T + 8 * HOUR, 2)],
    ['off, and up when it starts', unsure, 'up', T + 8 * HOUR, { state: 'up', since: T + 8 * HOUR }],
    ['off, and cut when it starts', unsure, 'cut', later(90), { state: 'down', since: later(90), drops: [later(90)] }],
    [
      'off while a line that was given up before was unsure',
      { ...unsure, drops: [T - HOUR] },
      'unknown',
      later(61),
      { ...anewAt(later(61), 2), drops: [T - HOUR] },
    ],
    [
      'begun anew, and not quite 30 s',
      anewAt(T, 2),
      'unknown',
      later(29),
      { ...anewAt(T, 2), misses: 2, missedAt: later(29) },
    ],
    [
      'begun anew, and 30 s',
      anewAt(T, 2),
      'unknown',
      later(30),
      { state: 'down', since: later(30), drops: [later(30)] },
    ],
    ['for the third time', anewAt(T, 2), 'unknown', later(61), { state: 'down', since: later(61), drops: [later(61)] }],
    ['the clock went back after it had begun anew', anewAt(T + DAY, 2), 'unknown', T, anewAt(T, 2)],
    ['back before it was given up', unsure, 'up', later(20), { state: 'up', since: later(20) }],
    ['cut while unsure', unsure, 'cut', later(1), { state: 'down', since: later(1), drops: [later(1)] }],
    ['down, and stays', down, 'unknown', T, down],
    ['down, and comes back', down, 'up', T, returning],
    ['back, not for long enough', returning, 'up', later(599), returning],
    ['back for long enough', returning, 'up', later(600), { state: 'up', since: later(600), drops: [T - HOUR] }],
    [
      'back, and lost before it was trusted',
      returning,
      'unknown',
      later(599),
      { state: 'down', since: later(599), drops: [T - HOUR] },
    ],
    ['the clock went back a day', { ...unsure, since: T + DAY, until: T + DAY + 30 * SECOND }, 'unknown', T, unsure],
    [
      'the clock went back after the second miss',
      { ...unsure, misses: 2, missedAt: T + DAY },
      'unknown',
      later(15),
      { ...unsure, misses: 2, missedAt: later(15) },
    ],
    [
      'the clock went back while it was returning',
      { ...returning, since: T + DAY, until: T + DAY + 10 * MINUTE },
      'up',
      T,
      returning,
    ],
  ])('%s', (_, before, sight, now, after) => expect(nextLink(before, sight, RULES, now)).toEqual(after))

  it.each([
    ['every minute or so', [0, 61], [122]],
    ['every five minutes', [0, 300], [600]],
    ['every two hours', [0, 7200], [14_400]],
    ['every five minutes, each time twice', [0, 12, 300, 312], [600]],
    ['twice in a minute, as fail-over by time', [0], [50]],
  ])('rounds that nobody else watches between, %s, give a line up too', (_, before, [last]) => {
    let link: Link = up
    for (const seconds of before) {
      link = nextLink(link, 'unknown', RULES, later(seconds))
      expect(link.state).toBe('unsure')
    }
    expect(nextLink(link, 'unknown', RULES, later(last!)).state).toBe('down')
  })

  it('a round that silent sources keep for longer than a short lineDownAfter is no absence', () => {
    const rules = { ...RULES, lineDownAfter: 2 * SECOND }
    const link = nextLink(up, 'unknown', rules, T)
    expect(nextLink(link, 'unknown', rules, later(2 + 15)).state).toBe('down')
    expect(nextLink(link, 'unknown', rules, later(2 + 16)).state).toBe('unsure')
  })

  it('gives the same value where nothing changed: nothing is written', () => {
    expect(nextLink(up, 'up', RULES, T)).toBe(up)
    expect(nextLink(down, 'unknown', RULES, T)).toBe(down)
    expect(nextLink(returning, 'up', RULES, later(1))).toBe(returning)
    expect(nextLink(unsure, 'unknown', RULES, later(1))).toBe(unsure)
  })

  it.each([
    [1, 10],
    [2, 10],
    [3, 20],
    [4, 40],
    [5, 80],
    [9, 80],
  ])('given up %i times in six hours, it must be up for %i min', (times, minutes) => {
    const drops = Array.from({ length: times }, (_, i) => T - (times - i) * MINUTE)
    const link = nextLink({ state: 'down', since: T - MINUTE, drops }, 'up', RULES, T)
    expect(link.until).toBe(T + minutes * MINUTE)
    expect(isFlapping(link, T)).toBe(times > 2)
  })

  it('forgets after six hours, and never remembers more than it needs', () => {
    const drops = [1, 2, 3].map((i) => T - 6 * HOUR - i)
    expect(nextLink({ state: 'down', since: T - DAY, drops }, 'up', RULES, T).until).toBe(T + 10 * MINUTE)
    let link: Link = { state: 'up', since: T }
    for (let i = 1; i < 50; i++) {
      link = nextLink(link, 'cut', RULES, T + 3 * i)
      link = { ...link, state: 'up' }
    }
    expect(link.drops?.length).toBe(6)
  })
})

describe('which line of a list is used', () => {
  const at = (state: Link['state'], since = 0) => ({ link: { state, since, until: 1e15 } })
  it.each<[string, Record<string, { link?: Link }>, string]>([
    ['nothing is known', {}, 'dsl'],
    ['both are up', { dsl: at('up'), lte: at('up') }, 'dsl'],
    ['the first is unsure', { dsl: at('unsure'), lte: at('up') }, 'dsl'],
    ['the first is down', { dsl: at('down'), lte: at('up') }, 'lte'],
    ['the first is down, the second unsure', { dsl: at('down'), lte: at('unsure') }, 'lte'],
    ['the first is back, the second up', { dsl: at('returning'), lte: at('up') }, 'lte'],
    ['the first is back, the second down', { dsl: at('returning'), lte: at('down') }, 'dsl'],
    ['both are back, the second sooner', { dsl: at('returning', 9), lte: at('returning', 5) }, 'lte'],
    ['both are down, the second later', { dsl: at('down', 5), lte: at('down', 9) }, 'lte'],
  ])('%s', (_, links, line) => expect(lineInUse(['dsl', 'lte'], links)).toBe(line))
})

describe('over a day of outages, whatever they are', () => {
  const LINES = ['dsl', 'lte', 'sat'] as const
  const step = fc.record({
    after: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 400 })),
    sights: fc.tuple(...LINES.map(() => fc.constantFrom<LinkSight>('up', 'up', 'up', 'unknown', 'cut'))),
  })
  const history = fc.array(step, { minLength: 1, maxLength: 120 })
  type Links = Record<LineName, { link: Link }>

  function live(steps: readonly { after: number; sights: readonly LinkSight[] }[]) {
    let now = T
    let links: Links = {}
    const used: { line: string; now: number; sights: readonly LinkSight[]; links: Links }[] = []
    for (const { after, sights } of steps) {
      now += after * SECOND
      links = Object.fromEntries(
        LINES.map((line, i) => [line, { link: nextLink(links[line]?.link, sights[i]!, RULES, now) }]),
      )
      used.push({ line: lineInUse(LINES, links), now, sights, links })
    }
    return used
  }
  const hadNone = (before: ReturnType<typeof live>[number], links: Links) =>
    [before.links, links].some((at) => at[before.line]!.link.state === 'down')
  const rank = (line: string) => LINES.indexOf(line as (typeof LINES)[number])

  it('a better line takes over from one that works only after it was up for failbackAfter without a gap', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const used = live(steps)
        for (const [i, { line, now, links }] of used.entries()) {
          const before = used[i - 1]
          if (!before || rank(line) >= rank(before.line)) continue
          if (hadNone(before, links)) continue // whatever has an address is better than none
          const sights = used.slice(0, i).map((one) => one.sights[rank(line)])
          if (sights[0] === 'cut' && !sights.includes('up')) continue // never seen before: it does not come back
          const since = now - RULES.failbackAfter
          const within = used.slice(0, i + 1).filter((one) => one.now > since)
          expect(within.every((one) => one.sights[rank(line)] === 'up')).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never twice back to better lines that were not needed within failbackAfter', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const used = live(steps)
        const backs = used.filter(({ line, links }, i) => {
          const before = used[i - 1]
          return before && rank(line) < rank(before.line) && !hadNone(before, links)
        })
        for (const [i, one] of backs.entries()) {
          const before = backs[i - 1]
          if (before && before.line === one.line)
            expect(one.now - before.now).toBeGreaterThanOrEqual(RULES.failbackAfter)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('hints alone give no line up that is unknown for less than two thirds of lineDownAfter', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 15_000 }), { minLength: 1, maxLength: 60 })
    const lineDownAfter = fc.integer({ min: SECOND, max: 5 * MINUTE })
    fc.assert(
      fc.property(gaps, lineDownAfter, (times, downAfter) => {
        const rules = { ...RULES, lineDownAfter: downAfter }
        let now = T
        let link = nextLink({ state: 'up', since: T - HOUR }, 'unknown', rules, now)
        for (const gap of times) {
          now += gap
          link = nextLink(link, 'unknown', rules, now)
          if (now - T < (downAfter * 2) / 3) expect(link.state).toBe('unsure')
          if (now - T >= downAfter) expect(link.state).toBe('down')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('ends at the best line that stays up', () => {
    const still = fc.tuple(...LINES.map(() => fc.boolean()))
    fc.assert(
      fc.property(history, still, (steps, ups) => {
        const sights = ups.map((isUp): LinkSight => (isUp ? 'up' : 'unknown'))
        const calm = Array.from({ length: 30 }, () => ({ after: 200, sights }))
        const end = live([...steps, ...calm]).at(-1)!
        const best = LINES.find((_, i) => ups[i])
        if (best) expect(end.line).toBe(best)
      }),
      { numRuns: 300 },
    )
  })

  it('a line that is used has an address, as long as any has had one for three rounds that count', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const used = live(steps)
        for (const [i, { line }] of used.entries()) {
          const last = used.slice(Math.max(0, i - 2), i + 1)
          const gaps = last.slice(1).map(({ now }, j) => now - last[j]!.now)
          const isWatched = gaps.every((gap) => gap >= RULES.lineDownAfter / 3 && gap <= RULES.lineDownAfter)
          const isSeldom = gaps.every((gap) => gap > 2 * RULES.lineDownAfter)
          // As of one that only reconnects, or across a time when nobody was there, they do not count.
          if (last.length < 3 || !(isWatched || isSeldom)) continue
          const working = LINES.filter((_, j) => last.every(({ sights }) => sights[j] === 'up'))
          if (working.length > 0) expect(last.some(({ sights }) => sights[rank(line)] === 'up')).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is the same after a restart, and whatever the clock does nothing throws', () => {
    const stamps = fc.integer({ min: T - DAY, max: T + DAY })
    const any = fc.record({
      state: fc.constantFrom<Link['state']>('up', 'unsure', 'down', 'returning'),
      since: stamps,
      until: stamps,
      begun: fc.option(fc.integer({ min: 2, max: 3 }), { nil: undefined }),
      drops: fc.option(fc.array(stamps, { maxLength: 6 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(any, fc.constantFrom<LinkSight>('up', 'unknown', 'cut'), (link, sight) => {
        const next = nextLink(link, sight, RULES, T)
        expect(nextLink(JSON.parse(JSON.stringify(link)), sight, RULES, T)).toEqual(next)
        expect(next.since).toBeLessThanOrEqual(T)
      }),
    )
  })
})
