import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import { whyNotPublic } from '../../dns/special-purpose.ts'
import type { Ignored, NameServer, Unreachable } from '../../lookup/asking.ts'
import { askServers, type Heard } from '../../lookup/authority.ts'
import { delegatedZone } from '../../lookup/zone.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'
import { dataAt } from './answers.ts'
import { learn } from './learn.ts'
import { delegatedNames } from './parent.ts'

/** The zone cut of the domain: what the parent says, what the zone says, what each server knows. */
export interface DelegationFacts {
  readonly apex: string
  /** NS names that the parent zone delegates to; a Failure where the parent could not be asked. */
  readonly parent: Learnt<readonly string[]>
  /** NS names that the zone's own servers give. */
  readonly child: Learnt<readonly string[]>
  /** Each address of each server. */
  readonly servers: readonly ServerSerial[]
  /** Seconds, of the SOA: how long a secondary may lag. */
  readonly refresh: number | undefined
}

export interface ServerSerial {
  readonly name: string
  readonly address: string
  /** Of the SOA; a Failure `rejected`: lame. */
  readonly serial: Learnt<number>
}

/** Rejects with a Failure where the zone cannot be found. */
export async function askDelegation(asker: Asker, domain: DomainName): Promise<DelegationFacts> {
  const { asking, signal } = asker
  const { apex = domain, servers, unreachable, ignored } = await delegatedZone(asking, domain, signal)
  const parent = await learn(() => delegatedNames(asker, apex))
  const known = [...servers, ...unreachable, ...ignored].map(({ name }) => name)
  const more = parent instanceof Failure ? [] : parent.filter((name) => !known.includes(name))
  const found = await Promise.all(more.map((name) => locate(asker, name)))
  const all = {
    servers: [...servers, ...found.flatMap((one) => one.servers)],
    unreachable: [...unreachable, ...found.flatMap((one) => one.unreachable)],
  }
  const [soas, names] = await Promise.all([
    askServers(asking, all, { name: apex, type: 'SOA' }, signal),
    askServers(asking, all, { name: apex, type: 'NS' }, signal),
  ])
  const apart = [...ignored, ...found.flatMap((one) => one.ignored)]
  const refresh = soas.flatMap((one) => soaIn(one, apex)).find((soa) => soa.refresh !== undefined)?.refresh
  return {
    ...{ apex, parent, refresh, child: childNames(names, apex) },
    servers: [...soas.map((one) => serialOf(one, apex)), ...apart.map(special)],
  }
}

interface Located {
  readonly servers: readonly NameServer[]
  readonly unreachable: readonly Unreachable[]
  readonly ignored: readonly Ignored[]
}

/** A server that only the parent names. */
async function locate({ stub, asking }: Asker, name: string): Promise<Located> {
  const replies = await Promise.all((['A', 'AAAA'] as const).map((type) => learn(() => stub(name, type))))
  const addresses = replies.flatMap((reply): readonly IpAddress[] =>
    reply instanceof Failure
      ? []
      : [...dataAt(reply, name, 'A'), ...dataAt(reply, name, 'AAAA')].map((one) => one.address),
  )
  const judged = [...new Set(addresses)].map((address) => ({
    ...{ name, endpoint: { address, port: 53 } },
    block: whyNotPublic(address, asking.allow)?.block,
  }))
  const failure = replies.find((reply) => reply instanceof Failure)
  return {
    servers: judged.filter(({ block }) => block === undefined),
    ignored: judged.flatMap(({ block, ...server }) => (block === undefined ? [] : [{ ...server, block }])),
    unreachable: judged.length > 0 ? [] : [{ name, why: failure ?? new Failure('rejected', `${name} has no address`) }],
  }
}

const soaIn = ({ reply }: Heard, apex: string) => (reply instanceof Failure ? [] : dataAt(reply, apex, 'SOA'))

function serialOf(heard: Heard, apex: string): ServerSerial {
  const { name, address, reply } = heard
  if (reply instanceof Failure) return { name, address, serial: reply }
  const serial = soaIn(heard, apex)[0]?.serial ?? new Failure('rejected', `${address} has no SOA of ${apex}`)
  return { name, address, serial }
}

function childNames(heard: readonly Heard[], apex: string): Learnt<readonly string[]> {
  const replies = heard.flatMap(({ reply }) => (reply instanceof Failure ? [] : [reply]))
  const names = new Set(replies.flatMap((reply) => dataAt(reply, apex, 'NS').map(({ target }) => target)))
  if (names.size > 0) return [...names]
  const failure = heard.map(({ reply }) => reply).find((reply) => reply instanceof Failure)
  return failure ?? new Failure('rejected', `no server gives the NS records of ${apex}`)
}

const special = ({ name, endpoint, block }: Ignored): ServerSerial => ({
  name,
  address: endpoint.address,
  serial: new Failure('rejected', `${endpoint.address} is special-purpose (${block}): the world cannot ask it`, {
    reason: 'special-purpose',
  }),
})
