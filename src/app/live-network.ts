import { SECOND } from '../core/instant.ts'
import type { LineName } from '../core/plan.ts'
import { addressType, type IpAddress } from '../dns/rrset.ts'
import { bestOfEach } from '../line/lasting.ts'
import type { IpSource, SourceWorld } from '../line/source.ts'
import type { Clock } from '../ports/clock.ts'
import { ENOUGH, within } from './within.ts'

type Asked = SourceWorld & { readonly clock: Pick<Clock, 'sleep'> }

/** Which of a line's networks was answered last, and out of which. */
export type LiveNetworks = Map<LineName, { readonly of: string; readonly address: IpAddress }>

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
 * outside are asked from each, and all else from the best one that is answered. The world as it is where there is one network
 * only, where nobody outside is asked anyway, and where nobody answers. Never rejects.
 */
export async function fromLiveNetwork<W extends Asked>(
  line: LineName,
  sources: readonly IpSource[],
  world: W,
  signal: AbortSignal,
  { late, live }: { readonly late?: AbortSignal | undefined; readonly live?: LiveNetworks | undefined },
): Promise<W> {
  const witnesses = sources.filter(
    ({ view, types, goesItsOwnWay }) => view === 'outside' && !goesItsOwnWay && types.includes('AAAA'),
  )
  const networks = witnesses.length > 0 ? await networksOf(world).catch(() => []) : []
  if (networks.length < 2) return world
  const of = networks.toSorted().join(' ')
  const before = live?.get(line)
  const last = before?.of === of ? before.address : undefined
  // Of two that are answered, the record stays with the one that was answered last.
  const inOrder = last ? [last, ...networks.filter((one) => one !== last)] : networks
  const choose = (over: AbortSignal) => bestAnswered(inOrder, last !== undefined, witnesses, world, over)
  const address = await within(choose, CHOICE, world, signal, late).catch(() => undefined)
  if (address) live?.set(line, { of, address })
  else if (!signal.aborted && !late?.aborted) live?.delete(line)
  return address ? { ...askedFrom(address, world), answered: address } : world
}

/** Nearly always a glance tells that there is nothing to choose. */
async function networksOf({ interfaces }: SourceWorld): Promise<readonly IpAddress[]> {
  const seen = await interfaces.addresses('at-a-glance')
  const names = [...new Set(seen.map((one) => one.interface))]
  if (names.every((name) => bestOfEach(seen, name).length < 2)) return []
  const name = await interfaces.defaultRoute(6)
  return name === undefined ? [] : bestOfEach(await interfaces.addresses(), name).slice(0, MOST)
}

/**
 * The first of them in this order that any witness answers. All are asked from at once, or a little after the first, where
 * that is known to have been answered; once one is answered, those before it have a second more. undefined: none is.
 */
async function bestAnswered(
  networks: readonly IpAddress[],
  isKnown: boolean,
  witnesses: readonly IpSource[],
  world: Asked,
  over: AbortSignal,
): Promise<IpAddress | undefined> {
  const { clock } = world
  const answered = new Set<IpAddress>()
  const tries = networks.map(async (address, nth) => {
    if (isKnown && nth > 0) await clock.sleep(HEAD_START, over)
    if (over.aborted) throw ENOUGH
    const from = askedFrom(address, world)
    await Promise.any(witnesses.map(({ addresses }) => addresses('AAAA', from, over)))
    answered.add(address)
  })
  const late = Promise.any(tries).then(() => clock.sleep(GRACE, over))
  await Promise.race([tries[0]?.catch(() => late), late]).catch(() => {})
  return networks.find((address) => answered.has(address))
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
