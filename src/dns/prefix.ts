import type { IpAddress } from './rrset.ts'

/** An IPv6 prefix: `2001:db8:1:2::` and 64. Its bits beyond the length are zero. */
export interface Prefix {
  readonly address: IpAddress
  readonly length: number
}
