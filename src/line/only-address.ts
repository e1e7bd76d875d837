import { Failure } from '../core/failure.ts'
import { type AddressType, addressType, FAMILY, type IpAddress, parseAddress } from '../dns/rrset.ts'

/**
 * The one distinct address of the type in a text, HTML or JSON. Rejects with a Failure `protocol` that starts with `who`
 * and quotes nothing: a login page may hold anything. What only looks like an address (a version, a block, a URL, a time) is none.
 */
export function onlyAddressIn(text: string, type: AddressType, who: string): readonly [IpAddress] {
  return onlyAddress(
    text.split(/[^0-9A-Za-z.:%/_-]+/).flatMap((word) => addressIn(word) ?? []),
    type,
    who,
  )
}

/** The one distinct address of the type among addresses. */
export function onlyAddress(addresses: readonly IpAddress[], type: AddressType, who: string): readonly [IpAddress] {
  const [address, ...others] = new Set(addresses.filter((one) => addressType(one) === type))
  if (address && others.length === 0) return [address]
  const count = others.length === 1 ? 'two' : 1 + others.length
  const found = address ? `${count} addresses` : `no ${FAMILY[type]} address`
  throw new Failure('protocol', `${who}: the answer holds ${found}, expected exactly one`)
}

/** A word may end a sentence (`192.0.2.1.`) or follow its label without a blank (`Address:192.0.2.1`). */
function addressIn(word: string): IpAddress | undefined {
  if (!/\d/.test(word)) return undefined // `::` and `a::b` stand in style sheets
  const bare = word.replace(/^[.]+|[.]+$/g, '')
  return parseAddress(bare) ?? parseAddress(bare.replace(/^[a-z][a-z0-9_-]*:/i, ''))
}
