import { Failure } from '../../core/failure.ts'
import { describeEndpoint, parseEndpoint } from '../../dns/endpoint.ts'
import type { Rcode, Rdata } from '../../dns/message.ts'
import { parseName } from '../../dns/name.ts'
import { type AddressType, addressType, type IpAddress, parseAddress } from '../../dns/rrset.ts'
import { notCloudflares } from '../cloudflare.ts'
import { onlyAddress } from '../only-address.ts'
import type { IpSource } from '../source.ts'

const SPEC = /^([^/@]+)\/(A|AAAA|TXT)\/(IN|CH)@(.+)$/i

/**
 * `dns:NAME/TYPE/CLASS@SERVER[:PORT]`: a name that a server answers with the asker's address; TYPE A, AAAA or TXT,
 * CLASS IN or CH. SERVER is an address: through a resolver the answer would be the resolver's address.
 */
export function dns(rest: string | undefined): IpSource | undefined {
  const [, given = '', type = 'A', klass = 'IN', at = ''] = SPEC.exec(rest ?? '') ?? []
  const server = parseEndpoint(at)
  const name = parseName(given)
  if (!server || !name) return undefined
  const recordType = type.toUpperCase() as AddressType | 'TXT'
  const question = { name, type: recordType, class: klass.toUpperCase() as 'IN' | 'CH', server, recursion: true }
  const id = `dns:${name}/${recordType}/${question.class}@${describeEndpoint(server)}`
  return {
    id,
    view: 'outside',
    types: [recordType === 'TXT' ? addressType(server.address) : recordType], // a TXT answer tells the transport's address
    addresses: async (wanted, world, signal) => {
      const { rcode, answers } = await world.dns.query(question, signal)
      if (rcode !== 'NOERROR') throw new Failure(rcode === 'SERVFAIL' ? 'unavailable' : 'protocol', refusal(id, rcode))
      const addresses = answers.flatMap(({ data }) => addressesIn(data))
      return notCloudflares(onlyAddress(addresses, wanted, id), id)
    },
  }
}

/** Every word counts: of two addresses in one string none is to be overlooked. Google adds `edns0-client-subnet 192.0.2.0/24`. */
function addressesIn(data: Rdata): readonly IpAddress[] {
  if (data.type === 'A' || data.type === 'AAAA') return [data.address]
  const words = data.type === 'TXT' ? data.strings.flatMap((text) => text.split(/[\s,;"]+/)) : []
  return words.flatMap((word) => parseAddress(word) ?? [])
}

const refusal = (id: string, rcode: Rcode) =>
  `${id}: answered ${rcode}; a router that redirects port 53 may have answered in its place`
