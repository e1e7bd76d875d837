import { SECOND } from '../core/instant.ts'
import type { LineName } from '../core/plan.ts'
import { addressType, type IpAddress } from '../dns/rrset.ts'
import { bestOfEach } from '../line/lasting.ts'
import type { IpSource, SourceWorld } from '../line/source.ts'
import type { Clock } from '../ports/clock.ts'
import { ENOUGH, within } from './within.ts'

type Asked = SourceWorld & { readonly clock: Pick<Clock, 'sleep'> }

/** Of which networks of a line one was looked for last, and which was answered; undefined: none. */
export type LiveNetworks = Map<LineName, { readonly of: string; readonly address: IpAddress | undefined }>

interface Circumstances {
  /** undefined: nothing is remembered. */
  readonly hurry: { readonly live: LiveNetworks; readonly hint: boolean } | undefined
  /** Sources that failed for long are left alone. */
  readonly rests: (source: IpSource) => boolean
  readonly late: AbortSignal | undefined
  /** Somebody outside has answered. */
  readonly onAnswer: () => void
}

/** So many are tried: each try is a request to a stranger's service. */
const MOST = 4
const HEAD_START = SECOND / 2
/** A first packet that is lost is repeated after as long. */
const GRACE = SECOND
/** All of it has the time of a source that nobody named. */
const CHOICE = { id: 'the choice of an IPv6 network', optional: true } as const

/**
 * A router that crashed comes back with another IPv6 prefix and takes the old one back from nobody (RFC 9096): this box holds
 * addresses of both to be good, for days, and the kernel may go out with the one to which no answer finds its way. So sources
 * outside are asked from each, and all else from the best one that is answered; where none is now, from the one that was last.
 * The world as it is where there is one network only, where nobody outside is asked anyway, and where nobody ever answered.
 * `isAnswered`: somebody answered just now. Never rejects.
 */
export async function fromLiveNetwork<W extends Asked>(
  line: LineName,
  sources: readonly IpSource[],
  world: W,
  signal: AbortSignal,
  { late, hurry, rests, onAnswer }: Circumstances,
): Promise<{ readonly world: W; readonly isAnswered: boolean }> {
  const outside = sources.filter(
    ({ view, types, goesItsOwnWay }) => view === 'outside' && !goesItsOwnWay && types.includes('AAAA'),
  )
  const networks = outside.length > 0 ? await networksOf(world).catch(() => []) : []
  if (networks.length < 2) return { world, isAnswered: false }
  const of = networks.toSorted().join(' ')
  const before = hurry?.live.get(line)
  const isSame = before?.of === of
  const last = isSame ? before.address : undefined
  // While the router was away they may all have failed, by the dead network: of new ones each is asked, and when an event hints.
  const awake = outside.filter((one) => !rests(one))
  const witnesses = awake.length > 0 || (isSame && !hurry?.hint) ? awake : outside
  // Of two that are answered, the record stays with the one that was answered last.
  const inOrder = last ? [last, ...networks.filter((one) => one !== last)] : networks
  const answered = new Set<IpAddress>()
  const note = (address: IpAddress) => {
    answered.add(address)
    onAnswer()
  }
  const choose = (over: AbortSignal) =>
    untilChosen(inOrder, { isKnown: last !== undefined, witnesses, note }, world, over)
  if (witnesses.length > 0) await within(choose, CHOICE, world, signal, late).catch(() => {})
  const address = inOrder.find((one) => answered.has(one)) ?? last
  // What was cut short has decided nothing for the rounds to come.
  if (!signal.aborted && !late?.aborted) hurry?.live.set(line, { of, address })
  const isAnswered = answered.size > 0
  return { world: address ? { ...askedFrom(address, world), answered: address } : world, isAnswered }
}

/** Nearly always a glance tells that there is nothing to choose. */
async function networksOf({ interfaces }: SourceWorld): Promise<readonly IpAddress[]> {
  const seen = await interfaces.addresses('at-a-glance')
  const names = [...new Set(seen.map((one) => one.interface))]
  if (names.every((name) => bestOfEach(seen, name).length < 2)) return []
  const name = await interfaces.defaultRoute(6)
  return name === undefined ? [] : bestOfEach(await interfaces.addresses(), name).slice(0, MOST)
}

interface Choice {
  /** The first of them was answered before: the others are tried a little later. */
  readonly isKnown: boolean
  readonly witnesses: readonly IpSource[]
  /** Some witness was answered from there. */
  readonly note: (address: IpAddress) => void
}

/** Asks from all. Resolves once the first is answered; once another one is, the first has a second more. */
async function untilChosen(
  networks: readonly IpAddress[],
  { isKnown, witnesses, note }: Choice,
  world: Asked,
  over: AbortSignal,
): Promise<void> {
  const { clock } = world
  const tries = networks.map(async (address, nth) => {
    if (isKnown && nth > 0) await clock.sleep(HEAD_START, over)
    if (over.aborted) throw ENOUGH
    const from = askedFrom(address, world)
    await Promise.any(witnesses.map(({ addresses }) => addresses('AAAA', from, over)))
    note(address)
  })
  const all = Promise.allSettled(tries)
  const late = Promise.any(tries).then(() => Promise.race([all, clock.sleep(GRACE, over)]))
  await Promise.race([tries[0]?.catch(() => late), late]).catch(() => {})
}

/** What goes out by IPv6 goes out from that address. */
function askedFrom<W extends SourceWorld>(address: IpAddress, world: W): W {
  const { http, dns, udp } = world
  const bind = <Q extends { readonly localAddress?: IpAddress | undefined }>(isSix: boolean, question: Q): Q =>
    isSix ? { ...question, localAddress: question.localAddress ?? address } : question
  return {
    ...world,
    http: async (request, signal) => http(bind(request.family === 6, request), signal),
    dns: { ...dns, query: async (question, signal) => dns.query(bind(isSix(question.server), question), signal) },
    udp: { ...udp, ask: async (question, signal) => udp.ask(bind(isSix(question.server), question), signal) },
  }
}

const isSix = ({ address }: { readonly address: IpAddress }) => addressType(address) === 'AAAA'
