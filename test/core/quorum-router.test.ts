import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { isKnown } from '../../src/core/plan.ts'
import { judgeSightings } from '../../src/core/quorum.ts'
import { type Sighting, type SourceView, voteOf } from '../../src/core/sighting.ts'
import { isDecided } from '../../src/core/tally.ts'
import { sameAddresses } from '../../src/dns/rrset.ts'
import { ip } from '../support/targets.ts'

const [X, Y, Z] = ['5.9.1.7', '5.9.1.8', '5.9.1.9']
const CARRIER = '100.64.3.4'
const DS_LITE = '192.0.0.2'
const INNER = '192.168.178.20'
const VIEWS: Readonly<Record<string, SourceView>> = {
  o: 'outside',
  r: 'gateway',
  p: 'gateway',
  t: 'gateway',
  h: 'host',
  g: 'given',
}

/**
 * `o:5.9.1.7`: a view and what it says: addresses joined by +, `none`, `down`, or `hidden`; `p` is a router that told by itself, `t` one that did so some time ago. `?` at the
 * end: nobody named the source.
 */
function sighting(word: string, i: number): Sighting {
  const [, view = '', said = '', optional] = /^(\w):([^?]*)(\?)?$/.exec(word)!
  const failures: Readonly<Record<string, Failure>> = {
    down: new Failure('network', 'silent'),
    hidden: new Failure('unavailable', 'keeps it back', { reason: 'hidden' }),
  }
  const answer = failures[said] ?? (said === 'none' ? [] : said.split('+').map((one) => ip(one)))
  const told = { ...(/[pt]/.test(view) && { at: 0 }), ...(view === 't' && { isOld: true as const }) }
  const more = { ...(optional && { optional: true as const }), ...told }
  return { source: `${view}${i}`, view: VIEWS[view]!, answer, ...more }
}
const sightings = (words: readonly string[]) => words.map(sighting)
const judge = (words: readonly string[], quorum?: number, allow: string[] = []) =>
  judgeSightings('A', sightings(words), { quorum, allow })
const addressOf = (words: readonly string[], quorum?: number) => {
  const { addresses } = judge(words, quorum)
  return isKnown(addresses) ? addresses.toSorted().join('+') || 'none' : 'unknown'
}
const shown = (words: string, quorum?: number, allow?: string[]) => {
  const { addresses, sightings: judged, findings } = judge(words.split(' '), quorum, allow)
  const verdict = isKnown(addresses) ? addresses.join('+') || 'none' : addresses.kind
  const found = findings.map(({ id, severity }) => `${severity} ${id}`).join()
  return [verdict, judged.map(({ judgement }) => judgement).join(' '), found]
}

const CGNAT = 'error behind-cgnat'
const DOUBLE = 'info double-nat'
const DIFFER = 'info sources-disagree'

it.each([
  // the sources, quorum; the verdict, what came of each, findings
  [`o:${X} o:${X} r:${X}`, undefined, X, 'agreed agreed agreed', ''],
  [`o:${X} r:${CARRIER}`, undefined, 'rejected', 'vetoed refused', CGNAT],
  [`o:${X} o:${X} o:${X} r:${CARRIER}?`, undefined, 'rejected', 'vetoed vetoed vetoed refused', CGNAT],
  [`o:${X} r:${DS_LITE}`, undefined, 'rejected', 'vetoed refused', CGNAT],
  [`o:${X} o:${Y} r:${CARRIER}`, undefined, 'rejected', 'vetoed vetoed refused', CGNAT],
  [`o:down r:${CARRIER}`, undefined, 'rejected', 'failed refused', CGNAT],
  [`r:${CARRIER}`, undefined, 'rejected', 'refused', CGNAT],
  [`o:${X} r:${X} r:${CARRIER}`, undefined, 'rejected', 'vetoed undecided refused', CGNAT],
  [`o:${X} r:${X}+${CARRIER}`, undefined, 'rejected', 'vetoed undecided', CGNAT],
  // what this box or the user has does not end at that router
  [`o:${X} h:${Y} r:${CARRIER}`, undefined, Y, 'vetoed agreed refused', ''],
  [`o:${X} g:${Y} r:${CARRIER}`, undefined, Y, 'vetoed agreed refused', ''],
  [
    `o:${X} g:${Y} h:${Z} r:${CARRIER}`,
    undefined,
    'rejected',
    'vetoed undecided undecided refused',
    `${CGNAT},warn sources-disagree`,
  ],
  [`o:${X} h:${CARRIER}`, undefined, 'rejected', 'vetoed refused', CGNAT],
  [`o:${X} h:${Y}+${CARRIER}`, undefined, 'protocol', 'undecided undecided', 'warn sources-disagree'],
  [`o:${X} h:${INNER}`, undefined, X, 'agreed refused', ''],
  [`o:${X} h:${CARRIER} h:${X}`, undefined, X, 'agreed refused agreed', ''],
  [`o:${X} h:${CARRIER} r:${X}?`, undefined, X, 'agreed refused agreed', ''],
  // what a router told some time ago
  [`o:down o:down t:${X}`, undefined, 'network', 'failed failed undecided', ''],
  [`o:down o:down p:${X}`, undefined, X, 'failed failed agreed', ''],
  [`t:${X}`, undefined, X, 'agreed', ''],
  [`o:${X} t:${X}`, 2, X, 'agreed agreed', ''],
  [`o:${X} o:down t:${X}`, undefined, X, 'agreed failed agreed', ''],
  [`r:down t:${X}`, undefined, 'network', 'failed undecided', ''],
  [`h:${INNER} t:${X}`, undefined, X, 'refused agreed', ''],
  [`r:${INNER} t:${X}`, undefined, 'rejected', 'refused undecided', DOUBLE],
  [`o:${INNER} t:${X}`, undefined, 'rejected', 'refused undecided', ''],
  [`r:down? t:${X}`, undefined, X, 'failed agreed', ''],
  [`o:down t:${X} r:${Y}?`, undefined, Y, 'failed disagreed agreed', DIFFER],
  [`o:down t:${CARRIER}`, undefined, 'rejected', 'failed refused', CGNAT],
  [`o:${X} t:${CARRIER}`, undefined, 'rejected', 'vetoed refused', CGNAT],
  [`o:${X} p:${CARRIER} r:${X}?`, undefined, X, 'agreed refused agreed', ''],
  [`o:${X} r:${INNER}`, undefined, X, 'agreed refused', DOUBLE],
  [`o:${X} r:${X}+${INNER}`, undefined, X, 'agreed agreed', ''],
  [`o:${X} o:${Y} r:${INNER}`, undefined, 'protocol', 'undecided undecided refused', `${DOUBLE},warn sources-disagree`],
  [`o:down r:${INNER}`, undefined, 'rejected', 'failed refused', DOUBLE],
  [`o:${X} r:0.0.0.0`, undefined, X, 'agreed refused', ''],
  // another public address than outside: the views outside decide
  [`o:${X} r:${Y}`, undefined, X, 'agreed disagreed', DIFFER],
  [
    `o:${X} o:down o:down r:${Y} r:${Y} r:${Y}`,
    undefined,
    X,
    'agreed failed failed disagreed disagreed disagreed',
    DIFFER,
  ],
  [`o:${X} o:${X} o:${Y} r:${Y}`, undefined, X, 'agreed agreed disagreed disagreed', DIFFER],
  // that it keeps its address back is no address, and no silence
  [`o:${X} r:hidden`, undefined, X, 'agreed hidden', DIFFER],
  [`o:${X} o:${X} r:hidden? r:hidden?`, undefined, X, 'agreed agreed hidden hidden', DIFFER],
  [`o:${X} r:hidden r:${X}`, undefined, X, 'agreed hidden agreed', ''],
  [`o:${X} r:hidden r:${INNER}`, undefined, X, 'agreed hidden refused', DOUBLE],
  [`o:${X} r:hidden r:${CARRIER}`, undefined, 'rejected', 'vetoed hidden refused', CGNAT],
  [`o:${X} o:${Y} r:hidden`, undefined, 'protocol', 'undecided undecided hidden', 'warn sources-disagree'],
  ['o:none r:hidden', undefined, 'none', 'agreed hidden', ''],
  ['o:down r:hidden?', undefined, 'network', 'failed hidden', ''],
  ['r:hidden', undefined, 'unavailable', 'hidden', ''],
  // one that is asked, and knows that it has none, is one of DS-Lite
  [`o:${X} r:none`, undefined, 'rejected', 'vetoed undecided', CGNAT],
  [`o:${X} o:${Y} r:none?`, undefined, 'rejected', 'vetoed vetoed undecided', CGNAT],
  [`o:${X} h:${Y} r:none`, undefined, Y, 'vetoed agreed disagreed', ''],
  [`o:${X} r:hidden r:none`, undefined, 'rejected', 'vetoed hidden undecided', CGNAT],
  [`o:${X} r:${X} r:none`, undefined, X, 'agreed agreed disagreed', DIFFER],
  [`o:${X} p:${Y} r:none`, undefined, 'rejected', 'vetoed undecided undecided', CGNAT],
  [`o:${X} p:none`, undefined, X, 'agreed disagreed', DIFFER],
  ['o:down r:none', undefined, 'none', 'failed agreed', ''],
  ['o:none r:none', undefined, 'none', 'agreed agreed', ''],
  [`h:none r:${X}`, undefined, 'protocol', 'undecided undecided', 'warn sources-disagree'],
  // where they do not agree, its one vote counts for the side that it is on
  [`o:${X} o:${Y} r:${X}`, undefined, X, 'agreed disagreed agreed', DIFFER],
  [
    `o:${X} o:${Y} r:${Z} r:${Z}`,
    undefined,
    'protocol',
    'undecided undecided undecided undecided',
    'warn sources-disagree',
  ],
  [`o:${X} o:${X} o:${Y} o:${Z} r:${X}`, undefined, X, 'agreed agreed disagreed disagreed agreed', DIFFER],
  [
    `o:${X} o:${Y} o:${Z} r:${X} r:${X}`,
    undefined,
    'protocol',
    'undecided undecided undecided undecided undecided',
    'warn sources-disagree',
  ],
  [`o:${X} o:down r:${X}`, 2, X, 'agreed failed agreed', ''],
  [`o:${X} o:down r:${X} r:${X}`, 3, 'unavailable', 'undecided failed undecided undecided', ''],
  [
    `o:${X} o:${Y} r:${X} r:${Y}`,
    undefined,
    'protocol',
    'undecided undecided undecided undecided',
    'warn sources-disagree',
  ],
  // alone
  [`r:${X}`, undefined, X, 'agreed', ''],
  [`r:${X} r:${X}`, 2, X, 'agreed agreed', ''],
  [`r:${X} r:${Y}`, undefined, 'protocol', 'undecided undecided', 'warn sources-disagree'],
  [`r:${X} r:none`, undefined, 'protocol', 'undecided undecided', 'warn sources-disagree'],
  ['r:none', undefined, 'none', 'agreed', ''],
  [`o:down o:down r:${X}`, undefined, X, 'failed failed agreed', ''],
  [`o:down o:down r:${X}?`, undefined, X, 'failed failed agreed', ''],
  [`o:down o:down r:${X} r:${X}`, 2, 'unavailable', 'failed failed undecided undecided', ''],
  [`o:${INNER} r:${X}`, undefined, X, 'refused agreed', ''],
  // a source that nobody named, and that does not answer
  [`o:${X} r:down?`, 2, X, 'agreed failed', ''],
  [`o:${X} o:${X} r:down? r:down?`, 3, 'unavailable', 'undecided undecided failed failed', ''],
  ['o:down r:down?', undefined, 'network', 'failed failed', ''],
] as const)('%s with quorum %s: %s', (words, quorum, ...expected) => expect(shown(words, quorum)).toEqual(expected))

it('an allowed block is no veto', () => {
  expect(shown(`o:${CARRIER} r:${CARRIER}`, undefined, ['100.64.0.0/10'])).toEqual([CARRIER, 'agreed agreed', ''])
})

describe('says', () => {
  const texts = (words: string, type: 'A' | 'AAAA' = 'A') => {
    const { addresses, findings } = judgeSightings(type, sightings(words.split(' ')), { quorum: undefined, allow: [] })
    return { why: isKnown(addresses) ? '' : addresses.message, ...findings[0] }
  }

  it('why nothing is believed behind carrier-grade NAT, and what to do', () => {
    const { why, message, remedy } = texts(`o:${X} r:${CARRIER}`)
    expect(why).toMatch(
      /^the IPv4 address is unknown: r1: 100.64.3.4 is not public: .*; what is seen from outside is the carrier's address$/,
    )
    expect(message).toBe(
      'the router (r1) has 100.64.3.4, which the ISP shares among its customers: nobody can reach port 25 of this line by IPv4',
    )
    expect(remedy).toContain('Ask the ISP for a public IPv4 address')
  })

  it.each([
    ['the router shows it, and outside one sees an address', `o:${X} r:${CARRIER}`, 'shared-address'],
    ["this box's own interface shows it", `h:${CARRIER} o:down`, 'shared-address'],
    ['an inner address says nothing of the line', `h:${INNER} o:down`, undefined],
  ])('that the carrier shares the address, for whom it matters: %s', (_, words, reason) => {
    expect(judge(words.split(' ')).addresses).toMatchObject({ kind: 'rejected', reason })
  })

  it('that a router without an address is one of DS-Lite', () => {
    const { why, message, remedy } = texts(`o:${X} r:none`)
    expect(why).toContain('r1: connected without an IPv4 address (DS-Lite)')
    expect(message).toContain('the router (r1) is connected without an IPv4 address of its own, which is DS-Lite')
    expect(remedy).toContain('Ask the ISP for a public IPv4 address')
    expect(texts('o:2a02:908::7 r:none', 'AAAA').why).toBe('')
  })

  it('that there are two routers', () => {
    expect(texts(`o:${X} r:${INNER}`).message).toBe(
      'the router (r1) has 192.168.178.20, an address of another router before it: port 25 must be forwarded in both',
    )
  })

  it.each([
    [`o:${X} r:${Y}`, /policy routing, a VPN, a second line\), or the carrier translates public addresses/],
    [`o:${X} r:hidden`, /DS-Lite/],
    [`o:${X} o:${Z} r:${Y}`, /leave out the source that sees another way out/],
    [`r:${X} r:${Y}`, /leave out the source/],
  ])('%s: what may stand behind it', (words, wanted) => {
    const { message, remedy } = texts(words)
    expect(message).toContain(`r${words.split(' ').findLastIndex((word) => word.startsWith('r'))}: `)
    expect(remedy).toMatch(wanted)
  })

  it('nothing of IPv4 where the router has no IPv6 address', () => {
    expect(texts('o:2a02:908::7 r:none', 'AAAA').remedy).not.toContain('IPv4')
  })

  it('nothing of a router that nobody named and that is silent', () => {
    expect(texts('o:down r:down?').why).toBe('the IPv4 address is unknown: o0: silent')
  })
})

const said = fc.constantFrom(X, X, Y, Z, `${X}+${Y}`, 'none', 'down', INNER)
const word = fc.oneof(
  { weight: 3, arbitrary: said.map((one) => `o:${one}`) },
  fc.constantFrom('h:', 'g:').chain((view) => fc.oneof(said, fc.constant(CARRIER)).map((one) => view + one)),
  fc.tuple(fc.oneof(said, fc.constant(CARRIER)), fc.constantFrom('', '?')).map(([one, mark]) => `r:${one}${mark}`),
)
const words = fc.array(word, { minLength: 1, maxLength: 7 })
const quorums = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })
const RUNS = { numRuns: 400 }

describe('whatever the sources say', () => {
  it('their order never matters', () => {
    const shuffled = words.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(shuffled, quorums, ([one, other], quorum) => {
        expect(addressOf(other, quorum)).toBe(addressOf(one, quorum))
      }),
      RUNS,
    )
  })

  it('one more that fails changes nothing', () => {
    fc.assert(
      fc.property(words, quorums, fc.constantFrom('o:', 'r:', 'h:', 'g:'), (all, quorum, view) => {
        expect(addressOf([...all, `${view}down`])).toBe(addressOf(all))
        expect(addressOf([...all, `${view}down?`], quorum)).toBe(addressOf(all, quorum))
      }),
      RUNS,
    )
  })

  it('the router alone never wins against a public view, however many of its sources repeat it', () => {
    fc.assert(
      fc.property(words, quorums, fc.integer({ min: 1, max: 5 }), (all, quorum, times) => {
        const found = addressOf([...all, ...Array.from({ length: times }, () => 'r:5.9.1.99')], quorum)
        const isPublic = (one: string) =>
          !one.startsWith('r:') && !one.endsWith('down') && !one.endsWith(INNER) && !one.endsWith(CARRIER)
        if (all.some(isPublic)) expect(found).not.toBe('5.9.1.99')
      }),
      RUNS,
    )
  })

  it('what a router told some time ago is never believed where others were asked and say something else, or nothing', () => {
    fc.assert(
      fc.property(words, quorums, (all, quorum) => {
        fc.pre(all.some((one) => !/\?$|^h:192\.168/.test(one)))
        expect(addressOf([...all, 't:5.9.1.99'], quorum)).not.toBe('5.9.1.99')
      }),
      RUNS,
    )
  })

  it('what the public views agree on stays, whatever the router adds, but for a veto', () => {
    fc.assert(
      fc.property(
        fc.array(
          said.map((one) => `o:${one}`),
          { minLength: 1, maxLength: 6 },
        ),
        quorums,
        said,
        (all, quorum, own) => {
          const before = addressOf(all, quorum)
          if (before === 'unknown' || before === 'none') return
          expect(addressOf([...all, `r:${own}?`], quorum)).toBe(own === 'none' ? 'unknown' : before)
          expect(addressOf([...all, 'r:hidden?'], quorum)).toBe(before)
          expect(addressOf([...all, `r:${CARRIER}`], quorum)).toBe('unknown')
        },
      ),
      RUNS,
    )
  })

  it('behind carrier-grade NAT nothing that was seen outside is believed', () => {
    fc.assert(
      fc.property(words, quorums, fc.constantFrom(CARRIER, DS_LITE), fc.nat(7), (all, quorum, shared, at) => {
        const own = all.some((one) => /^[hg]:/.test(one))
        const { addresses, findings } = judge(all.toSpliced(at, 0, `r:${shared}?`), quorum)
        if (!own) expect(isKnown(addresses)).toBe(false)
        expect(findings.some(({ id }) => id === 'behind-cgnat')).toBe(!isKnown(addresses))
      }),
      RUNS,
    )
  })

  it('to end early gives the same address as to wait for all', () => {
    let early = 0
    const isRouter = (one: string) => one.startsWith('r:')
    const pendingWord = word.filter((one) => !isRouter(one))
    fc.assert(
      fc.property(words, fc.array(pendingWord, { maxLength: 5 }), quorums, (heard, pending, quorum) => {
        const views = sightings(pending).map(({ view }) => view)
        const votes = sightings(heard).map((one) => voteOf('A', one, []))
        if (!isDecided(votes, views, quorum)) return
        if (pending.length > 0) early++
        const waited = judge([...heard, ...pending], quorum).addresses
        const ended = judge([...heard, ...pending.map((one) => `${one.slice(0, 2)}down`)], quorum).addresses
        expect(isKnown(ended)).toBe(isKnown(waited))
        if (isKnown(ended) && isKnown(waited)) expect(sameAddresses(ended, waited)).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(early).toBeGreaterThan(50)
  })
})

it.each([
  [`o:${X} o:${X}`, 'o', undefined, true],
  [`o:${X}`, 'oo', undefined, false],
  [`o:${X} r:${X}`, 'oo', undefined, false],
  [`o:${X} o:${X} o:down`, 'o', undefined, true],
  [`o:${X} o:${X}`, 'oo', undefined, false],
  [`o:${X} o:${X}`, 'o', 3, false],
  [`o:${X} o:${X}`, 'r', undefined, false],
  [`o:${X} o:${X} r:${X}`, 'o', undefined, true],
  [`o:${X} o:${X} r:${CARRIER}`, 'oo', undefined, true],
  [`o:${X} r:${CARRIER}`, 'h', undefined, false],
  ['o:none o:none', 'o', undefined, false],
  [`o:${X} o:${X} o:${X} o:${Y}`, 'oo', 3, false],
  [`o:${X} o:${X} o:${X} o:${X} o:${Y}`, 'oo', 3, true],
  [`o:${X}`, '', undefined, true],
] as const)('%s, and %j still to come with quorum %s: decided %s', (heard, pending, quorum, wanted) => {
  const votes = sightings(heard.split(' ')).map((one) => voteOf('A', one, []))
  const views = [...pending].map((one) => VIEWS[one]!)
  expect(isDecided(votes, views, quorum)).toBe(wanted)
})

it('names the line that it is about, where there are several', () => {
  const about = (words: string, line?: string) =>
    judgeSightings('A', sightings(words.split(' ')), { quorum: undefined, allow: [] }, line).findings[0]
  expect(about(`o:${X} r:${CARRIER}`, 'lte')).toMatchObject({
    line: 'lte',
    message: expect.stringMatching(/^line lte: the router/),
  })
  expect(about(`o:${X} r:${INNER}`, 'lte')).toMatchObject({ message: expect.stringMatching(/^line lte: the router/) })
  expect(about(`o:${X} r:${CARRIER}`)?.line).toBeUndefined()
  expect(about(`o:${X} r:${CARRIER}`)?.message).toMatch(/^the router/)
})
