import { Failure } from '../../core/failure.ts'
import { MINUTE, SECOND } from '../../core/instant.ts'
import { joined } from '../../core/joined.ts'
import type { Gateway } from '../../ports/interfaces.ts'
import { findIgd } from '../igd/find.ts'
import { homeRouter, isLeft, isSameRouter } from '../igd/gateway.ts'
import type { Announcement } from '../protocols/ssdp.ts'
import { hangBell } from './bell.ts'
import { openProof } from './proof.ts'
import { hearAnnouncements } from './ssdp-announcements.ts'
import { type Event, SETTLE, subscription } from './subscription.ts'
import { onTransitions } from './transitions.ts'
import { wanChanges } from './wan-changes.ts'
import type { Watcher } from './watcher.ts'

/** A router that had UPnP will have it again, once it has started. */
const PAUSE = { first: 5 * SECOND, max: 5 * MINUTE }
/** One that has none seldom gets it. */
const WITHOUT = 10 * MINUTE
const LOOK = MINUTE
/** A subscription that ends sooner may end as soon again. */
const LASTING = 30 * SECOND
/** Between two questions whether it still knows us, when it announces itself without saying whether it has started anew. */
const DOUBT = MINUTE

/** The router as it is now, and what hears it. */
interface Home {
  readonly gateway: Gateway
  readonly left: AbortController
  /** It has events. */
  speaks: boolean
  /** Which start of it was heard of last. */
  boot?: string | undefined
  /** It has said farewell. */
  gone: boolean
}

/** Hears of a new address from the router's UPnP events; where it has none, it is looked for again every ten minutes. */
export const watchEvents: Watcher = async ({ world, onHint, onProof, ...others }, signal) => {
  const { clock } = world
  const bell = hangBell(clock)
  const changes = wanChanges(world, {
    onChange: () => onHint('upnp'),
    onElsewhere: () => session?.abort('elsewhere'),
  })
  const onTrouble = onTransitions(others.onTrouble, signal)
  const tell = (why: Failure | undefined, whose?: 'here') => onTrouble('upnp', why, whose)

  let home: Home | undefined
  let session: AbortController | undefined
  let rung = Number.NEGATIVE_INFINITY
  const tellOfEars = (why: Failure | undefined) =>
    onTrouble('ssdp', why && new Failure(why.kind, `${why.message}: ${DEAF}`, why))
  const onAnnouncement = ({ kind, boot }: Announcement) => {
    const before = home?.boot
    if (home) home.boot = boot ?? before
    if (kind === 'byebye') {
      if (home) home.gone = true
      onProof('upnp', false) // until it is subscribed to again, nothing is heard
      rung = Number.NEGATIVE_INFINITY
      return session?.abort('byebye')
    }
    const back = boot !== undefined && before !== undefined ? boot !== before : home?.gone === true
    if (home) home.gone = false
    // Whoever starts anew dials anew: where it sends no events, nobody else tells.
    if (back && kind === 'alive') onHint('upnp')
    const restarted = boot !== undefined && boot !== before
    const since = clock.now() - rung
    if (session && !restarted && (boot !== undefined || (since >= 0 && since < DOUBT))) return
    rung = clock.now()
    bell.ring()
  }
  const arrive = (gateway: Gateway) => {
    if (home && isSameRouter(home.gateway, gateway)) return home
    home?.left.abort('left')
    if (home) onProof('upnp', false)
    const left = new AbortController()
    const until = joined(signal, left.signal)
    const proof = openProof(clock, (isHeard) => signal.aborted || onProof('ssdp', isHeard), until.signal)
    const hear = (said: Announcement) => {
      proof.give()
      onAnnouncement(said)
    }
    void hearAnnouncements(gateway, world, { onAnnouncement: hear, onTrouble: tellOfEars }, until.signal).then(
      until.end,
    )
    home = { gateway, left, speaks: false, gone: false }
    return home
  }

  /** The router as it is now; leaves the one that is no router of ours any more. */
  const look = () =>
    homeRouter(world.interfaces).catch((thrown: unknown): never => {
      const why = Failure.from(thrown)
      if (isLeft(why)) {
        home?.left.abort('left')
        home = undefined
      }
      throw why
    })

  const rest = async (ms: number) => {
    for (let left = ms; left > 0 && !signal.aborted; left -= LOOK) {
      if (await bell.rest(Math.min(LOOK, left), signal)) return clock.sleep(SETTLE, signal)
      const found = await look().catch(() => undefined)
      if (found && !(home && isSameRouter(home.gateway, found))) return
    }
  }

  /** Until it ends; resolves to why, where it ended in trouble. */
  const attend = async (until: AbortSignal): Promise<Failure | undefined> => {
    try {
      const here = arrive(await look())
      const igd = await findIgd(here.gateway, world, until)
      here.speaks = igd.eventUrl !== undefined
      const onEvent = (event: Event) => {
        tell(undefined)
        onProof('upnp', true)
        changes.take(event, igd, until)
      }
      await subscription({ igd, world, bell, onEvent, onSilence: (why) => tell(why, 'here') }, until)
      return undefined
    } catch (thrown) {
      return until.aborted ? undefined : Failure.from(thrown)
    }
  }

  for (let pause: number = PAUSE.first; !signal.aborted; pause = Math.min(2 * pause, PAUSE.max)) {
    const started = clock.now()
    session = new AbortController()
    const until = joined(signal, session.signal)
    const why = await attend(until.signal)
    const [lasted, leaving] = [clock.now() - started, until.signal.aborted]
    session.abort('over')
    until.end()
    session = undefined
    if (why) {
      tell(why)
      changes.routerFails()
    }
    if (lasted > PAUSE.max) pause = PAUSE.first
    if (why || leaving || lasted < LASTING) await rest(why && !home?.speaks ? WITHOUT : pause)
  }
  home?.left.abort('over')
}

const DEAF = 'a restart of the router is heard of late, its events all the same'
