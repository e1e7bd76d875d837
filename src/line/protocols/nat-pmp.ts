import { Buffer } from 'node:buffer'
import type { Milliseconds } from '../../core/instant.ts'
import { addressOfBytes } from '../../dns/address-bytes.ts'
import type { Endpoint } from '../../dns/endpoint.ts'
import { type IpAddress, parseAddress, type Seconds } from '../../dns/rrset.ts'

/** RFC 6886, of which mxhome asks for the address alone: it opens no port. PCP (pcp.ts) has the same ports. */
export const GATEWAY_PORT = 5351
/** Where a gateway tells by itself that its address has changed (RFC 6886 3.2.1, RFC 6887 14.1). */
export const ANNOUNCEMENTS: Endpoint = { address: parseAddress('224.0.0.1')!, port: 5350 }

/** Version 0, opcode 0: which is your public address? (RFC 6886 3.2) */
export const ADDRESS_REQUEST: Uint8Array = Uint8Array.of(0, 0)

/** Result codes (RFC 6886 3.5). */
export const NAT_PMP = { success: 0, version: 1, refused: 2, networkFailure: 3, outOfResources: 4, opcode: 5 } as const

/** The answer to the request, and the announcement: they are alike. */
export interface AddressResponse {
  readonly result: number
  /** Since the gateway last lost its memory. */
  readonly epoch: Seconds
  /** As the gateway has it, public or not; undefined: with this result it says none. */
  readonly address: IpAddress | undefined
}

const VERSION = 0
const RESPONSE = 0x80
const LENGTH = { error: 8, address: 12 }

/** undefined: it is none, or cut off. What stands behind it is not looked at. */
export function readAddressResponse(response: Uint8Array): AddressResponse | undefined {
  const bytes = Buffer.from(response.buffer, response.byteOffset, response.byteLength)
  if (bytes.length < LENGTH.error || bytes[0] !== VERSION || bytes[1] !== RESPONSE) return undefined
  const result = bytes.readUInt16BE(2)
  const epoch = bytes.readUInt32BE(4)
  if (result !== NAT_PMP.success) return { result, epoch, address: undefined }
  if (bytes.length < LENGTH.address) return undefined
  return { result, epoch, address: addressOfBytes(bytes.subarray(8, 12)) }
}

export interface Epoch {
  readonly epoch: Seconds
  /** By our own clock. */
  readonly at: Milliseconds
}

/** A gateway that has counted less than 7/8 of our seconds has begun anew; two seconds are granted (RFC 6886 3.6). */
export function hasBegunAnew(before: Epoch, now: Epoch): boolean {
  const elapsed = Math.max(0, now.at - before.at) / 1000
  return now.epoch < before.epoch + (elapsed * 7) / 8 - 2
}
