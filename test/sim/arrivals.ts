import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../src/core/instant.ts'
import { keyOf, type TargetKey } from '../../src/core/plan.ts'
import { type Memory, memoryOf } from '../../src/core/state.ts'
import type { DomainName } from '../../src/dns/name.ts'
import { type AddressType, addressType, type IpAddress, type RRsetName, sameAddresses } from '../../src/dns/rrset.ts'
import type { Moment } from './invariants.ts'
import type { Wish } from './services/service.ts'
import type { Arrival, Provider } from './world.ts'

const TYPES = ['A', 'AAAA'] as const satisfies readonly AddressType[]
/** Soonest that a write whose answer was lost may be sent again, less what the request took. */
const SOONEST = 4 * MINUTE
/** From the moment that the program counts to that at which the request leaves: it may read before it writes. */
const LATEST = 2 * MINUTE
/** A repeat after that long is a refresh. */
const STALE = 20 * DAY

type Memories = Readonly<Record<AddressType, Memory>>

/** The lines that a host may use; the first where it names none. */
export const linesOfHost = ({ config }: Pick<Moment['home'], 'config'>, owner: string): readonly string[] =>
  config.hosts.find(({ name }) => name === owner)?.line ?? ['dsl']

/** Looks at every request that writes as it arrives at its service. */
export function watchArrivals(moment: Moment) {
  const { home, out, now, clock, onBroken } = moment
  const linesOf = (owner: string) => linesOfHost(home, owner)
  const lastArrival = new Map<string, { at: Instant; clock: Instant; text: string; isKept: boolean }>()
  const writes = new Map<TargetKey, readonly Instant[]>()
  const driftSent = new Map<string, { at: Instant; clock: Instant }>()
  /** RRsets that a request of ours has emptied. */
  const emptied = new Map<string, Instant>()
  /** What arrived last while the disk took nothing. */
  const unkept = new Set<TargetKey>()

  /**
   * A round begins. Where the clock was set back it takes stamps in the future for none, and for good: when they were, and
   * whether their day is over, it cannot know. What is no longer in the future by the next round counts.
   */
  function onStart(): void {
    for (const [key, stamps] of writes)
      if (stamps.some((at) => at > clock()))
        writes.set(
          key,
          stamps.filter((at) => at <= clock()),
        )
  }

  /** Whatever left this box to be written for its own sake, answered or not. */
  function onSent(provider: Provider, wishes: readonly Wish[]): void {
    const state = moment.state()
    for (const { owner, addresses } of wishes) {
      for (const type of TYPES) {
        const key = keyOf(provider.account, { owner, type })
        const { intent, writes: own } = memoryOf(state, key)
        const mine = ofType(addresses, type)
        if (mine.length > 0 && intent && !isAlong(intent, own) && sameAddresses(intent.addresses, mine)) count(key)
      }
    }
  }

  function onArrival(arrival: Arrival): void {
    const { provider, wishes, before, foreign, again } = arrival
    if (foreign) onBroken('nothing-foreign-touched', `${provider.account}: a record of the owner's has changed`)
    const state = moment.state()
    for (const { owner, addresses } of wishes) {
      const heldBefore = (type: AddressType) => before.get(`${owner} ${type}`) ?? []
      judgeAddresses(owner, addresses, TYPES.flatMap(heldBefore))
      const memory = (type: AddressType) => memoryOf(state, keyOf(provider.account, { owner, type }))
      const memories: Memories = { A: memory('A'), AAAA: memory('AAAA') }
      if (!again) judgeRepeat(arrival, owner, addresses, memories)
      for (const type of TYPES) {
        const mine = ofType(addresses, type)
        if (mine.length > 0 && !again) {
          judgeIntent(provider, owner, type, mine, heldBefore(type), memories[type])
        }
        const holds = provider.service.holds(owner, type).length > 0
        const isCleared = !holds && heldBefore(type).length > 0
        if (holds) emptied.delete(`${owner} ${type}`)
        else if (isCleared) emptied.set(`${owner} ${type}`, now())
        // The family that a request leaves alone is no better known to the disk for it.
        const key = keyOf(provider.account, { owner, type })
        if (mine.length > 0 || isCleared) moment.isDiskFull() ? unkept.add(key) : unkept.delete(key)
      }
      lastArrival.set(`${provider.account} ${owner}`, {
        at: now(),
        clock: clock(),
        text: String(addresses),
        isKept: !moment.isDiskFull(),
      })
    }
  }

  function judgeAddresses(owner: DomainName, addresses: readonly IpAddress[], held: readonly IpAddress[]): void {
    if (!home.ours.has(owner)) onBroken('nothing-foreign-touched', `${owner} was written`)
    const lines = linesOf(owner).map((name) => out().lineNamed(name))
    const strange = addresses.find((address) => !lines.some((line) => line.had(address)) && !held.includes(address))
    if (strange) onBroken('only-line-addresses', `${owner} got ${strange}, which its line never had`)
  }

  function judgeRepeat(
    { provider, changed }: Arrival,
    owner: DomainName,
    addresses: readonly IpAddress[],
    memories: Memories,
  ) {
    if (changed || !provider.service.countsRepeats || moment.forcing() > 0 || foreignLately(owner)) return
    const name = `${provider.account} ${owner}`
    const last = lastArrival.get(name)
    if (!last || last.text !== String(addresses)) return
    // What no disk has taken a later process learns from the name servers alone, if they are well.
    if (!last.isKept) return
    const both = TYPES.map((type) => memories[type])
    // Its own intent tells nothing; a doubt was there before it, however long ago by a clock that was set ahead.
    const wasLost = both.some(({ intent, doubt, writes: own }) => doubt !== undefined || isAlong(intent, own))
    // All servers that answer have shown another set for half an hour: sent once a day, lest mail go astray.
    const drifted = both.some(({ drift }) => drift !== undefined && clock() - drift.since >= 30 * MINUTE)
    // A day by the machine's clock, the only one that the program has: set ahead, the day is over sooner. Set back, a stamp
    // that lies in the future counts as of the moment that the program sees it: a whole day in the world, then.
    const sent = driftSent.get(name)
    const dayOver = !sent || Math.max(now() - sent.at, clock() - sent.clock) > DAY - HOUR
    // What follows a lost answer is not the day's correction, whatever the servers show besides.
    if (drifted && dayOver && !wasLost) return void driftSent.set(name, { at: now(), clock: clock() })
    // A refresh, for all that the machine's clock can tell. What went along with a request that was answered has been
    // refreshed by it; where the answer was lost, each family's own is still due: better a repeat than a host deleted.
    const stamps = both.flatMap(({ published }) => published?.at ?? [])
    const isAnswered = stamps.some((at) => at >= last.clock && at < last.clock + SECOND)
    if (clock() - (isAnswered ? Math.max(...stamps) : Math.min(...stamps)) >= STALE) return
    const isKnown = TYPES.some((type) => {
      const mine = ofType(addresses, type)
      const { published } = memories[type]
      return mine.length > 0 && published !== undefined && sameAddresses(published.addresses, mine)
    })
    const what = `${owner} ${addresses} was sent again after ${(now() - last.at) / 1000} s`
    if (isKnown && !wasLost)
      onBroken('no-needless-send', `${what}, the disk knows that it is published: ${JSON.stringify(memories)}`)
    else if (now() - last.at < SOONEST) onBroken('no-needless-send', what)
    else if (isShown(provider, owner, addresses, last.at))
      onBroken('no-needless-send', `${what}, all name servers have shown it for long`)
  }

  /** All its servers are well, and none of them lags any more. */
  function isShown({ service }: Provider, owner: DomainName, addresses: readonly IpAddress[], since: Instant): boolean {
    const { names } = out()
    const servers = names.own(service.apex)
    if (now() - since < 2 * names.longestLag() + 10 * MINUTE) return false
    return servers.every((server) => {
      const shown = TYPES.flatMap((type) =>
        ofType(addresses, type).length > 0 ? names.shows(server, owner, type) : [],
      )
      return names.wellSince(server) < since && sameAddresses(shown, addresses)
    })
  }

  const foreignLately = (owner: string) =>
    TYPES.some((type) => now() - (moment.foreignWrites.get(`${owner} ${type}`) ?? 0) < 3 * DAY)

  function judgeIntent(
    { account }: Provider,
    owner: DomainName,
    type: AddressType,
    mine: readonly IpAddress[],
    held: readonly IpAddress[],
    memory: Memory,
  ) {
    if (moment.isDiskFull()) return
    const { intent, published, trouble, writes: own } = memory
    const isWritten = intent !== undefined && sameAddresses(intent.addresses, mine)
    const isCompanion =
      (published !== undefined && sameAddresses(published.addresses, mine)) || sameAddresses(held, mine)
    if (!isWritten && !isCompanion)
      onBroken('intent-first', `${account} ${owner} ${type} ${mine} arrived, the disk knows nothing of it`)
    // A lost write that goes along with the other family, lest the service clear it, is not sent for its own sake.
    const isOwn = isWritten && intent.at === own.at(-1)
    if (isOwn && trouble?.until === 'hold' && moment.forcing() === 0 && trouble.at < clock() - MINUTE)
      onBroken('held-stays-held', `${account} ${owner} ${type} was sent although held (${trouble.message})`)
  }

  function count(key: TargetKey): void {
    if (moment.isDiskFull()) return // a process that starts anew cannot know of them
    if (moment.forcing() > 0) return // pauses and budget give way to a user who insists, however often
    // A day by the machine's clock: where that is set ahead, the day is over sooner.
    const since = clock() - DAY + LATEST
    const recent = [...(writes.get(key) ?? []).filter((at) => at > since && at <= clock()), clock()]
    writes.set(key, recent)
    // At an API by record an update may take two requests; where one UPDATE for several hosts is refused or meets a change
    // of someone else's, it is sent once more, or host by host.
    const allowed = home.config.dailyUpdates * (/^(?:ionos|rfc2136) /.test(key) ? 2 : 1)
    if (recent.length > allowed)
      onBroken('budget', `${key}: ${recent.length} writes in 24 h, ${home.config.dailyUpdates} are allowed`)
  }

  /** What the service holds no disk has taken: a process that starts anew takes the disk's word. */
  const isUnkept = (account: string, name: RRsetName) => unkept.has(keyOf(account, name))

  /** When a request last arrived that named it. */
  const lastAt = (account: string, owner: string) => lastArrival.get(`${account} ${owner}`)?.at

  return { onStart, onSent, onArrival, emptied, foreignLately, isUnkept, lastAt }
}

/** A lost write that goes along with the other family. */
const isAlong = (intent: Memory['intent'], own: Memory['writes']) => intent !== undefined && intent.at !== own.at(-1)

const ofType = (addresses: readonly IpAddress[], type: AddressType) =>
  addresses.filter((one) => addressType(one) === type)
