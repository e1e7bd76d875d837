import { Buffer } from 'node:buffer'
import { bytesOfAddress } from '../dns/address-bytes.ts'
import type { IpAddress } from '../dns/rrset.ts'

/** What ISPs call lines of end users. */
const TOKENS = new Set(
  (
    'dyn dynamic dynip dynamicip dip dialin dialup dial pool pools dsl adsl vdsl xdsl cable ppp pppoe ' +
    'cust customer customers client clients dhcp broadband residential fttx'
  ).split(' '),
)

/** Whether a reverse name looks as if a machine had made it from the address, or names a pool of lines: receivers take it for an end user's. */
export function isGeneric(name: string, address: IpAddress): boolean {
  const words = name.split(/[^a-z]+/)
  if (words.some((word) => TOKENS.has(word))) return true
  if (words.includes('static') && /\d/.test(name)) return true
  return address.includes(':') ? holdsIpv6(name, address) : holdsIpv4(name, address)
}

/** `203-0-113-7`, reversed, with zeros before, without separators, or as `cb007107`. */
function holdsIpv4(name: string, address: IpAddress): boolean {
  const octets = address.split('.')
  const hex = Buffer.from(bytesOfAddress(address)).toString('hex')
  const dashed = name.replace(/[._]/g, '-')
  return [octets, octets.toReversed()].some((order, i) => {
    const padded = order.map((octet) => octet.padStart(3, '0'))
    const plain = [order.join('-'), padded.join('-'), padded.join('')]
    const bytes = i === 0 ? hex : hex.match(/../g)!.toReversed().join('')
    return plain.some((form) => new RegExp(`(?<!\\d)${form}(?!\\d)`).test(dashed)) || hasHex(name, bytes)
  })
}

/** Within one label, with nothing hexadecimal after it; before it may stand a letter: `p5b0c1234.dip0`. */
const hasHex = (name: string, hex: string) => new RegExp(`(?<!\\d)${hex}(?![0-9a-f])`).test(name)

/** Its network or its interface as nibbles, whatever stands between them. */
function holdsIpv6(name: string, address: IpAddress): boolean {
  const hex = Buffer.from(bytesOfAddress(address)).toString('hex')
  const bare = name.replace(/[^0-9a-z]/g, '')
  const short = address.replace(/:+/g, '-')
  return (
    [hex.slice(0, 16), hex.slice(16)].some((half) => bare.includes(half)) || name.replace(/-+/g, '-').includes(short)
  )
}
