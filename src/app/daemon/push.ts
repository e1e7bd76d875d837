import type { PushConfig } from '../../config/config.ts'
import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import { describeEndpoint } from '../../dns/endpoint.ts'
import { isOnLocalNetwork } from '../../dns/local-network.ts'
import type { Place, Serving } from '../../ports/serve.ts'
import type { World } from '../../ports/world.ts'
import type { Setup } from '../setup.ts'
import { openPushAnswer } from './push-answer.ts'
import { openPushLimits } from './push-limits.ts'
import { watchStore } from './watched-store.ts'

/** The dyndns2 server that the router tells its address. */
export interface PushServer {
  /** The world whose rounds it hears of. */
  readonly world: World
  /** Listens where the configuration now says, or nowhere; resolves when it has tried. */
  readonly follow: () => Promise<void>
  /** Why it does not listen although it shall: for the health endpoint. */
  readonly problems: () => readonly string[]
}

interface Open {
  readonly as: string
  readonly end: AbortController
  /** Once it listens. */
  serving?: Serving
}

/** The address may come late (DHCP), and who has the port may leave it. */
const AGAIN = 30 * SECOND

export function openPush(outside: World, setupOf: () => Setup, onHint: () => void, stop: AbortSignal): PushServer {
  const { clock, log } = outside
  const limits = openPushLimits()
  const watched = watchStore(outside.store)
  const answer = openPushAnswer({ world: outside, watched, setupOf, onHint }, limits)
  let problem: string | undefined
  let open: Open | undefined

  async function follow(): Promise<void> {
    const { push } = setupOf().config
    const as = JSON.stringify([push.listen, push.certificate, push.key])
    // One that does not listen yet is tried again at once: what kept it out may be mended.
    if (open?.as === as && (open.serving || push.certificate === undefined)) return renew(open)
    open?.end.abort()
    open = undefined
    problem = undefined
    const place = placeOf(push)
    if (!place || stop.aborted) return
    const end = new AbortController()
    open = { as, end }
    const either = AbortSignal.any([stop, end.signal])
    if (!(await tried(place, either))) void retry(place, either)
  }

  /** A certificate may be a new one by now. One that cannot be used is no reason to shut the router out. */
  async function renew(mine: Open): Promise<void> {
    if (!mine.serving?.renew) return
    const failure = await mine.serving.renew().then(() => undefined, Failure.from)
    if (open !== mine) return
    problem = failure && `the push server keeps the certificate that it has: ${failure.message}`
    if (problem) log.warn('the push server has no new certificate', { problem })
  }

  function placeOf({ listen, certificate, key }: PushConfig): Place | undefined {
    if (listen === 'off') return undefined
    return {
      at: listen,
      tls: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
      maxBytes: 0,
      allows: (from) => isOnLocalNetwork(from) && !limits.isShut(from, clock.now()),
      onConnection: (from) => limits.connected(from, clock.now()),
    }
  }

  async function tried(place: Place, signal: AbortSignal): Promise<boolean> {
    try {
      const serving = await outside.serve(place, answer, signal)
      if (signal.aborted) return true
      if (open) open.serving = serving
      log.info('the router can tell its address', { at: describeEndpoint(place.at), tls: place.tls !== undefined })
      problem = undefined
    } catch (error) {
      if (signal.aborted) return true
      const failure = Failure.from(error)
      const why = `the router cannot tell its address: ${failure.message}${remedyOf(failure)}`
      if (why !== problem) log.warn('the push server is off', { problem: why })
      problem = why
    }
    return problem === undefined
  }

  async function retry(place: Place, signal: AbortSignal): Promise<void> {
    do await clock.sleep(AGAIN, signal)
    while (!signal.aborted && !(await tried(place, signal)))
  }

  return {
    world: { ...outside, store: watched.store },
    follow,
    problems: () => (problem === undefined ? [] : [problem]),
  }
}

const remedyOf = ({ reason }: Failure): string => {
  if (reason === 'in-use') return '; choose another one (MXHOME_PUSH_LISTEN)'
  return reason === 'no-route' ? '; it is tried again until it has (MXHOME_PUSH_LISTEN)' : ''
}
