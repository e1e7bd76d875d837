import { Failure } from '../../core/failure.ts'
import { type IpAddress, parseAddress } from '../../dns/rrset.ts'
import { shortened } from '../hide-secrets.ts'

/** The value of an address record. Throws a Failure `protocol`. */
export function addressIn(content: string): IpAddress {
  const address = parseAddress(content.trim())
  if (address) return address
  throw new Failure('protocol', `the API shows an address record that holds ${JSON.stringify(shortened(content, 60))}`)
}

/** An RRset is a set: some APIs keep the same record twice. */
export const addressesIn = (records: readonly { readonly address: IpAddress }[]): readonly IpAddress[] => [
  ...new Set(records.map(({ address }) => address)),
]
