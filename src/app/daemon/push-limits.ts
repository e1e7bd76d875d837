import { type Instant, MINUTE, SECOND } from '../../core/instant.ts'
import type { IpAddress, Seconds } from '../../dns/rrset.ts'

/** A router tells its address once a reconnection, some of them a second time for IPv6: this is far more. */
const REQUESTS = 30
/** Beyond that its connections are cut off before a byte of theirs is read, until the minute is over. */
const SHUT = 2 * REQUESTS
const WRONG = 5
const PAUSE = 5 * MINUTE
/** On one network there are no more machines that mean well. */
const CALLERS = 256

export type Admission =
  | { readonly kind: 'welcome' }
  /** `pause`: after wrong passwords. */
  | { readonly kind: 'too-often' | 'pause'; readonly retryAfter: Seconds }

/** What is counted of each caller of the last minutes: nothing of it outlives the process. */
export interface PushLimits {
  /** Counts one request. */
  readonly admit: (from: IpAddress, now: Instant) => Admission
  readonly wrongPassword: (from: IpAddress, now: Instant) => void
  readonly rightPassword: (from: IpAddress) => void
  readonly isShut: (from: IpAddress, now: Instant) => boolean
  /** Whether this has not been said of the caller within the minute: a log is not to be filled from outside. */
  readonly isNews: (from: IpAddress, what: string, now: Instant) => boolean
}

interface Caller {
  since: Instant
  requests: number
  told: Set<string>
  wrong: number
  /** Of the last wrong password. */
  wrongAt: Instant
}

export function openPushLimits(): PushLimits {
  const callers = new Map<IpAddress, Caller>()

  function callerOf(from: IpAddress, now: Instant): Caller {
    const known = callers.get(from)
    const caller = known ?? { since: now, requests: 0, told: new Set(), wrong: 0, wrongAt: 0 }
    if (!known && callers.size >= CALLERS) callers.delete(callers.keys().next().value!)
    if (!isWithin(now, caller.since, MINUTE)) Object.assign(caller, { since: now, requests: 0, told: new Set() })
    if (!isWithin(now, caller.wrongAt, PAUSE)) caller.wrong = 0
    callers.set(from, caller)
    return caller
  }

  return {
    admit(from, now) {
      const caller = callerOf(from, now)
      caller.requests += 1
      if (caller.wrong >= WRONG) return { kind: 'pause', retryAfter: secondsUntil(caller.wrongAt + PAUSE, now) }
      if (caller.requests > REQUESTS) return { kind: 'too-often', retryAfter: secondsUntil(caller.since + MINUTE, now) }
      return { kind: 'welcome' }
    },
    wrongPassword(from, now) {
      const caller = callerOf(from, now)
      caller.wrong += 1
      caller.wrongAt = now
    },
    rightPassword(from) {
      const caller = callers.get(from)
      if (caller) caller.wrong = 0
    },
    isShut: (from, now) => callers.has(from) && callerOf(from, now).requests >= SHUT,
    isNews(from, what, now) {
      const { told } = callerOf(from, now)
      const news = !told.has(what)
      told.add(what)
      return news
    },
  }
}

/** A stamp in the future (clocks jump) is none. */
const isWithin = (now: Instant, since: Instant, span: number): boolean => now >= since && now - since < span

const secondsUntil = (at: Instant, now: Instant): Seconds => Math.max(1, Math.ceil((at - now) / SECOND))
