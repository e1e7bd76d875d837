import { MINUTE, SECOND } from '../../core/instant.ts'
import { withinBlocks } from '../../dns/special-purpose.ts'
import type { Clock } from '../../ports/clock.ts'
import type { DefaultRoute, Interfaces } from '../../ports/interfaces.ts'
import type { Watcher } from './watcher.ts'

/** `link`: of a cable that is pulled neither addresses nor routes tell, where they were set by hand. */
const MONITOR = ['ip', '-o', 'monitor', 'link', 'address', 'route'] as const
/** One change prints several lines: the old address goes, the new one comes, a route for each prefix. */
const DEBOUNCE = 500
const POLL = 5 * SECOND
const PAUSE = { first: SECOND, max: MINUTE }
/** What happens before `ip monitor` listens it does not tell: a few milliseconds, on a busy box more. */
const LISTENS = 2 * SECOND

/**
 * Calls back when this box's addresses or default routes have changed, or the cable of one was pulled or plugged in; resolves when the signal aborts. It hears of changes
 * from `ip monitor`; while that does not run (no such program, ended) it reads the interfaces every 5 s. What came is told
 * at once, once there is a way out; what went, half a second later: its successor may be on its way. A hint is no fact: ask
 * the sources.
 */
export const watchKernel: Watcher = async ({ world: { exec, clock, interfaces }, ours = [], onHint }, signal) => {
  const look = await lookAt(
    () => snapshot(interfaces, ours),
    () => onHint('kernel'),
    signal,
  )
  const hear = hearing(clock, look, signal)
  for (let pause: number = PAUSE.first; !signal.aborted; pause = Math.min(2 * pause, PAUSE.max)) {
    const started = clock.now()
    void clock.sleep(LISTENS, signal).then(() => (signal.aborted ? undefined : look('poll')))
    await exec.lines([...MONITOR], hear, signal).catch(() => {}) // a box without `ip` is watched all the same
    if (clock.now() - started > PAUSE.max) pause = PAUSE.first
    for (let left = pause; left > 0 && !signal.aborted; left -= POLL) {
      await look('poll')
      await clock.sleep(Math.min(left, POLL), signal)
    }
    if (!signal.aborted) await look('poll')
  }
}

type Occasion = 'poll' | 'news' | 'line' | 'route-lost' | 'route-elsewhere'
/** Gives whether it called back. `unplugged`: the links that have lost their carrier. */
type Look = (occasion: Occasion, unplugged?: ReadonlySet<string>) => Promise<boolean>

/**
 * What routers repeat every few minutes (lifetimes) is no change; a default route that went is one, even if it is back, and
 * so is the carrier of a link that a default route names: a round may have seen the line without it.
 */
async function lookAt(
  seen: () => Promise<Snapshot | undefined>,
  onHint: () => void,
  signal: AbortSignal,
): Promise<Look> {
  let known = await seen()
  let last: Promise<unknown> = Promise.resolve()
  const look: Look = async (occasion, unplugged) => {
    const now = await seen()
    if (signal.aborted || (occasion === 'news' && !brings(now, known))) return false
    const changed = now === undefined ? occasion === 'line' : !same(now, known) // unreadable: the line is all we have
    const wasOurs = known?.routes.some((one) => unplugged?.has(one.split(' ')[1]!)) === true
    known = now ?? known
    const tell = changed || wasOurs || occasion === 'route-lost' || occasion === 'route-elsewhere'
    if (tell) onHint()
    return tell
  }
  return (...about) => {
    const turn = last.then(() => look(...about)) // an older reading must not be taken for the newer one
    last = turn
    return turn
  }
}

/** Lines that come within 500 ms are one event, but what may be new is looked at as it comes. */
function hearing(clock: Clock, look: Look, signal: AbortSignal): (line: string) => void {
  let pending: Occasion | undefined
  let unplugged = new Set<string>()
  const news = { looking: false, more: false, elsewhere: false }
  let losses = 0
  const later = async () => {
    await clock.sleep(DEBOUNCE, signal)
    const about = [pending ?? 'line', unplugged] as const
    pending = undefined
    unplugged = new Set()
    await look(...about)
  }
  const atOnce = async () => {
    news.looking = true
    do {
      await Promise.resolve() // lines that came together are looked at together
      news.more = false
      const before = losses
      const about = news.elsewhere ? 'route-elsewhere' : 'news'
      news.elsewhere = false
      if ((await look(about)) && losses === before) {
        pending &&= 'line' // the round that begins now sees the loss
        unplugged.clear()
      }
    } while (news.more)
    news.looking = false
  }
  return (line) => {
    const first = pending === undefined
    pending ??= 'line'
    const link = UNPLUGGED.exec(line)?.[1]
    if (link !== undefined) unplugged.add(link)
    if (LOST.test(line)) pending = 'route-lost'
    if (link !== undefined || LOST.test(line)) losses += 1
    if (first) void later()
    if (!NEWS.test(line)) return
    news.elsewhere ||= ELSEWHERE.test(line)
    if (news.looking) news.more = true
    else void atOnce()
  }
}

const LOST = /\bDeleted default\b/
/** `2: eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> ...`, `5: eth0@if4: <BROADCAST,MULTICAST> ...`: pulled, or switched off. */
const UNPLUGGED = /^\d+: ([^\s:@]+)(?:@\S+)?: <(?:(?![^>]*\bLOWER_UP\b)|(?=[^>]*\bNO-CARRIER\b))/
/** `2: ppp0    inet 5.9.1.8/32 scope global ppp0 ...`, `default via 5.9.1.1 dev ppp0 ...`, `2: eth0: <BROADCAST,UP,LOWER_UP> ...`. */
const NEWS =
  /^(?:default\b|\d+: \S+: <[^>]*\bLOWER_UP\b|\d+: \S+\s+inet6? \S+ .*\bscope global\b(?!.*\b(?:tentative|dadfailed)\b))/

/**
 * `default via 192.168.2.1 dev eth1 table 102`: the way of a second line (`ip rule`). Of IPv4 a glance shows the main table
 * alone; of IPv6, whose lines end with a `pref`, it shows all, and routers repeat them.
 */
const ELSEWHERE = /^default (?!.*\bpref\b).*\btable \S/

/** Links stand in it by their addresses alone: one that is down has none, and one without a global address is not looked at. */
interface Snapshot {
  readonly addresses: readonly string[]
  readonly routes: readonly string[]
}

const same = (one: Snapshot, other: Snapshot | undefined) => JSON.stringify(one) === JSON.stringify(other)

/** Something is there that was not, and a way to tell the provider of it. */
function brings(now: Snapshot | undefined, known: Snapshot | undefined): boolean {
  if (!now || now.routes.length === 0) return false
  const isNew = (kind: keyof Snapshot) => now[kind].some((one) => !known?.[kind].includes(one))
  return isNew('addresses') || isNew('routes')
}

/**
 * undefined: the kernel could not be asked. What is tentative is not there yet. An inner address counts where a default route
 * or the user (`ours`) names its interface: those of the networks of containers and virtual machines come and go all day.
 */
async function snapshot(
  { addresses, defaultRoutes }: Interfaces,
  ours: readonly string[],
): Promise<Snapshot | undefined> {
  try {
    const [all, ...routes] = await Promise.all([
      addresses('at-a-glance'),
      defaultRoutes(4, 'at-a-glance'),
      defaultRoutes(6, 'at-a-glance'),
    ])
    const leading = new Set([...ours, ...routes.flat().map((route) => route.interface)])
    const seen = all
      .filter(({ scope, tentative, dadFailed, down }) => scope === 'global' && !tentative && !dadFailed && !down)
      .filter((one) => leading.has(one.interface) || !isInner(one.address))
      .map((one) => [one.interface, one.address, one.temporary, one.deprecated].join(' '))
    const ways = routes.flatMap((each, i) => each.map((route) => `${i} ${describe(route)}`))
    return { addresses: seen.toSorted(), routes: ways.toSorted() }
  } catch {
    return undefined
  }
}

/** RFC 1918, RFC 6598, RFC 4193. */
const isInner = withinBlocks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'])

const describe = (route: DefaultRoute) => [route.interface, route.gateway, route.metric].join(' ')
