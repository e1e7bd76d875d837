import * as z from 'zod'
import { Failure } from '../../core/failure.ts'
import { failedBy, type Published, unchanged, updated } from '../../core/outcome.ts'
import type { DomainName } from '../../dns/name.ts'
import { type AddressRRset, sameAddresses } from '../../dns/rrset.ts'
import { TSIG_ALGORITHMS } from '../../dns/tsig.ts'
import { encodeName } from '../../dns/wire-name.ts'
import { makeMx } from '../kits/held-mx.ts'
import { afterFailure } from '../kits/stopping.ts'
import { NEW_TTL } from '../kits/ttl.ts'
import { type Access, domain, type Provider, secret, type Tools, text } from '../provider.ts'
import { heldMx } from './rfc2136-mx.ts'
import { proveKey } from './rfc2136-proof.ts'
import { findZone, type Held, reachServer, readHeld, type Server, serverOf } from './rfc2136-server.ts'
import { type Change, isConflict, refusalOf, sendUpdate } from './rfc2136-update.ts'

const Settings = z.strictObject({
  server: text('Primary name server: HOST, HOST:PORT or [IPV6]:PORT; port 53 unless given')
    .refine((server) => serverOf(server) !== undefined, 'expected HOST, HOST:PORT or [IPV6]:PORT')
    .meta({ example: 'ns1.example.com' })
    .optional(),
  zone: domain('Zone that holds the hosts; asked of the server unless given').optional(),
  keyName: text('Name of the TSIG key')
    .refine(isName, 'expected the name of a key, such as ddns-key')
    .meta({ example: 'mxhome' }),
  keyAlgorithm: z
    .enum(TSIG_ALGORITHMS)
    .default('hmac-sha256')
    .meta({ description: 'Algorithm of the TSIG key; hmac-sha256 unless given' }),
  keySecret: secret('Secret of the TSIG key in base64, as tsig-keygen and keymgr print it')
    .regex(
      /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'expected base64 without quotes, as tsig-keygen and keymgr print it',
    )
    .meta({ example: 'c2VjcmV0IGZyb20gbXhob21lLmtleQ==' }),
  transport: z
    .enum(['tcp', 'udp'])
    .default('tcp')
    .meta({ description: 'How updates are sent: tcp (default), or udp as far as they fit into a datagram' }),
})
export type Settings = z.infer<typeof Settings>

const NO_SERVER =
  'no server is named: set RFC2136_SERVER (HOST or HOST:PORT; in YAML: server) or RFC2136_BASE_URL (dns://HOST:PORT; in YAML: baseUrl)'

/** DNS UPDATE (RFC 2136) signed by TSIG (RFC 8945): BIND, Knot DNS, PowerDNS. */
export const rfc2136: Provider<Settings> = {
  id: 'rfc2136',
  name: 'DNS UPDATE (RFC 2136): BIND, Knot DNS, PowerDNS',
  docs: 'https://www.rfc-editor.org/rfc/rfc2136',
  writes: { together: true, ttl: {} },
  facts: { sure: 'tried', verified: '2026-11' },
  endpoint: '',
  scheme: 'dns',
  settings: Settings,
  traits: { readable: true, leftOut: 'kept', hostsPerRequest: 20, spacing: 0 },
  problem: (access) => (addressOf(access) ? undefined : NO_SERVER),
  async *publish({ rrsets, ...access }, tools) {
    const server = await open(access, rrsets[0].owner, tools)
    const zones = new Map<DomainName, AddressRRset[]>()
    for (const rrset of rrsets) {
      const zone = await findZone(server, rrset.owner).catch((thrown) => Failure.from(thrown))
      if (zone instanceof Failure) yield { rrset, outcome: failedBy(zone) }
      else zones.set(zone, [...(zones.get(zone) ?? []), rrset])
    }
    for (const [zone, wanted] of zones) yield* publishZone(server, zone, wanted)
  },
  async read(rrset, access, tools) {
    return (await readHeld(await open(access, rrset.owner, tools), rrset)).addresses
  },
  async prove(owner, access, tools) {
    await proveKey(await open(access, owner, tools), owner)
  },
  async readMx(domain, access, tools) {
    return (await heldMx(await open(access, domain, tools), domain)).mx
  },
  async writeMx({ settings, base, ...wish }, tools) {
    const server = await open({ settings, base }, wish.domain, tools)
    return makeMx(await heldMx(server, wish.domain), wish, (ttl) => ttl)
  },
}

function open(access: Access<Settings>, owner: DomainName, tools: Tools): Promise<Server> {
  const address = addressOf(access)
  if (!address) throw new Failure('rejected', NO_SERVER)
  return reachServer(address, access.settings, owner, tools)
}

const addressOf = ({ base, settings: { server = '' } }: Access<Settings>) =>
  serverOf(base === '' ? server : base.replace(/^dns:\/\//i, ''))

/**
 * One UPDATE that is made only if the RRsets are as they were read a moment before; read once more if they are not. What
 * the server refuses of several together is tried one by one.
 */
async function* publishZone(
  server: Server,
  zone: DomainName,
  wanted: readonly AddressRRset[],
): AsyncGenerator<Published> {
  let changes: Change[] = wanted.map((rrset) => ({ rrset, held: undefined, ttl: 0, synthesised: false }))
  for (let attempt = 1; attempt <= 2; attempt++) {
    const seen = await Promise.all(changes.map((change) => look(server, change)))
    for (const { rrset, held } of seen.filter(isAsWanted)) yield { rrset, outcome: unchanged, before: held?.addresses }
    changes = seen.filter((change) => !isAsWanted(change))
    if (changes.length === 0) return
    const rcode = await sendUpdate(server, zone, changes).catch((thrown) => Failure.from(thrown))
    if (rcode instanceof Failure) {
      for (const { rrset, held } of changes) yield { rrset, outcome: failedBy(rcode), before: held?.addresses }
      throw afterFailure(rcode) // for what has not been sent yet
    }
    if (isConflict(rcode) && attempt === 1) continue
    if ((isConflict(rcode) || rcode === 'REFUSED') && changes.length > 1) break
    for (const { rrset, held } of changes) {
      const outcome = rcode === 'NOERROR' ? updated : failedBy(refusalOf(rcode, server, zone, rrset, held))
      yield { rrset, outcome, before: held?.addresses }
    }
    return
  }
  for (const { rrset } of changes) yield* publishZone(server, zone, [rrset])
}

/** A record that is read but is not there, as the server has just said, was made from a wildcard. */
async function look(server: Server, { rrset, held: last }: Change): Promise<Change> {
  const held = await readHeld(server, rrset)
  const synthesised = last !== undefined && last.alias === held.alias && sameAddresses(last.addresses, held.addresses)
  return { rrset, held, synthesised, ttl: rrset.ttl ?? ttlOf(synthesised ? undefined : held) }
}

const ttlOf = (held: Held | undefined) => held?.ttl ?? NEW_TTL

function isAsWanted({ rrset: { addresses, ttl }, held }: Change): boolean {
  if (!held || !sameAddresses(held.addresses, addresses)) return false
  return ttl === undefined || addresses.length === 0 || held.ttl === ttl
}

function isName(name: string): boolean {
  try {
    return !/\s/.test(name) && encodeName(name).length > 1
  } catch {
    return false
  }
}
