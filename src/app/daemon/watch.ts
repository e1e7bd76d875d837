import type { Config } from '../../config/config.ts'
import type { Failure } from '../../core/failure.ts'
import type { Ear, Unheard } from '../../core/heard.ts'
import type { Milliseconds } from '../../core/instant.ts'
import { type Joined, joined } from '../../core/joined.ts'
import { probedOf, watchersOf } from '../../line/watch/index.ts'
import type { Watcher, Watching, WatchWay } from '../../line/watch/watcher.ts'
import type { Log } from '../../ports/log.ts'
import { throughInterface } from '../line-world.ts'

type Wish = Pick<Config, 'watch' | 'watchInterval' | 'ipSources'> & {
  readonly lines: readonly Pick<Config['lines'][number], 'interface' | 'ipSources'>[]
}

/** The watchers of one way; a test has its own. */
export type Watchers = (way: WatchWay, interval: Milliseconds, sources: readonly string[]) => readonly Watcher[]

interface Ears extends Pick<Watching, 'world' | 'onHint'> {
  readonly log: Log
  readonly watchers?: Watchers
}

/** The interface that a router is heard through; undefined: the default route's. */
type Place = string | undefined
/** And who is asked there. */
type Places = ReadonlyMap<Place, readonly string[]>

/**
 * Listens as the configuration says, and anew when that has changed: to the kernel, and to the router behind each line's
 * interface. `auto`: to both, and the router is asked again and again until it is heard, by its events and what it says of itself, or by an announcement: one
 * that promises them may keep silent, and a firewall of this machine may keep them out. `router` alone is what the user wants
 * to hear, whatever the router tells; it is asked all the same where this machine is in the way.
 * `ended` resolves when nobody listens any more, which is after `stop`.
 */
export function openWatch({ world, onHint, log, watchers = watchersOf }: Ears, stop: AbortSignal) {
  let known = ''
  let end = new AbortController()
  const running = new Set<Promise<void>>()
  const unheard = new Map<string, Unheard>()

  function follow(wish: Wish): void {
    const places = placesOf(wish)
    const text = JSON.stringify([wish.watch, wish.watchInterval, [...places], interfacesIn(wish)])
    if (text === known || stop.aborted) return
    known = text
    end.abort()
    unheard.clear()
    end = new AbortController()
    const ways = wish.watch === 'auto' ? (['kernel', 'router'] as const) : wish.watch
    if (ways.includes('kernel')) listen(['kernel'], undefined, [], wish, end.signal, interfacesIn(wish))
    const ofRouters = ways.filter((way) => way !== 'kernel')
    if (ofRouters.length > 0) for (const [place, sources] of places) listen(ofRouters, place, sources, wish, end.signal)
  }

  function listen(
    ways: readonly WatchWay[],
    place: Place,
    sources: readonly string[],
    { watch, watchInterval }: Wish,
    signal: AbortSignal,
    ours: readonly string[] = [],
  ): void {
    let probing: { readonly over: AbortController; readonly until: Joined } | undefined
    const heard = new Set<Ear>()
    /** By which ways nothing is heard because of this machine. */
    const keptOut = new Set<Ear>()
    const mayProbe = ways.includes('router') && !ways.includes('probe')
    const start = (way: WatchWay, until: AbortSignal) => {
      for (const watcher of watchers(way, watchInterval, sources)) {
        const over = watcher({ world: through(place, world), ours, onHint, onTrouble, onProof }, until)
        running.add(over)
        void over.then(() => running.delete(over))
      }
    }
    const onTrouble: Watching['onTrouble'] = (way, why, whose) => {
      if (signal.aborted) return
      const isNamed = watch !== 'auto' && !(way === 'probe' && mayProbe) // which nobody has asked for
      const where = { way, ...(place !== undefined && { interface: place }) }
      tell(log, { where, why, whose, isNamed })
      const key = `${place} ${way}`
      const isKeptOut = why !== undefined && isOurs(why, whose)
      if (why && (isNamed || isKeptOut)) unheard.set(key, { ...where, why: why.message })
      else unheard.delete(key)
      // Trouble of the router's says nothing of what this machine keeps out.
      if (isKeptOut) keptOut.add(way)
      else if (!why) keptOut.delete(way)
      if (whose === 'here') heard.clear() // what keeps one out may keep out all
      if (why) heard.delete(way)
      probeIfNeeded()
    }
    const onProof: Watching['onProof'] = (way, isHeard) => {
      if (signal.aborted) return
      if (isHeard) heard.add(way)
      else heard.delete(way)
      probeIfNeeded()
    }
    const probeIfNeeded = () => {
      // Where its announcements of itself do not get in, a restart is heard of late, and what it sent meanwhile is lost.
      const isHeard = heard.has('nat-pmp') || (heard.has('upnp') && heard.has('ssdp'))
      const needed = mayProbe && !isHeard && (watch === 'auto' || keptOut.size > 0)
      if (needed === (probing !== undefined)) return
      probing?.over.abort('heard')
      probing?.until.end()
      probing = undefined
      if (!needed) return
      const over = new AbortController()
      probing = { over, until: joined(signal, over.signal) }
      start('probe', probing.until.signal)
    }
    for (const way of ways) start(way, signal)
    // At once: what is compared later is what the first round has seen too.
    probeIfNeeded()
  }

  stop.addEventListener('abort', () => end.abort(), { once: true })
  return {
    follow,
    unheard: () => [...unheard.values()],
    ended: async (): Promise<void> => void (await Promise.all(running)),
  }
}

function placesOf({ lines, ipSources }: Pick<Wish, 'lines' | 'ipSources'>): Places {
  const all = lines.length > 0 ? lines : [{ interface: undefined, ipSources }]
  const named = (place: Place) => all.flatMap((line) => (line.interface === place ? line.ipSources : []))
  return new Map(all.map((line) => [line.interface, probedOf([...new Set(named(line.interface))])]))
}

function interfacesIn({ lines, ipSources }: Pick<Wish, 'lines' | 'ipSources'>): readonly string[] {
  const specs = [ipSources, ...lines.map((line) => line.ipSources)].flat()
  const named = specs.flatMap((spec) => /^interface:(.+)$/.exec(spec.trim())?.[1] ?? [])
  return [...new Set([...named, ...lines.flatMap((line) => line.interface ?? [])])]
}

/** Where the router is the one behind that interface, and a box that is asked without regard to it is asked through it too. */
function through(place: Place, world: Watching['world']): Watching['world'] {
  if (place === undefined) return world
  const { interfaces } = world
  const glancing = { ...world, interfaces: { ...interfaces, addresses: () => interfaces.addresses('at-a-glance') } }
  const http: Watching['world']['http'] = async (request, signal) => {
    if (request.localAddress !== undefined) return world.http(request, signal)
    const { world: bound, cut } = await throughInterface(place, glancing)
    if (cut) throw cut
    return bound.http(request, signal)
  }
  return { ...world, http, interfaces: { ...interfaces, gateway: (name = place) => interfaces.gateway(name) } }
}

interface Told {
  readonly where: { readonly way: Ear; readonly interface?: string }
  readonly why: Failure | undefined
  readonly whose: 'here' | undefined
  /** The user has named the ways. */
  readonly isNamed: boolean
}

const isOurs = ({ reason }: Failure, whose: 'here' | undefined) => whose === 'here' || reason === 'in-use'

/** Many homes have a router that says nothing: only who asked for its word is warned. What this machine does its owner can change. */
function tell(log: Log, { where, why, whose, isNamed }: Told): void {
  if (!why) {
    log.info('changes are heard of by this way again', where)
    return
  }
  const level = isNamed ? 'warn' : isOurs(why, whose) ? 'info' : 'debug'
  log[level]('no change is heard of by this way', { ...where, why: why.message })
}
