import { mxSteps } from '../../core/mx.ts'
import type { DomainName } from '../../dns/name.ts'
import { type HeldMx, mxOf } from '../kits/held-mx.ts'
import { ownerIn, relativeTo } from '../kits/open-zone.ts'
import { findZone, recordsIn, write } from './netcup-records.ts'
import type { Session } from './netcup-session.ts'

/** Records have no TTL of their own here: it is the zone's. */
export async function heldMx(session: Session, domain: DomainName): Promise<HeldMx> {
  const zone = await findZone(session, domain)
  const all = await recordsIn(session, zone)
  const held = all
    .filter(({ type, hostname }) => type === 'MX' && ownerIn(zone, hostname) === domain)
    .map((as) => ({ as, ...mxOf(as.priority, as.destination) }))
  const hostname = relativeTo(zone, domain, '@')
  return {
    mx: held.map(({ preference, exchange }) => ({ preference, exchange })),
    replace: async ({ mx }) => {
      const { changed, created, gone } = mxSteps(held, mx)
      const entry = (priority: unknown, destination: string) => ({
        type: 'MX',
        priority: String(priority),
        destination,
      })
      await write(session, zone, [
        ...changed.map(({ record: { as }, to }) => {
          const { id, hostname: written } = as
          return { id, hostname: written, ...entry(to.preference, as.destination), deleterecord: false }
        }),
        ...created.map((one) => ({ hostname, ...entry(one.preference, one.exchange), deleterecord: false })),
        ...gone.map(({ as: { id, hostname: written, priority, destination } }) => {
          return { id, hostname: written, ...entry(priority, destination), deleterecord: true }
        }),
      ])
    },
  }
}
