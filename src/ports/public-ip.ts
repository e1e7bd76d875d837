import type { AddressType } from '../dns/rrset.ts'

/** The package public-ip: resolves to the text that it found, rejects with a Failure `network` or `cancelled`. */
export type PublicIp = (type: AddressType, signal: AbortSignal) => Promise<string>
