import { describe, expect, it } from 'vitest'
import type { Hurry, SourceTroubles } from '../../src/app/ask-sources.ts'
import { detect, type LineSources } from '../../src/app/detect.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE } from '../../src/core/instant.ts'
import type { Link } from '../../src/core/link.ts'
import { parsePrefix } from '../../src/dns/prefix.ts'
import type { IpSource } from '../../src/line/source.ts'
import { EMPTY } from '../support/memory-store.ts'
import { sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const [X, Y] = [ip('5.9.1.7'), ip('5.9.1.8')]
const V6 = ip('2a02:908:1::7')
const CARRIER = ip('100.64.3.4')

/** What a source says, and after how long; undefined: nothing, ever. */
type Does = readonly [ms: number, ...says: string[]] | undefined
type Setup = Record<string, Omit<LineSources, 'quorum'>>

/** A daemon's rounds over lines whose sources say what `does` has for them. */
function home(lines: (source: (id: string, also?: Partial<IpSource>) => IpSource) => Setup) {
  const { clock, ...time } = stoppedClock()
  const troubles: SourceTroubles = new Map()
  const shown: Hurry['shown'] = new Map()
  const does: Record<string, Does> = {}
  const links: Record<string, { link: Link }> = {}
  const answerOf = async (id: string, signal: AbortSignal) => {
    const [ms, ...says] = does[id] ?? [9 * MINUTE]
    await clock.sleep(ms, signal)
    if (signal.aborted) throw new Failure('cancelled', 'let go')
    return says
  }
  const sourceOf = (id: string, also: Partial<IpSource> = {}): IpSource => ({
    ...{ id, view: 'outside', types: ['A'] },
    addresses: async (type, _, signal) => (await answerOf(type === 'A' ? id : `${id} ${type}`, signal)).map(ip),
    ...also,
  })
  const prefix = async (_: unknown, signal: AbortSignal) => parsePrefix((await answerOf('prefix', signal))[0]!)
  const setup = lines((id, also) => sourceOf(id, { ...also, ...(id === 'box' && { prefix }) }))
  const asked = Object.fromEntries(Object.entries(setup).map(([name, one]) => [name, { ...one, quorum: undefined }]))
  const types = Object.values(setup).some(({ sources }) => sources.some((one) => one.types.includes('AAAA')))
  async function round(news: Readonly<Record<string, Does>> = {}, hint = true) {
    Object.assign(does, news)
    const before = clock.now() // told by the tenth of a second
    const hurry = { troubles, shown, hint, now: clock.now, random: () => 0 }
    const store = { last: () => ({ ...EMPTY, lines: links }) }
    const world = { ...sourceWorld({}), clock, store }
    let isOver = false
    const all = types ? (['A', 'AAAA'] as const) : (['A'] as const)
    const found = detect(asked, all, [], world, new AbortController().signal, hurry).finally(() => {
      isOver = true
    })
    for (let nth = 0; nth < 200 && !isOver; nth++) await time.pass(nth === 0 ? 0 : 100)
    expect(time.sleeping(), 'no timer is left behind').toBe(0)
    const { detected, findings } = await found
    const ms = clock.now() - before
    await time.pass(MINUTE - ms)
    const { dsl, lte, default: only } = detected
    return { ms, dsl, lte, only, findings: findings.map(({ id }) => id) }
  }
  async function rounds(count: number, news: Readonly<Record<string, Does>> = {}, hint = true) {
    for (let nth = 1; nth < count; nth++) await round(news, hint)
    return round(news, hint)
  }
  return { round, rounds, links }
}

const twoLines = () =>
  home((source) => ({
    dsl: { sources: [source('dsl')] },
    lte: { sources: [source('lte'), source('lte2'), source('router', { view: 'gateway', optional: true })] },
  }))
const UNKNOWN = { A: { kind: 'network' } }
/** Each a minute after the other. */
const LONG = 4

describe('a line that is dead for long', () => {
  async function withDeadLine() {
    const lines = twoLines()
    await lines.round({ dsl: [20, X] })
    return { ...lines, died: await lines.rounds(LONG, { lte: undefined }) }
  }

  it('keeps the address of another from being published for a second, not for five', async () => {
    const { round } = await withDeadLine()
    const { ms, dsl, lte } = await round({ dsl: [20, Y] })
    expect({ dsl, lte }).toMatchObject({ dsl: { A: [Y] }, lte: UNKNOWN })
    expect(ms).toBeLessThanOrEqual(1100)
    expect((await round()).ms, 'and in each round').toBeLessThanOrEqual(1100)
  })

  it('is heard in full at first, as one that only reconnects must be', async () => {
    const { round } = twoLines()
    expect((await round({ dsl: [20, X] })).ms).toBe(5000)
    expect((await round()).ms).toBe(5000)
  })

  it('is found working again by any round if it answers within a second, and then has its full time', async () => {
    const { round } = await withDeadLine()
    const back = await round({ lte: [800, Y], lte2: [800, Y], router: [1, Y] })
    expect(back).toMatchObject({ ms: 800, dsl: { A: [X] }, lte: { A: [Y] } })
    expect(await round({ lte: [4000, Y], lte2: [4000, Y] })).toMatchObject({ ms: 4000, lte: { A: [Y] } })
  })

  it('is found working again by a round of the schedule if it is slow', async () => {
    const { round } = await withDeadLine()
    const slow = { lte: [4000, Y], lte2: [4000, Y], router: [1, Y] } satisfies Record<string, Does>
    expect(await round({ ...slow, router: undefined })).toMatchObject({ lte: UNKNOWN })
    expect(await round({}, false)).toMatchObject({ ms: 4000, lte: { A: [Y] } })
    expect(await round()).toMatchObject({ ms: 4000, lte: { A: [Y] } })
  })

  it('and has said something is heard out: a router may show yet that the address is the carrier’s', async () => {
    const { round } = await withDeadLine()
    const { lte, findings } = await round({ lte: [300, Y], lte2: [300, Y], router: [1900, CARRIER] })
    expect([lte!.A, findings]).toMatchObject([{ reason: 'shared-address' }, ['behind-cgnat']])
  })

  it('is heard in full while its link is unsure: a miss would count', async () => {
    const { round, links } = await withDeadLine()
    links.lte = { link: { state: 'unsure', since: 0, until: 1 } }
    expect((await round()).ms).toBe(5000)
    links.lte = { link: { state: 'down', since: 0 } }
    expect((await round()).ms).toBeLessThanOrEqual(1100)
  })

  it('is heard in full where no other line has an address: there is nothing to publish', async () => {
    const { round, rounds } = await withDeadLine()
    await rounds(LONG, { dsl: undefined })
    expect((await round()).ms).toBe(5000)
    const slow = { lte: [3000, Y], lte2: [3000, Y], router: [1, Y] } satisfies Record<string, Does>
    expect(await round(slow)).toMatchObject({ ms: 4000, dsl: UNKNOWN, lte: { A: [Y] } })
  })

  it('does not keep another waiting that comes back after as long', async () => {
    const { round, rounds } = await withDeadLine()
    await rounds(LONG, { dsl: undefined })
    const { ms, dsl } = await round({ dsl: [20, Y] })
    expect(dsl).toEqual({ A: [Y] })
    expect(ms).toBeLessThanOrEqual(1100)
  })
})

it('a line that is slow and works is never cut short', async () => {
  const { round } = twoLines()
  const slow = { dsl: [20, X], lte: [4900, Y], lte2: [4900, Y], router: [1, Y] } satisfies Record<string, Does>
  for (let nth = 0; nth < 2 * LONG; nth++) expect(await round(slow)).toMatchObject({ lte: { A: [Y] } })
})

it('a family that has been dead for long does not keep the other waiting, on one line either', async () => {
  const both = { types: ['A', 'AAAA'] } as const
  const { round, rounds } = home((source) => ({ default: { sources: [source('a', both)] } }))
  await rounds(LONG, { a: [20, X] })
  const { ms, only } = await round({ a: [20, Y] })
  expect(only).toMatchObject({ A: [Y], AAAA: { kind: 'network' } })
  expect(ms).toBeLessThanOrEqual(1100)
  expect(await round({ 'a AAAA': [900, V6] })).toMatchObject({ only: { AAAA: [V6] } })
})

describe('the prefix', () => {
  const withSuffix = () =>
    home((source) => ({
      default: {
        wantsPrefix: true,
        sources: [source('a'), source('interface', { view: 'host', types: ['AAAA'] }), source('box')],
      },
    }))
  const ROUND = { a: [20, X], box: [20, X] } satisfies Record<string, Does>

  it('is not waited for where this box has an address in it', async () => {
    expect(await withSuffix().round({ ...ROUND, 'interface AAAA': [0, V6] })).toMatchObject({ ms: 100 })
  })

  it('is waited for where it has none', async () => {
    const { round } = withSuffix()
    const news = { ...ROUND, 'interface AAAA': [0], prefix: [300, '2a02:908:1::/56'] } satisfies Record<string, Does>
    expect(await round(news)).toMatchObject({ ms: 300, only: { prefix: { length: 56 } } })
  })

  it('is heard as soon as the box has lost its address', async () => {
    const { round } = withSuffix()
    const news = { ...ROUND, prefix: [300, '2a02:908:1::/56'] } satisfies Record<string, Does>
    const { only } = await round({ ...news, 'interface AAAA': undefined })
    expect(only?.prefix).toMatchObject({ length: 56 })
  })

  it('does not keep the addresses waiting where its router has been silent for long', async () => {
    const { round, rounds } = withSuffix()
    await rounds(LONG, { ...ROUND, 'interface AAAA': [0] })
    const { ms, only } = await round()
    expect(only).toMatchObject({ A: [X], AAAA: [], prefix: { kind: 'network' } })
    expect(ms).toBeLessThanOrEqual(1100)
    expect(await round({ prefix: [500, '2a02:908:1::/56'] })).toMatchObject({ only: { prefix: { length: 56 } } })
  })

  it('is heard where nobody has told this box’s address for long', async () => {
    const { round, rounds } = withSuffix()
    await rounds(LONG, { ...ROUND, 'interface AAAA': undefined, prefix: [300, '2a02:908:1::/56'] })
    const { ms, only } = await round()
    expect(only).toMatchObject({ AAAA: { kind: 'network' }, prefix: { length: 56 } })
    expect(ms).toBeLessThanOrEqual(1100)
  })
})
