import { Buffer } from 'node:buffer'
import type { IpAddress } from './rrset.ts'

/** 4 or 16 octets in network order. */
export function bytesOfAddress(address: IpAddress): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = shorten(address).split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const gap = Array<number>(8 - left.length - right.length).fill(0)
  return Buffer.from([...left, ...gap, ...right].flatMap((group) => [group >> 8, group & 255]))
}

const groupsOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))

/** Of 4 or 16 octets. An IPv4-mapped address in an AAAA record stays IPv6: it is no IPv4 address to whoever asks for one. */
export function addressOfBytes(octets: Uint8Array): IpAddress {
  if (octets.length === 4) return octets.join('.') as IpAddress
  const groups = Buffer.from(octets).toString('hex').match(/.{4}/g)!
  return shorten(groups.join(':')) as IpAddress
}

/** As RFC 5952 does. */
const shorten = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1)
