import { Failure } from '../../core/failure.ts'
import { type IpAddress, parseAddress } from '../../dns/rrset.ts'

/** The value of an address record. Throws a Failure `protocol`. */
export function addressIn(content: string): IpAddress {
  const address = parseAddress(content.trim())
  if (address) return address
  throw new Failure('protocol', `the API shows an address record that holds ${JSON.stringify(content.slice(0, 60))}`)
}
