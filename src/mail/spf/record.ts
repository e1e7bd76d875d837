import { isIP } from 'node:net'
import { type Macros, parseDomainSpec, parseMacros } from './macro.ts'

export type Mechanism =
  | { readonly kind: 'all' }
  | Include
  | { readonly kind: 'exists'; readonly domain: Macros }
  | { readonly kind: 'ptr'; readonly domain: Macros | undefined }
  | { readonly kind: 'a' | 'mx'; readonly domain: Macros | undefined; readonly prefixes: Prefixes }
  | { readonly kind: 'ip4' | 'ip6'; readonly network: string; readonly prefix: number }

export interface Include {
  readonly kind: 'include'
  readonly domain: Macros
}

/** How many leading bits count, of each family. */
export interface Prefixes {
  readonly ip4: number
  readonly ip6: number
}

export interface Directive {
  /** As it is written: `-include:_spf.example.com`. */
  readonly text: string
  readonly qualifier: '+' | '-' | '~' | '?'
  readonly mechanism: Mechanism
}

export interface SpfRecord {
  readonly directives: readonly Directive[]
  readonly redirect: Macros | undefined
  /** Where the explanation for receivers lies. */
  readonly exp: Macros | undefined
}

/** The first term that RFC 7208 does not allow: the whole record is void. */
export interface Malformed {
  readonly term: string
  readonly why: string
}

const MODIFIER = /^([a-z][a-z0-9._-]*)=(.*)$/is
const DIRECTIVE = /^([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?![^:/])(.*)$/is

/** The texts of a TXT RRset that are SPF records: the version is the whole first word (RFC 7208 4.5). */
export const spfRecordsOf = (texts: readonly string[]): readonly string[] =>
  texts.filter((text) => /^v=spf1(?: |$)/i.test(text))

/** The terms of one record, as they are written. */
export const termsOf = (record: string): readonly string[] =>
  record
    .split(' ')
    .slice(1)
    .filter((term) => term !== '')

/** A syntax error anywhere counts, behind what matches too (RFC 7208 4.6). */
export function parseRecord(record: string): SpfRecord | Malformed {
  const directives: Directive[] = []
  const modifiers: { redirect?: Macros; exp?: Macros } = {}
  for (const term of termsOf(record)) {
    const [, name = '', value = ''] = MODIFIER.exec(term) ?? []
    if (name === '') {
      const directive = parseDirective(term)
      if (!directive) return { term, why: whyNot(term) }
      directives.push(directive)
      continue
    }
    const known = name.toLowerCase()
    if (known !== 'redirect' && known !== 'exp') {
      if (!parseMacros(value)) return { term, why: whyNot(term) }
      continue
    }
    if (modifiers[known]) return { term, why: `"${known}=" stands there twice` }
    const macros = parseDomainSpec(value)
    if (!macros) return { term, why: whyNot(term) }
    modifiers[known] = macros
  }
  return { directives, redirect: modifiers.redirect, exp: modifiers.exp }
}

function whyNot(term: string): string {
  const address = /^[+?~-]?(?:a|mx|ptr|include|exists):([0-9a-f.:]+)$/i.exec(term)?.[1] ?? ''
  const family = isIP(address)
  return `"${printable(term)}" is not understood${family ? `: an address is written ip${family}:${address}` : ''}`
}

/** For a terminal: a record may hold anything. */
export const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?')

function parseDirective(text: string): Directive | undefined {
  const [, qualifier, name = '', rest = ''] = DIRECTIVE.exec(text) ?? []
  const mechanism = parseMechanism(name.toLowerCase() as Mechanism['kind'] | '', rest)
  return mechanism && { text, qualifier: (qualifier || '+') as Directive['qualifier'], mechanism }
}

function parseMechanism(kind: Mechanism['kind'] | '', rest: string): Mechanism | undefined {
  switch (kind) {
    case '':
      return undefined
    case 'all':
      return rest === '' ? { kind } : undefined
    case 'include':
    case 'exists': {
      const domain = rest.startsWith(':') ? parseDomainSpec(rest.slice(1)) : undefined
      return domain && { kind, domain }
    }
    case 'ptr': {
      const domain = optionalDomain(rest)
      return domain && { kind, domain: domain[0] }
    }
    case 'a':
    case 'mx': {
      const [, name = '', ip4, ip6] = /^(.*?)(?:\/(\d+))?(?:\/\/(\d+))?$/s.exec(rest)!
      const domain = optionalDomain(name)
      const prefixes = { ip4: prefixOf(ip4, 32), ip6: prefixOf(ip6, 128) }
      return domain && prefixes.ip4 !== undefined && prefixes.ip6 !== undefined
        ? { kind, domain: domain[0], prefixes: { ip4: prefixes.ip4, ip6: prefixes.ip6 } }
        : undefined
    }
    case 'ip4':
    case 'ip6': {
      const [, network = '', length] = /^:([^/]*)(?:\/(\d+))?$/s.exec(rest) ?? []
      const prefix = prefixOf(length, kind === 'ip4' ? 32 : 128)
      const isNetwork = isIP(network) === (kind === 'ip4' ? 4 : 6) && !network.includes('%')
      return isNetwork && prefix !== undefined ? { kind, network, prefix } : undefined
    }
  }
}

/** In an array, for none is a value too. */
function optionalDomain(rest: string): [Macros | undefined] | undefined {
  if (rest === '') return [undefined]
  const domain = rest.startsWith(':') ? parseDomainSpec(rest.slice(1)) : undefined
  return domain && [domain]
}

/** undefined: too long, or with a leading zero. */
function prefixOf(digits: string | undefined, bits: number): number | undefined {
  if (digits === undefined) return bits
  return String(Number(digits)) === digits && Number(digits) <= bits ? Number(digits) : undefined
}
