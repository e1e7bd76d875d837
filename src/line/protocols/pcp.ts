import { Buffer } from 'node:buffer'
import { bytesOfAddress } from '../../dns/address-bytes.ts'
import type { IpAddress, Seconds } from '../../dns/rrset.ts'
import type { Epoch } from './nat-pmp.ts'

/**
 * RFC 6887, of which mxhome uses ANNOUNCE alone: is anybody there, and has the gateway begun anew? PCP tells the public
 * address only along with a mapping (11.6), and mxhome opens no port that nobody asked for. So a router that speaks PCP and
 * neither NAT-PMP nor UPnP tells no address; a FRITZ!Box speaks UPnP.
 */
const VERSION = 2
const ANNOUNCE = 0
const RESPONSE = 0x80
/** Of a request, of a response (RFC 6887 7.1, 7.2). */
const HEADER = 24
/** Longer ones are no PCP (RFC 6887 7). */
const LONGEST = 1100

/** Of the result codes (RFC 6887 7.4). */
const SUCCESS = 0

export interface PcpResponse {
  readonly opcode: number
  readonly result: number
  /** Since the gateway last lost its memory. */
  readonly epoch: Seconds
}

/** `own`: the address that the packet will really have; with another one the gateway answers ADDRESS_MISMATCH. */
export function encodeAnnounceRequest(own: IpAddress): Uint8Array {
  const address = bytesOfAddress(own)
  const mapped = address.length === 4 ? Buffer.from([...Array<number>(10).fill(0), 0xff, 0xff, ...address]) : address
  return Buffer.concat([Buffer.from([VERSION, ANNOUNCE, 0, 0, 0, 0, 0, 0]), mapped])
}

/** undefined: it is none (RFC 6887 8.3). */
export function readPcpResponse(response: Uint8Array): PcpResponse | undefined {
  const bytes = Buffer.from(response.buffer, response.byteOffset, response.byteLength)
  if (bytes.length < HEADER || bytes.length > LONGEST || bytes.length % 4 !== 0) return undefined
  if (bytes[0] !== VERSION || (bytes[1]! & RESPONSE) === 0) return undefined
  return {
    opcode: bytes[1]! & ~RESPONSE,
    result: bytes[3]!,
    epoch: bytes.readUInt32BE(8),
  }
}

/** What a gateway says by itself when it has begun anew or its address has changed; undefined: something else. */
export function readAnnouncement(bytes: Uint8Array): PcpResponse | undefined {
  const response = readPcpResponse(bytes)
  return response?.opcode === ANNOUNCE && response.result === SUCCESS ? response : undefined
}

/** Whether the gateway's seconds and ours have gone on alike; if not, it has begun anew (RFC 6887 8.5). */
export function hasGoneOn(before: Epoch, now: Epoch): boolean {
  const client = Math.max(0, now.at - before.at) / 1000
  const server = now.epoch - before.epoch
  return server >= -1 && client + 2 >= server - server / 16 && server + 2 >= client - client / 16
}
