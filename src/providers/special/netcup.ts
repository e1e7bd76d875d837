import * as z from 'zod'
import { diff } from '../../core/diff.ts'
import { Failure } from '../../core/failure.ts'
import { groupBy } from '../../core/jobs.ts'
import { failedBy, outcomeOf, type Published, unchanged, updated } from '../../core/outcome.ts'
import type { AddressRRset } from '../../dns/rrset.ts'
import { addressesIn } from '../kits/address-in.ts'
import { makeMx } from '../kits/held-mx.ts'
import { inSession, withSession } from '../kits/session.ts'
import { stopAfter } from '../kits/stopping.ts'
import { type Provider, secret, text } from '../provider.ts'
import { heldMx } from './netcup-mx.ts'
import { entryOf, findZone, list, write } from './netcup-records.ts'
import { doorOf, type Session } from './netcup-session.ts'

const Settings = z.strictObject({
  customerNumber: text('Customer number'),
  apiKey: secret('API key, made in the customer control panel (CCP)'),
  apiPassword: secret('API password, made in the customer control panel (CCP)'),
})
export type Settings = z.infer<typeof Settings>

export const netcup: Provider<Settings> = {
  id: 'netcup',
  name: 'netcup',
  docs: 'https://ccp.netcup.net/run/webservice/servers/endpoint.php',
  writes: { together: true },
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'how long a session lasts; how many requests are taken' },
  endpoint: 'https://ccp.netcup.net/run/webservice/servers/endpoint.php?JSON',
  settings: Settings,
  traits: { readable: true, leftOut: 'kept', hostsPerRequest: 20, spacing: 0 },
  publish: ({ rrsets, ...access }, tools) =>
    inSession(doorOf(access, tools), async function* (session) {
      for (const wanted of groupBy(rrsets, ({ owner }) => owner).values()) yield* publishOwner(session, wanted)
    }),
  read: (rrset, access, tools) =>
    withSession(doorOf(access, tools), async (session) => {
      const recordsOf = await list(session, await findZone(session, rrset.owner))
      return addressesIn(recordsOf(rrset))
    }),
  readMx: (domain, access, tools) =>
    withSession(doorOf(access, tools), async (session) => (await heldMx(session, domain)).mx),
  writeMx: ({ settings, base, ...wish }, tools) =>
    withSession(doorOf({ settings, base }, tools), async (session) =>
      makeMx(await heldMx(session, wish.domain), wish, () => undefined),
    ),
}

/** One write an owner, with both families in it: what one owner is refused does not touch the next. */
async function* publishOwner(
  session: Session,
  wanted: readonly [AddressRRset, ...AddressRRset[]],
): AsyncGenerator<Published> {
  const plan = await planFor(session, wanted).catch(Failure.from)
  if (plan instanceof Failure) {
    for (const rrset of wanted) yield { rrset, outcome: failedBy(plan) }
    return stopAfter(failedBy(plan))
  }
  const { zone, changes } = plan
  const dnsrecords = changes.flatMap(({ rrset, steps }) => steps.map((step) => entryOf(step, zone, rrset)))
  const outcome = await outcomeOf(async () => {
    if (dnsrecords.length > 0) await write(session, zone, dnsrecords)
    return updated
  })
  for (const { rrset, before, steps } of changes) {
    yield { rrset, outcome: steps.length === 0 ? unchanged : outcome, before }
  }
  stopAfter(outcome)
}

/** Records have no TTL of their own here: it is the zone's. */
async function planFor(session: Session, wanted: readonly [AddressRRset, ...AddressRRset[]]) {
  const zone = await findZone(session, wanted[0].owner)
  const recordsOf = await list(session, zone)
  const changes = wanted.map((rrset) => {
    const held = recordsOf(rrset)
    return { rrset, before: addressesIn(held), steps: diff(held, { ...rrset, ttl: undefined }) }
  })
  return { zone, changes }
}
