import type { DomainName } from '../../dns/name.ts'
import { findZone, type Server } from './rfc2136-server.ts'
import { refusalOf, sendSigned } from './rfc2136-update.ts'

/**
 * An UPDATE that is signed and asks for nothing: rejects where the server does not know the key, or says that it may not
 * write there. BIND's update-policy and Knot's limits of types judge record by record, hence only at the first update.
 */
export async function proveKey(server: Server, owner: DomainName): Promise<void> {
  const zone = await findZone(server, owner)
  const rcode = await sendSigned(server, { zone, prerequisites: [], updates: [] })
  if (rcode !== 'NOERROR') throw refusalOf(rcode, server, zone, { owner, type: 'A' }, undefined)
}
