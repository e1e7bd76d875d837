import { addressType, parseAddress } from '../../dns/rrset.ts'
import type { IpSource } from '../source.ts'

/** `static:ADDRESS`: the user's own word. */
export function fixed(rest: string | undefined): IpSource | undefined {
  const address = parseAddress(rest ?? '')
  if (!address) return undefined
  return { id: `static:${address}`, view: 'given', types: [addressType(address)], addresses: async () => [address] }
}
