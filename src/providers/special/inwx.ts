import * as z from 'zod'
import { diff } from '../../core/diff.ts'
import { type Outcome, outcomeOf, type Published, unchanged, updated } from '../../core/outcome.ts'
import type { DomainName } from '../../dns/name.ts'
import type { AddressRRset, RRsetName } from '../../dns/rrset.ts'
import { addressesIn } from '../kits/address-in.ts'
import { noZoneFor } from '../kits/open-zone.ts'
import { inSession, withSession } from '../kits/session.ts'
import { stopAfter } from '../kits/stopping.ts'
import { NEW_TTL, rangeOf, ttlBetween, ttlOfNew, withTtl } from '../kits/ttl.ts'
import { type Provider, secret, text } from '../provider.ts'
import { findZone, type Held, list } from './inwx-records.ts'
import { doorOf, type Session } from './inwx-session.ts'

const Settings = z.strictObject({
  username: text('Name of an account without two-factor log-in'),
  password: secret('Password of the account'),
})
export type Settings = z.infer<typeof Settings>

const ttl = ttlBetween(300)

/** JSON-RPC, a method a record. */
export const inwx: Provider<Settings> = {
  id: 'inwx',
  name: 'INWX',
  docs: 'https://www.inwx.de/en/help/apidoc',
  writes: { together: false, ttl: rangeOf(ttl) },
  facts: { sure: 'documented', verified: '2026-11', doubt: 'most error numbers' },
  endpoint: 'https://api.domrobot.com/jsonrpc',
  settings: Settings,
  traits: { readable: true, leftOut: 'kept', hostsPerRequest: 20, spacing: 0 },
  publish: ({ rrsets, ...access }, tools) =>
    inSession(doorOf(access, tools), async function* (session): AsyncGenerator<Published> {
      const zones: Zones = new Map()
      for (const rrset of rrsets) {
        let before: Published['before']
        const outcome = await outcomeOf(async () => {
          const { zone, held } = await look(session, rrset, zones)
          before = addressesIn(held)
          return write(session, zone, held, rrset)
        })
        yield { rrset, outcome, before }
        stopAfter(outcome)
      }
    }),
  read: (rrset, access, tools) =>
    withSession(doorOf(access, tools), async (session) => addressesIn((await look(session, rrset)).held)),
}

/** Looked up once an owner. */
type Zones = Map<DomainName, Promise<string | undefined>>

async function look(session: Session, rrset: RRsetName, zones: Zones = new Map()) {
  const finding = zones.get(rrset.owner) ?? findZone(session, rrset.owner)
  zones.set(rrset.owner, finding)
  const zone = await finding
  if (zone === undefined) throw noZoneFor(rrset.owner)
  return { zone, held: await list(session, zone, rrset) }
}

const Created = z.object({ id: z.union([z.string(), z.number()]) })

async function write(session: Session, zone: string, held: readonly Held[], rrset: AddressRRset): Promise<Outcome> {
  const wanted = withTtl(rrset, ttl, zone)
  const steps = diff(held, wanted)
  for (const step of steps) {
    if (step.kind === 'create') {
      const { owner: name, type } = wanted
      const created = ttlOfNew(wanted, held, ttl(NEW_TTL))
      const record = { domain: zone, type, name, content: step.address, ttl: created, prio: 0 }
      await session.call('nameserver.createRecord', record, Created, 'write')
      continue
    }
    const { id, prio } = step.record
    if (step.kind === 'delete') await session.call('nameserver.deleteRecord', { id }, z.unknown(), 'write')
    else {
      const record = { id, content: step.address, ttl: wanted.ttl ?? step.record.ttl, prio }
      await session.call('nameserver.updateRecord', record, z.unknown(), 'write')
    }
  }
  return steps.length === 0 ? unchanged : updated
}
