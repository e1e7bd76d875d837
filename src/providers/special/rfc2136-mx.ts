import type { MxSet } from '../../core/locate.ts'
import { sameMx } from '../../core/mx.ts'
import type { DomainName } from '../../dns/name.ts'
import { absent, holdsExactly, type RdataSet, replaceWith } from '../../dns/update.ts'
import { type HeldMx, NEW_MX_TTL } from '../kits/held-mx.ts'
import { findZone, readRdata, type Server } from './rfc2136-server.ts'
import { isConflict, refusalOf, sendSigned } from './rfc2136-update.ts'

/** One UPDATE that is made only if the RRset is as it was read a moment before. */
export async function heldMx(server: Server, domain: DomainName): Promise<HeldMx> {
  const read = async () => {
    const { data, ttl, alias } = await readRdata(server, domain, 'MX')
    const mx: MxSet = data.flatMap((one) => {
      return one.type === 'MX' ? [{ preference: one.preference, exchange: one.exchange }] : []
    })
    return { mx, ttl, alias }
  }
  const held = await read()
  return {
    mx: held.mx,
    ttl: held.ttl,
    async replace({ mx, ttl = NEW_MX_TTL }) {
      const zone = await findZone(server, domain)
      const send = (before: MxSet) =>
        sendSigned(server, {
          zone,
          prerequisites: asRead(domain, before),
          updates: replaceWith(setOf(domain, mx), ttl),
        })
      let rcode = await send(held.mx)
      if (isConflict(rcode) && held.mx.length > 0) {
        // What is read but is not there, as the server has just said, was made from a wildcard.
        const again = await read()
        if (sameMx(again.mx, held.mx)) rcode = await send([])
      }
      if (rcode !== 'NOERROR') throw refusalOf(rcode, server, zone, { owner: domain, type: 'MX' }, held)
    },
  }
}

const setOf = (owner: DomainName, mx: MxSet): RdataSet => ({
  owner,
  type: 'MX',
  data: mx.map(({ preference, exchange }) => ({ type: 'MX', preference, exchange })),
})

/** Nobody has changed it since. Beside a CNAME a server would ignore the addition without a word. */
function asRead(owner: DomainName, before: MxSet) {
  const records = holdsExactly(setOf(owner, before))
  return before.length > 0 ? records : [...records, absent({ owner, type: 'CNAME' })]
}
