import { Failure } from '../../core/failure.ts'
import type { IpSource } from '../source.ts'
import { command } from './command.ts'
import { dns } from './dns.ts'
import { fritzbox } from './fritzbox.ts'
import { http } from './http.ts'
import { networkInterface } from './interface.ts'
import { natPmp } from './nat-pmp.ts'
import { publicIp } from './public-ip.ts'
import { fixed } from './static.ts'
import { stun } from './stun.ts'
import { upnp } from './upnp.ts'

/** What follows the kind and its colon in a specification; undefined where nothing does. undefined back: not understood. */
export type SourceKind = (rest: string | undefined) => IpSource | undefined

/** A kind's name is its file's name. */
export const SOURCE_KINDS: Readonly<Record<string, SourceKind>> = {
  command,
  dns,
  fritzbox,
  http,
  interface: networkInterface,
  'nat-pmp': natPmp,
  'public-ip': publicIp,
  static: fixed,
  stun,
  upnp,
}

/** How each kind is written, for messages. */
export const SOURCE_FORMS = [
  'auto',
  'public-ip',
  'http:URL',
  'dns:NAME/TYPE/CLASS@SERVER[:PORT]',
  'stun:HOST[:PORT]',
  'nat-pmp',
  'interface[:NAME]',
  'upnp',
  'fritzbox[:HOST]',
  'command:PROGRAM ARGUMENTS',
  'static:ADDRESS',
] as const

/**
 * Any two outvote the third, so they must not be one company or one protocol. public-ip asks Cisco (OpenDNS) and Google by
 * DNS, and Cloudflare (icanhazip) when port 53 is blocked; only when that fails too does it ask ipify. ipify and ident.me have
 * names with both families, and no limit of theirs is known that one request in five minutes would meet.
 */
const AUTO = ['public-ip', 'http:https://api64.ipify.org', 'http:https://ident.me'] as const

/** One specification; undefined: of no known form. `auto` is no source but several: see sourcesOf. */
export function parseSource(spec: string): IpSource | undefined {
  const [, kind = '', rest] = /^([^:]*)(?::(.*))?$/s.exec(spec.trim()) ?? []
  return Object.hasOwn(SOURCE_KINDS, kind) ? SOURCE_KINDS[kind]?.(rest?.trim()) : undefined
}

/** Of specifications that config has validated. One that is given twice has one vote. Throws a Failure `unsupported`. */
export function sourcesOf(specs: readonly string[]): readonly IpSource[] {
  const expanded = specs.flatMap((spec) => (spec.trim() === 'auto' ? AUTO : [spec.trim()]))
  return [...new Set(expanded)].map((spec) => {
    const source = parseSource(spec)
    if (source) return source
    throw new Failure('unsupported', `an address source is not understood; expected ${SOURCE_FORMS.join(', ')}`)
  })
}
