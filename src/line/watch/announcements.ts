import { Failure } from '../../core/failure.ts'
import { MINUTE, SECOND } from '../../core/instant.ts'
import { joined } from '../../core/joined.ts'
import type { Gateway } from '../../ports/interfaces.ts'
import type { Datagram, Udp } from '../../ports/udp.ts'
import { homeRouter, isLeft, isSameRouter } from '../igd/gateway.ts'
import { ANNOUNCEMENTS, GATEWAY_PORT, readAddressResponse } from '../protocols/nat-pmp.ts'
import { encodeAnnounceRequest, readPcpResponse } from '../protocols/pcp.ts'
import { type Announced, announced } from './announced.ts'
import { hangBell } from './bell.ts'
import { openProof } from './proof.ts'
import { onTransitions } from './transitions.ts'
import type { Watcher, Watching } from './watcher.ts'

/** How often it is looked whether the router is still the same; when a stranger speaks, sooner, but not more often than that. */
const LOOK = { usual: 5 * MINUTE, least: 30 * SECOND }
/** Until a port may be free, a network be there. */
const PAUSE = { first: 30 * SECOND, max: 5 * MINUTE }
const GREETING = [250, 500, 1000, 2000]

/**
 * Hears the router's announcements of NAT-PMP and PCP, which come from it as soon as its address has changed. Trouble: there
 * is no router, it speaks neither, or the port is another program's. The router's greeting says only that it speaks one of
 * both, and it was asked for: whether it announces, and whether that gets in here, shows when it is heard.
 */
export const watchAnnouncements: Watcher = async ({ onTrouble, ...others }, signal) => {
  const { world } = others
  const watching = { ...others, onTrouble: onTransitions(onTrouble, signal) }
  let pause: number = PAUSE.first
  while (!signal.aborted) {
    const gateway = await homeRouter(world.interfaces).catch(Failure.from)
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

/** Resolves when the router is another one, or the signal aborts, or to why it cannot be heard. */
async function follow(
  gateway: Gateway,
  { world, ...tell }: Watching,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const turn = new AbortController()
  const joint = joined(signal, turn.signal)
  const both = joint.signal
  const stranger = hangBell(world.clock)
  const proof = openProof(world.clock, (isHeard) => signal.aborted || tell.onProof('nat-pmp', isHeard), both)
  let known: Announced | undefined
  const hear = ({ from, bytes }: Datagram) => {
    if (both.aborted) return
    if (from.address !== gateway.address) return stranger.ring()
    const said = announced(known, bytes, world.clock.now())
    if (!said) return
    proof.give()
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
      await world.clock.sleep(LOOK.least, both)
      const called = await stranger.rest(LOOK.usual - LOOK.least, both)
      const now = both.aborted ? gateway : await homeRouter(world.interfaces).catch(Failure.from)
      if (both.aborted) return
      if (now instanceof Failure ? !isLeft(now) : isSameRouter(now, gateway)) continue
      if (called) tell.onHint('nat-pmp')
      return
    }
  }
  const why = await Promise.race([listening, looking()])
  turn.abort('over')
  await listening
  await proof.ended()
  joint.end()
  return why ?? undefined
}

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
