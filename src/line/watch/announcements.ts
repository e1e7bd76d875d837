import { Failure } from '../../core/failure.ts'
import { MINUTE, SECOND } from '../../core/instant.ts'
import type { Gateway, Interfaces } from '../../ports/interfaces.ts'
import type { Datagram, Udp } from '../../ports/udp.ts'
import { ANNOUNCEMENTS, GATEWAY_PORT, readAddressResponse } from '../protocols/nat-pmp.ts'
import { encodeAnnounceRequest, readPcpResponse } from '../protocols/pcp.ts'
import { type Announced, announced } from './announced.ts'
import type { Watcher, Watching } from './watcher.ts'

/** How often it is looked whether the router is still the same; when a stranger speaks, sooner, but not more often than that. */
const LOOK = { usual: 5 * MINUTE, least: 30 * SECOND }
/** Until a port may be free, a network be there. */
const PAUSE = { first: 30 * SECOND, max: 5 * MINUTE }
const GREETING = [250, 500, 1000, 2000]

/**
 * Hears the router's announcements of NAT-PMP and PCP, which come from it as soon as its address has changed. Trouble: there
 * is no router, it speaks neither, or the port is another program's. The router's greeting says only that it speaks one of
 * both: whether it announces shows when it does.
 */
export const watchAnnouncements: Watcher = async ({ world, onHint, onTrouble }, signal) => {
  const watching = { world, onHint, onTrouble: onTransitions(onTrouble, signal) }
  let pause: number = PAUSE.first
  while (!signal.aborted) {
    const gateway = await gatewayOf(world.interfaces)
    const why = gateway instanceof Failure ? gateway : await follow(gateway, watching, signal)
    if (why === undefined) {
      pause = PAUSE.first
      continue
    }
    watching.onTrouble('nat-pmp', why)
    await world.clock.sleep(pause, signal)
    pause = Math.min(2 * pause, PAUSE.max)
  }
}

async function gatewayOf(interfaces: Interfaces): Promise<Gateway | Failure> {
  const gateway = await interfaces.gateway().catch(Failure.from)
  return gateway ?? new Failure('network', 'this box has no IPv4 default route to a router', { reason: 'no-route' })
}

/** Resolves when the router is another one, or the signal aborts, or to why it cannot be heard. */
async function follow(
  gateway: Gateway,
  { world, ...tell }: Watching,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const turn = new AbortController()
  const both = AbortSignal.any([signal, turn.signal])
  const stranger = createBell()
  let known: Announced | undefined
  const hear = ({ from, bytes }: Datagram) => {
    if (both.aborted) return
    if (from.address !== gateway.address) return stranger.ring()
    const said = announced(known, bytes, world.clock.now())
    if (!said) return
    known = said.now
    tell.onTrouble('nat-pmp', undefined)
    if (said.isNews) tell.onHint('nat-pmp')
  }
  let opened = () => {}
  const open = new Promise<void>((resolve) => {
    opened = resolve
  })
  const group = { group: ANNOUNCEMENTS, via: gateway.own }
  const listening = world.udp.listen(group, hear, both, opened).catch(Failure.from)
  const looking = async (): Promise<undefined> => {
    await open
    for (;;) {
      if (known === undefined) await greet(gateway, world.udp, tell.onTrouble, both)
      const called = await stranger.rungWithin(world.clock, both)
      const now = both.aborted ? gateway : await gatewayOf(world.interfaces)
      if (both.aborted) return
      // A kernel that cannot be asked has not changed its routes.
      if (now instanceof Failure ? now.reason !== 'no-route' : isSame(now, gateway)) continue
      if (called) tell.onHint('nat-pmp')
      return
    }
  }
  const why = await Promise.race([listening, looking()])
  turn.abort()
  await listening
  return why ?? undefined
}

const isSame = (one: Gateway, other: Gateway) =>
  one.address === other.address && one.interface === other.interface && one.own === other.own

/** One that speaks NAT-PMP alone answers in its own version (RFC 6886 3.5). */
async function greet(gateway: Gateway, udp: Udp, onTrouble: Watching['onTrouble'], signal: AbortSignal): Promise<void> {
  const question = {
    server: { address: gateway.address, port: GATEWAY_PORT },
    message: encodeAnnounceRequest,
    waits: GREETING,
    read: (answer: Uint8Array) => readPcpResponse(answer) ?? readAddressResponse(answer),
    localAddress: gateway.own,
  }
  const failure = await udp.ask(question, signal).then(() => undefined, Failure.from)
  if (signal.aborted) return
  const what =
    failure?.reason === 'refused' ? 'speaks neither NAT-PMP nor PCP' : 'answers neither to NAT-PMP nor to PCP'
  onTrouble('nat-pmp', failure && new Failure(failure.kind, `the router ${gateway.address} ${what}`, failure))
}

/** Rings are remembered until they are asked for. */
function createBell() {
  let rung = false
  let wake = () => {}
  return {
    ring(): void {
      rung = true
      wake()
    },
    /** Resolves when it has rung, not before the least time, or when the usual time is over. */
    async rungWithin({ sleep }: Watching['world']['clock'], signal: AbortSignal): Promise<boolean> {
      await sleep(LOOK.least, signal)
      if (!rung) {
        const nap = new AbortController()
        wake = () => nap.abort()
        await sleep(LOOK.usual - LOOK.least, AbortSignal.any([signal, nap.signal]))
      }
      const was = rung
      rung = false
      return was
    },
  }
}

function onTransitions(onTrouble: Watching['onTrouble'], signal: AbortSignal): Watching['onTrouble'] {
  let last: string | undefined
  return (way, why) => {
    if (signal.aborted || why?.message === last) return
    last = why?.message
    onTrouble(way, why)
  }
}
