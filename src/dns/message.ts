import type { IpAddress, Seconds } from './rrset.ts'

/** The RR types that have a name here (any other as in RFC 3597: `TYPE257`); the RDATA of those not in Rdata keeps its number and its bytes. */
export type RecordType = 'A' | 'NS' | 'CNAME' | 'SOA' | 'PTR' | 'MX' | 'TXT' | 'AAAA' | 'TLSA' | 'ANY' | `TYPE${number}`
export type RecordClass = 'IN' | 'CH' | 'NONE' | 'ANY'

/** A name as it stood in a message: lower case, no trailing dot, `\.` and `\DDD` escapes; the root is `.`. */
export type WireName = string

export type Rdata =
  | { readonly type: 'A' | 'AAAA'; readonly address: IpAddress }
  | { readonly type: 'NS' | 'CNAME' | 'PTR'; readonly target: WireName }
  | { readonly type: 'MX'; readonly preference: number; readonly exchange: WireName }
  | {
      readonly type: 'SOA'
      readonly mname: WireName
      readonly rname: WireName
      readonly serial: number
      /** How often a secondary looks; absent: a usual value is written. */
      readonly refresh?: Seconds
      readonly minimum: Seconds
    }
  /** One character an octet (latin1): nothing is lost, and SPF, DKIM and DMARC are ASCII. */
  | { readonly type: 'TXT'; readonly strings: readonly string[] }
  | {
      readonly type: 'TLSA'
      readonly usage: number
      readonly selector: number
      readonly matching: number
      readonly data: Uint8Array
    }
  | { readonly type: 'opaque'; readonly number: number; readonly bytes: Uint8Array }

export interface ResourceRecord {
  readonly owner: WireName
  readonly ttl: Seconds
  readonly data: Rdata
}

export interface Question {
  readonly name: WireName
  readonly type: RecordType
  readonly class?: RecordClass
}

export type Rcode =
  | 'NOERROR'
  | 'FORMERR'
  | 'SERVFAIL'
  | 'NXDOMAIN'
  | 'NOTIMP'
  | 'REFUSED'
  | 'YXDOMAIN'
  | 'YXRRSET'
  | 'NXRRSET'
  | 'NOTAUTH'
  | 'NOTZONE'
  | `RCODE${number}`

/** A decoded message (RFC 1035 4.1); OPT and TSIG records are not among the additional ones. */
export interface Message {
  readonly id: number
  readonly response: boolean
  readonly rcode: Rcode
  readonly authoritative: boolean
  readonly truncated: boolean
  /** RD: absent in an answer that does not echo it. */
  readonly recursionDesired?: boolean | undefined
  readonly recursionAvailable: boolean
  /** AD: a resolver has validated it; worth as much as the way to that resolver. */
  readonly authentic?: boolean
  /** INFO-CODEs of extended DNS errors (RFC 8914). */
  readonly extendedErrors?: readonly number[]
  readonly questions: readonly Question[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
}
