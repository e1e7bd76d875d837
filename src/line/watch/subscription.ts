import { Buffer } from 'node:buffer'
import { Failure } from '../../core/failure.ts'
import { HOUR, MINUTE, SECOND } from '../../core/instant.ts'
import type { Incoming } from '../../ports/serve.ts'
import { LIMITS } from '../igd/call.ts'
import type { Igd } from '../igd/find.ts'
import { homeRouter, isSameRouter } from '../igd/gateway.ts'
import {
  follows,
  readEvent,
  readNotice,
  readSubscription,
  renewing,
  type Sequence,
  subscribing,
  unsubscribing,
} from '../protocols/gena.ts'
import type { Bell } from './bell.ts'
import type { Watching } from './watcher.ts'

export interface Event {
  readonly sequence: Sequence
  /** The variables that it tells; undefined: they could not be read. */
  readonly values: Readonly<Record<string, string>> | undefined
}

interface Subscribing {
  readonly igd: Igd
  readonly world: Pick<Watching['world'], 'clock' | 'http' | 'interfaces' | 'serve' | 'unguessable'>
  readonly onEvent: (event: Event) => void
  /** It is subscribed, and events shall come; why they do not. */
  readonly onSilence: (why: Failure) => void
  /** Rung when the router may have forgotten: it is asked. */
  readonly bell: Bell
}

const MOST_BYTES = 64 * 1024
/** An answer leaves before the next timer is looked at. */
const AFTER_THE_ANSWER = 1
/** The initial event comes at once (UDA 1.1, 4.1.2), unless something lets no connection in. */
const AT_ONCE = 30 * SECOND
/** Who ends does not wait for a router. */
const FAREWELL = SECOND
/** After a ring: a router that has just started says so many times, and whoever forges its address could ring without end. */
export const SETTLE = SECOND
/** The router may be another one: looked at now and then, which costs a look into the routing table. */
const LOOK = MINUTE
/** A firewall that was switched on since keeps events out, and renewals tell nothing of it: an initial event proves the way anew. */
const PROVEN = HOUR

/**
 * One subscription to the events of a router (GENA, UDA 1.1, 4). Resolves when the signal aborts, and when it is to be made
 * anew: the router does not know it any more, counts anew, or is another one; or the way was proven long ago. Rejects with a
 * Failure when it cannot be made or renewed.
 */
export async function subscription(about: Subscribing, signal: AbortSignal): Promise<void> {
  const { igd, world, onEvent, onSilence, bell } = about
  const { own, address } = igd.gateway
  if (igd.eventUrl === undefined) throw new Failure('unsupported', 'the router has UPnP, but tells nothing by itself')
  const url = igd.eventUrl
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const heard: { sid?: string; seq?: number } = {}

  const take = (request: Incoming): number => {
    if (request.path !== path) return 404
    if (request.method !== 'NOTIFY') return 405
    const notice = readNotice(request.headers)
    if ('status' in notice) return notice.status
    // The initial event may overtake the answer that names the subscription.
    if (heard.sid !== undefined && notice.sid !== heard.sid) return 412
    // A router may drop what happens until it has its answer: everything else is done after it.
    void world.clock.sleep(AFTER_THE_ANSWER, until).then(() => !until.aborted && work(notice.seq, request.body))
    return 200
  }
  const work = (seq: number, body: string) => {
    const sequence = follows(heard.seq, seq)
    heard.seq = seq
    onEvent({ sequence, values: readEvent(body) })
    if (sequence === 'restarted') over.abort('anew')
  }

  const path = `/${Buffer.from(world.unguessable(16)).toString('hex')}`
  const place = { at: { address: own, port: 0 }, maxBytes: MOST_BYTES, allows: (from: string) => from === address }
  const request = async (
    method: 'SUBSCRIBE' | 'UNSUBSCRIBE',
    headers: Readonly<Record<string, string>>,
    stop = until,
  ) => world.http({ purpose: 'write', method, url, headers, localAddress: own, ...LIMITS }, stop)

  try {
    const { port } = await world.serve(place, async (incoming) => ({ status: take(incoming) }), until)
    let granted = readSubscription(await request('SUBSCRIBE', subscribing(`http://${own}:${port}${path}`)))
    heard.sid = granted.sid
    void world.clock.sleep(AT_ONCE, until).then(() => {
      if (!until.aborted && heard.seq === undefined) onSilence(silence(address))
    })
    let isOld = false
    void world.clock.sleep(PROVEN, until).then(() => {
      isOld = true
    })
    while (!until.aborted) {
      // Counted as it is rested: the clock may be set meanwhile.
      for (let left = granted.lasts / 2; left > 0 && !until.aborted; left -= LOOK) {
        const [since, turn] = [world.clock.now(), Math.min(LOOK, left)]
        const rung = await bell.rest(turn, until)
        if (rung) await world.clock.sleep(SETTLE, until)
        if (isOld || !isSameRouter(igd.gateway, await homeRouter(world.interfaces))) return
        // While this machine was asleep no timer ran, and the router may have dropped the subscription.
        if (rung || world.clock.now() - since > turn + LOOK) break
      }
      if (until.aborted) break
      const answer = await request('SUBSCRIBE', renewing(granted.sid))
      if (answer.status === 412) {
        delete heard.sid
        return
      }
      granted = readSubscription(answer)
      heard.sid = granted.sid
    }
  } catch (thrown) {
    if (!until.aborted) throw thrown
  } finally {
    over.abort('ended')
    if (heard.sid !== undefined) await farewell(heard.sid)
  }

  async function farewell(sid: string): Promise<void> {
    const stop = new AbortController()
    const short = world.clock.sleep(FAREWELL, stop.signal).then(() => stop.abort('late'))
    await request('UNSUBSCRIBE', unsubscribing(sid), stop.signal).catch(() => {})
    stop.abort('done')
    await short
  }
}

const silence = (router: string) =>
  new Failure(
    'network',
    `the router ${router} took the subscription to its events, but none arrives: let its TCP connections to this box through the firewall`,
  )
