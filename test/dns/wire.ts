import type { Message } from '../../src/dns/message.ts'
import { type DomainName, parseName } from '../../src/dns/name.ts'
import { type AddressRRset, parseAddress } from '../../src/dns/rrset.ts'

/** White space between the digits is welcome. */
export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export const name = (text: string): DomainName => parseName(text)!

export function rrset(owner: string, ...texts: string[]): AddressRRset {
  const addresses = texts.map((text) => parseAddress(text)!)
  return { owner: name(owner), type: texts[0]?.includes(':') ? 'AAAA' : 'A', addresses }
}

/** An authoritative answer that holds nothing. */
export const EMPTY: Message = {
  id: 1,
  response: true,
  rcode: 'NOERROR',
  authoritative: true,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
}
