import type { Milliseconds } from '../core/instant.ts'
import { DAY } from '../core/instant.ts'
import { describeEndpoint, type Endpoint, parseEndpoint } from '../dns/endpoint.ts'
import type { DomainName } from '../dns/name.ts'
import { type AddressType, parseAddress } from '../dns/rrset.ts'
import { parseBlock } from '../dns/special-purpose.ts'
import { describeDuration, parseDuration } from './duration.ts'
import { readHostName } from './host-name.ts'
import { describeIpSource, IP_SOURCE_FORMS, isHttpUrl, readIpSource } from './ip-source.ts'
import { type Kind, type Read, readOf, scalar, withoutCredentials } from './kind.ts'
import { nearestHint } from './nearest.ts'

/** One of these words, in any case. */
export function oneOf<const W extends string>(...words: W[]): Kind<W> {
  const expected = words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`
  const find = (text: string) => words.find((word) => word.toLowerCase() === text.toLowerCase())
  return scalar<W>({
    expected,
    schema: { enum: words },
    read: (text) => {
      const word = find(text)
      return word === undefined ? { remedy: nearestHint(text, words) } : { value: word }
    },
  })
}

const ON: Readonly<Record<string, boolean>> = { on: true, true: true, yes: true, off: false, false: false, no: false }

export const onOff: Kind<boolean> = scalar({
  expected: 'on or off',
  schema: { anyOf: [{ enum: ['on', 'off'] }, { type: 'boolean' }] },
  read: (text) => readWord(ON, text.toLowerCase()),
  show: (on) => (on ? 'on' : 'off'),
})

const readWord = <T>(words: Readonly<Record<string, T>>, text: string): Read<T> =>
  Object.hasOwn(words, text) ? { value: words[text]! } : {}

export function wholeNumber(least: number, most: number): Kind<number> {
  return scalar({
    expected: `a whole number from ${least} to ${most}`,
    schema: { type: ['integer', 'string'], minimum: least, maximum: most },
    read: (text) => readOf(/^\d{1,10}$/.test(text) && within(Number(text), least, most) ? Number(text) : undefined),
  })
}

const within = (value: number, least: number, most: number): boolean => value >= least && value <= most

export function duration(most: Milliseconds = 366 * DAY, least: Milliseconds = 1): Kind<Milliseconds> {
  const examples = ['500ms', '30s', '5m', '1h', '2d'].filter((text) => within(parseDuration(text)!, least, most))
  const such = `${examples.slice(0, -1).join(', ')} or ${examples.at(-1)}`
  const expected = `a duration from ${describeDuration(least)} to ${describeDuration(most)}, such as ${such}`
  return scalar({ expected, read: (text) => readDuration(text, least, most), show: describeDuration })
}

export function durationOrOff(most: Milliseconds = 366 * DAY): Kind<Milliseconds | 'off'> {
  const { expected } = duration(most)
  return scalar<Milliseconds | 'off'>({
    expected: `${expected}, or off`,
    schema: { anyOf: [{ type: 'string' }, { const: false }] },
    read: (text) => (isOff(text) ? { value: 'off' } : readDuration(text, 1, most)),
    show: (value) => (value === 'off' ? value : describeDuration(value)),
  })
}

// YAML writes false for what other parsers make of off.
const isOff = (text: string): boolean => /^(?:off|false)$/i.test(text)

function readDuration(text: string, least: Milliseconds, most: Milliseconds): Read<Milliseconds> {
  const ms = parseDuration(text)
  if (ms !== undefined && within(ms, least, most)) return { value: ms }
  return /^\d+$/.test(text) ? { remedy: `add a unit: ${text}s` } : {}
}

export const hostName: Kind<DomainName> = scalar({
  expected: 'a host name such as mail.example.com',
  read: (text) => readHostName(text, { wildcard: true }),
})

export const domainName: Kind<DomainName> = scalar({
  expected: 'a domain name such as example.com',
  read: (text) => readHostName(text, { wildcard: false }),
})

const NO_NULL_MX =
  'a null MX (the domain takes no mail) cannot be wanted here: leave the domain out of "domains", and make it at the provider'

export const mxHost: Kind<DomainName> = scalar({
  expected: domainName.expected,
  read: (text) => {
    if (text.trim() === '.') return { expected: 'a host name', remedy: NO_NULL_MX }
    if (parseAddress(text) === undefined) return readHostName(text, { wildcard: false })
    const remedy =
      'an MX names a host, never an address (1&1 and others refuse such mail): give the name that has the A record'
    return { expected: 'a host name', remedy }
  },
})

export const addressType: Kind<AddressType> = oneOf('A', 'AAAA')

export const ipSource: Kind<string> = scalar({ expected: IP_SOURCE_FORMS, read: readIpSource, show: describeIpSource })

export const block: Kind<string> = scalar({
  expected: 'a block of addresses such as 10.0.0.0/8 or fd00::/8',
  read: (text) => {
    const found = parseBlock(text)
    return readOf(found && `${found.address}/${found.prefix}`)
  },
})

export const nameServer: Kind<Endpoint> = scalar({
  expected: 'the address of a name server: ADDRESS, ADDRESS:PORT or [IPV6]:PORT',
  read: (text) => readEndpoint(text, 53),
  show: describeEndpoint,
})

/** Where something listens: `example` gives the form, and the port where none is named. */
export function listenAt(example: Endpoint): Kind<Endpoint | 'off'> {
  return scalar<Endpoint | 'off'>({
    expected: `ADDRESS:PORT such as ${showPlace(example)}, or off`,
    schema: { anyOf: [{ type: 'string' }, { const: false }] },
    read: (text) => {
      if (isOff(text)) return { value: 'off' }
      if (/^localhost(?::|$)/i.test(text)) return { remedy: `write ${text.replace(/^localhost/i, '127.0.0.1')}` }
      return readEndpoint(text, example.port)
    },
    show: (value) => (value === 'off' ? value : showPlace(value)),
  })
}

const showPlace = ({ address, port }: Endpoint): string => `${address.includes(':') ? `[${address}]` : address}:${port}`

function readEndpoint(text: string, port: number): Read<Endpoint> {
  return readOf(parseEndpoint(text, port))
}

/** Syntax only: which numbers a field may hold is the scheduler's to say. */
export const schedule: Kind<string> = scalar({
  expected: 'a cron expression of five or six fields, such as */5 * * * *',
  read: (text) => {
    const fields = text.split(/\s+/)
    const ok = (fields.length === 5 || fields.length === 6) && fields.every((field) => /^[\w*/,?#-]+$/.test(field))
    return readOf(ok ? fields.join(' ') : undefined)
  },
})

export const url: Kind<string> = scalar({
  expected: 'a URL that begins with http:// or https://',
  read: (text) => readOf(isHttpUrl(text) ? text : undefined),
  show: withoutCredentials,
})

/** What runs there is asked later: adapters know the forms of their server. */
export const dnsUrl: Kind<string> = scalar({
  expected: 'dns:// and a name server, such as dns://ns1.example.com or dns://192.0.2.1:5353',
  read: (text) => readOf(/^dns:\/\/[^\s/?#@]+\/?$/i.test(text) ? text : undefined),
})

export const path: Kind<string> = scalar({
  expected: 'a path',
  read: (text) => readOf(text === '' ? undefined : text),
})

/** RFC 7617: the colon ends the user name. */
export const userName: Kind<string> = scalar({
  expected: 'printable ASCII characters without spaces and colons',
  read: (text) => readOf(/^[\x21-\x39\x3b-\x7e]+$/.test(text) ? text : undefined),
})

/** A machine on the local network can try as many as it likes: short ones are guessed. */
export const password: Kind<string> = scalar({
  expected: 'at least 8 printable ASCII characters without spaces',
  read: (text) => readOf(/^[\x21-\x7e]{8,}$/.test(text) ? text : undefined),
})

/** Sent in an HTTP header. */
export const token: Kind<string> = scalar({
  expected: 'printable ASCII characters without spaces',
  read: (text) => readOf(/^[\x21-\x7e]+$/.test(text) ? text : undefined),
})

/** RFC 2181 section 8: a TTL has 31 bits. */
export const ttl: Kind<number> = wholeNumber(1, 2_147_483_647)

/** Part of a key in the state file, whose parts are separated by spaces. */
export const accountName: Kind<string> = scalar({
  expected: 'the name of an account: letters, digits, dots, hyphens and underscores, at most 63',
  read: (text) => readOf(/^[A-Za-z0-9._-]{1,63}$/.test(text) ? text : undefined),
})
