import type { Rcode, RecordClass, RecordType } from './message.ts'

/** IANA "DNS parameters": https://www.iana.org/assignments/dns-parameters */
const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, TLSA: 52, ANY: 255 } as const
const CLASSES = { IN: 1, CH: 3, NONE: 254, ANY: 255 } as const
const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
] as const satisfies readonly Rcode[]

export const OPT = 41
export const TSIG = 250
/** In the lower half of an OPT record's TTL: signatures are wanted (RFC 3225 3). */
export const DO = 0x8000
/** An option of the OPT record: an extended DNS error (RFC 8914 2). */
export const EDE = 15

/** Bits of the header's second word (RFC 1035 4.1.1). */
export const QR = 0x8000
export const AA = 0x0400
export const TC = 0x0200
export const RD = 0x0100
export const RA = 0x0080
/** RFC 4035 3.2.2, 3.2.3. */
export const AD = 0x0020
export const CD = 0x0010
export const opcodeOf = (flags: number): number => (flags >> 11) & 15
export const QUERY = 0
export const UPDATE = 5

const typeNames = new Map<number, RecordType>(Object.entries(TYPES).map(([name, code]) => [code, name as RecordType]))
const classNames = new Map<number, RecordClass>(
  Object.entries(CLASSES).map(([name, code]) => [code, name as RecordClass]),
)

export const numberOfType = (type: RecordType): number =>
  type in TYPES ? TYPES[type as keyof typeof TYPES] : Number(type.slice('TYPE'.length))
export const typeOf = (number: number): RecordType => typeNames.get(number) ?? `TYPE${number}`

export const numberOfClass = (name: RecordClass): number => CLASSES[name]
/** undefined: a class that nobody uses (CSNET, Hesiod). */
export const classOf = (number: number): RecordClass | undefined => classNames.get(number)

export const numberOfRcode = (rcode: Rcode): number => {
  const known = (RCODES as readonly string[]).indexOf(rcode)
  return known >= 0 ? known : Number(rcode.slice('RCODE'.length))
}
export const rcodeOf = (number: number): Rcode => RCODES[number] ?? `RCODE${number}`
