import type { IpAddress } from '../../dns/rrset.ts'

/** Which stored record each address goes into: its own, or one whose address goes. undefined: into a new one. */
export function heirs<R extends { readonly address: IpAddress }>(
  addresses: readonly IpAddress[],
  stored: readonly R[],
) {
  const gone = stored.filter(({ address }) => !addresses.includes(address))
  const fresh = addresses.filter((address) => !stored.some((record) => record.address === address))
  return addresses.map((address) => ({
    address,
    record: stored.find((record) => record.address === address) ?? gone[fresh.indexOf(address)],
  }))
}
