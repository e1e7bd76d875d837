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
  // The one that was answered last is tried alone: of two that are, the record then stays as it is.
  const rounds = last ? [[last], networks.filter((one) => one !== last)] : [networks]
  for (const witness of witnesses) {
    for (const some of rounds) {
      const address = await bestAnswered(some, witness, world, signal, late)
      if (!address) continue
      live?.set(line, { of, address })
      return { ...askedFrom(address, world), answered: address }
    }
  }
  live?.delete(line)
  return world
}

/** Nearly always a glance tells that there is nothing to choose. */
async function networksOf({ interfaces }: SourceWorld): Promise<readonly IpAddress[]> {
  const seen = await interfaces.addresses('at-a-glance')
  const names = [...new Set(seen.map((one) => one.interface))]
  if (names.every((name) => bestOfEach(seen, name).length < 2)) return []
  const name = await interfaces.defaultRoute(6)
  return name === undefined ? [] : bestOfEach(await interfaces.addresses(), name).slice(0, MOST)
}

/** Asks from all at once; one that is not answered costs its time limit, and only where it comes before. */
async function bestAnswered(
  networks: readonly IpAddress[],
  { id, addresses }: IpSource,
  world: Asked,
  signal: AbortSignal,
  late: AbortSignal | undefined,
): Promise<IpAddress | undefined> {
  const enough = new AbortController()
  const until = AbortSignal.any([signal, enough.signal])
  const tries = networks.map((address) => {
    const ask = (over: AbortSignal) => addresses('AAAA', askedFrom(address, world), over)
    const asked = within(ask, { id, optional: true }, world, until, late)
    return asked.then(
      (seen) => seen.length > 0,
      () => false,
    )
  })
  try {
    for (const [nth, address] of networks.entries()) if (await tries[nth]) return address
    return undefined
  } finally {
    enough.abort(ENOUGH)
  }
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
