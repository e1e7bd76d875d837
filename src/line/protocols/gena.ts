import { Failure } from '../../core/failure.ts'
import { MINUTE, type Milliseconds, SECOND } from '../../core/instant.ts'
import { elementsAt, parseXml } from '../../core/xml.ts'
import type { HttpResponse } from '../../ports/http.ts'

type Headers = Readonly<Record<string, string>>

export interface Subscription {
  /** The router's name for it. */
  readonly sid: string
  /** How long it lasts unless it is renewed. */
  readonly lasts: Milliseconds
}

/** The least that UDA 1.1 (4.1.1) lets a router grant. */
const WANTED = 30 * MINUTE
const TIMEOUT = `Second-${WANTED / SECOND}`
/** Who grants less is asked no more often, and who grants more is looked at all the same: routers forget. */
const LEAST = MINUTE

/** Events shall be sent to `callback` (UDA 1.1, 4.1.2). */
export const subscribing = (callback: string): Headers => ({
  callback: `<${callback}>`,
  nt: 'upnp:event',
  timeout: TIMEOUT,
})

/** CALLBACK or NT beside a SID is an error (UDA 1.1, 4.1.3). */
export const renewing = (sid: string): Headers => ({ sid, timeout: TIMEOUT })

export const unsubscribing = (sid: string): Headers => ({ sid })

/** The answer to both. Throws a Failure; `rejected` is also that a subscription is known no longer (412). */
export function readSubscription({ status, headers }: Pick<HttpResponse, 'status' | 'headers'>): Subscription {
  if (status !== 200) {
    const kind = status >= 500 ? 'unavailable' : status === 401 || status === 403 ? 'auth' : 'rejected'
    throw new Failure(kind, `the router answered ${status} to a subscription to its events`)
  }
  const { sid = '', timeout = '' } = headers
  if (!/^[\x21-\x7e]{1,256}$/.test(sid))
    throw new Failure('protocol', 'the router gave a subscription to its events no name')
  // "infinite" was allowed in UDA 1.0.
  const seconds = Number(/^Second-(\d{1,9})$/i.exec(timeout.trim())?.[1] ?? WANTED / SECOND)
  return { sid, lasts: Math.min(Math.max(seconds * SECOND, LEAST), WANTED) }
}

/** An event, less its body. */
export interface Notice {
  readonly sid: string
  /** Counts from 0, the initial event; after 4294967295 comes 1. */
  readonly seq: number
}

/** A NOTIFY (UDA 1.1, 4.3.2), or the status that refuses it. */
export function readNotice({ nt, nts, sid, seq = '' }: Headers): Notice | { readonly status: 400 | 412 } {
  if (nt === undefined || nts === undefined) return { status: 400 }
  if (nt !== 'upnp:event' || nts !== 'upnp:propchange' || sid === undefined) return { status: 412 }
  const number = /^\d{1,10}$/.test(seq) ? Number(seq) : LAST + 1
  return number > LAST ? { status: 400 } : { sid, seq: number }
}

const LAST = 2 ** 32 - 1

/** `repeated`: the same once more; `missed`: others came between; `restarted`: the router counts anew. */
export type Sequence = 'next' | 'repeated' | 'missed' | 'restarted'

/** How an event stands to the last one before it; undefined: none came yet. */
export function follows(last: number | undefined, seq: number): Sequence {
  if (last === undefined) return seq === 0 ? 'next' : 'missed'
  if (seq === last) return 'repeated'
  if (seq === (last === LAST ? 1 : last + 1)) return 'next'
  return seq > last ? 'missed' : 'restarted'
}

/** The variables in an event's body, by their names; undefined: no such body. */
export function readEvent(body: string): Readonly<Record<string, string>> | undefined {
  const root = parseXml(body)
  if (root?.name !== 'propertyset') return undefined
  const variables = elementsAt(root, 'property').flatMap(({ children }) => children)
  return Object.fromEntries(variables.map(({ name, text }) => [name, text.trim()]))
}
