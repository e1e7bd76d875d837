import type { Hurry, SourceTroubles } from '../../src/app/ask-sources.ts'
import { detect, type LineSources } from '../../src/app/detect.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE } from '../../src/core/instant.ts'
import type { Link } from '../../src/core/link.ts'
import { parsePrefix } from '../../src/dns/prefix.ts'
import type { IpSource } from '../../src/line/source.ts'
import { EMPTY } from './memory-store.ts'
import { sourceWorld } from './source-world.ts'
import { stoppedClock } from './stopped-clock.ts'
import { ip } from './targets.ts'

/** What a source says, and after how long; undefined: nothing, ever. */
export type Does = readonly [ms: number, ...says: string[]] | undefined
type Setup = Record<string, Omit<LineSources, 'quorum'>>

/** A daemon's rounds over lines whose sources say what `does` has for them. */
export function lineRounds(lines: (source: (id: string, also?: Partial<IpSource>) => IpSource) => Setup) {
  const { clock, ...time } = stoppedClock()
  const troubles: SourceTroubles = new Map()
  const shown: Hurry['shown'] = new Map()
  const live: Hurry['live'] = new Map()
  const hearings: Hurry['hearings'] = { last: new Map() }
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
    const hurry = { troubles, shown, live, hearings, hint, now: clock.now, random: () => 0 }
    const store = { last: () => ({ ...EMPTY, lines: links }) }
    const world = { ...sourceWorld({}), clock, store }
    let isOver = false
    const all = types ? (['A', 'AAAA'] as const) : (['A'] as const)
    const found = detect(asked, all, [], world, new AbortController().signal, hurry).finally(() => {
      isOver = true
    })
    for (let nth = 0; nth < 200 && !isOver; nth++) await time.pass(nth === 0 ? 0 : 100)
    if (time.sleeping() > 0) throw new Error('a timer is left behind')
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
