import { accountFor } from '../config/zones.ts'
import { Failure } from '../core/failure.ts'
import type { MxSet } from '../core/locate.ts'
import { hostsIn, sameMx } from '../core/mx.ts'
import { isKnown } from '../core/plan.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import type { AddressType } from '../dns/rrset.ts'
import { resolverAnswer } from '../lookup/addresses.ts'
import { aliasOf, type MxAtServer, mxOf } from '../lookup/mx.ts'
import type { World } from '../ports/world.ts'
import type { MxDomainDocument, MxHostDocument } from '../report/mx-document.ts'
import { entriesOf, withDifference } from '../report/mx-document.ts'
import type { Setup } from './setup.ts'

/** The MX RRset that the configuration wants; undefined: it says nothing of it. */
export const wantedMx = ({ config }: Pick<Setup, 'config'>, domain: DomainName): MxSet | undefined =>
  config.domains
    .find(({ name }) => name === domain)
    ?.mx?.map(({ host, preference }) => ({ exchange: host, preference }))

/** The domain's MX RRset at every name server, against the wanted one, and what is known of its hosts. */
export async function lookAtMx(
  domain: DomainName,
  setup: Setup,
  world: World,
  signal: AbortSignal,
): Promise<MxDomainDocument> {
  const { servers, authorities, nxdomain, alias } = await mxOf(setup.asking, domain, signal)
  const [first] = authorities
  const problem = servers.length === 0 && first instanceof Failure ? first.message : undefined
  const wanted = wantedMx(setup, domain)
  const account = accountFor(domain, Object.values(setup.accounts))
  const known = heardOf(servers)
  const all = [...known.flat(), ...(wanted ?? [])]
  return {
    domain,
    ...comparison(wanted, servers),
    writable: account !== undefined && setup.accounts[account]?.writeMx !== undefined,
    ...(problem !== undefined && { problem }),
    ...(nxdomain && { nxdomain }),
    ...(alias !== undefined && { alias }),
    hosts: await hostsOf(
      hostsIn(all).filter((host) => host !== '.'),
      all,
      setup,
      world,
      signal,
    ),
  }
}

/** What the servers say, beside the wish. */
export function comparison(wanted: MxSet | undefined, servers: readonly MxAtServer[]) {
  const known = heardOf(servers)
  const target = wanted ?? known[0]
  return {
    wanted: wanted ? entriesOf(wanted) : null,
    servers: servers
      .toSorted(byName)
      .map(({ name, address, mx: set }) =>
        set instanceof Failure
          ? { name, address, mx: null, problem: set.message }
          : withDifference({ name, address, mx: entriesOf(set) }, wanted),
      ),
    differs: target !== undefined && known.some((set) => !sameMx(set, target)),
  }
}

/** A resolver gives them in another order each time. Those that the user named by their addresses stay in the user's. */
function byName(one: MxAtServer, other: MxAtServer): number {
  const [a, b] = [one, other].map(({ name, address }) => (name === '' ? '' : `${name} ${address}`)) as [string, string]
  return a < b ? -1 : a > b ? 1 : 0
}

const heardOf = (servers: readonly MxAtServer[]) => servers.flatMap(({ mx }) => (mx instanceof Failure ? [] : [mx]))

/** Ours is the MX host with the lowest preference in a zone of ours, unless it is excluded; all others are backups. */
async function hostsOf(
  hosts: readonly string[],
  set: MxSet,
  setup: Setup,
  world: World,
  signal: AbortSignal,
): Promise<MxHostDocument[]> {
  const found = await Promise.all(hosts.map((host) => hostOf(host, setup, world, signal)))
  const preferenceOf = (host: string) =>
    Math.min(...set.filter(({ exchange }) => exchange === host).map(({ preference }) => preference))
  const lowest = Math.min(...found.filter(({ role }) => role === 'ours').map(({ host }) => preferenceOf(host)))
  const { exclude } = setup.config
  const isKept = ({ host, alias }: MxHostDocument) =>
    preferenceOf(host) === lowest && !exclude.some((name) => name === (alias ?? host))
  return found.map((one) => (isKept(one) ? one : { ...one, role: 'backup' }))
}

/** A host may have what is off here. */
const TYPES: readonly AddressType[] = ['A', 'AAAA']

async function hostOf(
  host: string,
  { asking, accounts }: Setup,
  { random }: World,
  signal: AbortSignal,
): Promise<MxHostDocument> {
  const owner = parseName(host)
  if (!owner) return { host, role: 'backup', addresses: null }
  const alias = await aliasOf(asking, owner, signal)
  const end = parseName(alias ?? host) ?? owner
  const answers = await Promise.all(TYPES.map((type) => resolverAnswer(asking, { owner: end, type }, random, signal)))
  const known = answers.filter(isKnown)
  const ours = accountFor(end, Object.values(accounts)) !== undefined
  return {
    host,
    role: ours ? 'ours' : 'backup',
    addresses: known.length > 0 ? known.flat() : null,
    ...(alias !== undefined && { alias }),
  }
}
