import { type Instant, MINUTE, SECOND } from '../../core/instant.ts'
import { prefixOf } from '../../dns/prefix.ts'
import { addressType, type IpAddress, type Seconds } from '../../dns/rrset.ts'

/** A router tells its address once a reconnection, some of them a second time for IPv6: this is far more. */
const REQUESTS = 30
/** Beyond that, of requests or of connections, it is cut off before a byte of its is read, until the minute is over. */
const SHUT = 2 * REQUESTS
const WRONG = 5
const PAUSE = 5 * MINUTE
/** Of all callers together: one machine can take many addresses. */
const WRONG_IN_ALL = 50
/** On one network there are no more machines that mean well. */
const CALLERS = 256
/** Within it a machine gives itself what address it likes (RFC 4862, RFC 8981). */
const NETWORK = 64

export type Admission =
  | { readonly kind: 'welcome' }
  /** `pause`: after wrong passwords of its own; `crowd`: of all callers together, of which it has not had the right one. */
  | { readonly kind: 'too-often' | 'pause' | 'crowd'; readonly retryAfter: Seconds }

/** What is counted of each caller, an IPv4 address or an IPv6 network, of the last minutes: nothing of it outlives the process. */
export interface PushLimits {
  /** Counts one request. */
  readonly admit: (from: IpAddress, now: Instant) => Admission
  /** Counts one connection: who asks nothing, or what is no request, has no other. */
  readonly connected: (from: IpAddress, now: Instant) => void
  readonly wrongPassword: (from: IpAddress, now: Instant) => void
  readonly rightPassword: (from: IpAddress, now: Instant) => void
  readonly isShut: (from: IpAddress, now: Instant) => boolean
  /** Whether this has not been said of the caller (`all`: of all together) within the minute: a log is not to be filled from outside. */
  readonly isNews: (from: IpAddress | 'all', what: string, now: Instant) => boolean
}

interface Caller {
  since: Instant
  requests: number
  connections: number
  told: Set<string>
  wrong: number
  /** Of the last wrong password. */
  wrongAt: Instant
  /** It has had the right password once. */
  known: boolean
}

export function openPushLimits(): PushLimits {
  /** The one that was silent longest comes first. */
  const callers = new Map<IpAddress, Caller>()
  let wrongs: readonly Instant[] = []
  const ofAll = { since: 0, told: new Set<string>() }

  function callerOf(from: IpAddress, now: Instant): Caller {
    const key = keyOf(from)
    const before = callers.get(key)
    const caller = before ?? { ...nothingSince(now), wrong: 0, wrongAt: 0, known: false }
    if (!before && callers.size >= CALLERS) forgetOne()
    if (!isWithin(now, caller.since, MINUTE)) Object.assign(caller, nothingSince(now))
    if (!isWithin(now, caller.wrongAt, PAUSE)) caller.wrong = 0
    callers.delete(key)
    callers.set(key, caller)
    return caller
  }

  /** Strangers before who has logged in: a crowd is not to drive the router out of mind. */
  function forgetOne(): void {
    const [stranger] = [...callers].find(([, { known }]) => !known) ?? []
    callers.delete(stranger ?? callers.keys().next().value!)
  }

  /** The wrong passwords of the last minutes; a clock that was set back forgets them. */
  function wrongsUntil(now: Instant): readonly Instant[] {
    wrongs = wrongs.filter((at) => isWithin(now, at, PAUSE))
    return wrongs
  }

  return {
    admit(from, now) {
      const caller = callerOf(from, now)
      caller.requests += 1
      if (caller.wrong >= WRONG) return { kind: 'pause', retryAfter: secondsUntil(caller.wrongAt + PAUSE, now) }
      const crowd = caller.known ? [] : wrongsUntil(now)
      if (crowd.length === WRONG_IN_ALL) return { kind: 'crowd', retryAfter: secondsUntil(crowd[0]! + PAUSE, now) }
      if (caller.requests > REQUESTS) return { kind: 'too-often', retryAfter: secondsUntil(caller.since + MINUTE, now) }
      return { kind: 'welcome' }
    },
    connected(from, now) {
      callerOf(from, now).connections += 1
    },
    wrongPassword(from, now) {
      const caller = callerOf(from, now)
      caller.wrong += 1
      caller.wrongAt = now
      wrongs = [...wrongsUntil(now), now].slice(-WRONG_IN_ALL)
    },
    rightPassword(from, now) {
      Object.assign(callerOf(from, now), { wrong: 0, known: true })
    },
    isShut(from, now) {
      if (!callers.has(keyOf(from))) return false
      const { requests, connections } = callerOf(from, now)
      return requests >= SHUT || connections > SHUT // the one that is just let in counts already
    },
    isNews(from, what, now) {
      if (!isWithin(now, ofAll.since, MINUTE)) Object.assign(ofAll, { since: now, told: new Set() })
      const { told } = from === 'all' ? ofAll : callerOf(from, now)
      const news = !told.has(what)
      told.add(what)
      return news
    },
  }
}

const nothingSince = (since: Instant) => ({ since, requests: 0, connections: 0, told: new Set<string>() })

const keyOf = (from: IpAddress): IpAddress => (addressType(from) === 'A' ? from : prefixOf(from, NETWORK).address)

/** A stamp in the future (clocks jump) is none. */
const isWithin = (now: Instant, since: Instant, span: number): boolean => now >= since && now - since < span

const secondsUntil = (at: Instant, now: Instant): Seconds => Math.max(1, Math.ceil((at - now) / SECOND))
