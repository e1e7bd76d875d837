import { parseEndpoint } from '../dns/endpoint.ts'
import { parseName } from '../dns/name.ts'
import { parseAddress } from '../dns/rrset.ts'
import type { Read } from './kind.ts'
import { nearestHint } from './nearest.ts'

const FORMS = [
  'auto',
  'public-ip',
  'http:URL',
  'dns:NAME/TYPE/CLASS@SERVER',
  'interface[:NAME]',
  'command:PROGRAM',
  'static:ADDRESS',
]
const NOT_YET = ['stun', 'upnp', 'nat-pmp', 'fritzbox', 'push']

export const IP_SOURCE_FORMS = FORMS.join(', ')

/** How many sources `auto` stands for at least: public-ip and two HTTP services. */
export const AUTO_SOURCES = 3

type Wrongness = { readonly expected?: string; readonly remedy?: string }
const fine = undefined

/** Undefined: the rest of such a specification is well formed. */
const RESTS: Readonly<Record<string, (rest: string | undefined) => Wrongness | undefined>> = {
  auto: (rest) => (rest === undefined ? fine : { expected: 'auto alone' }),
  'public-ip': (rest) => (rest === undefined ? fine : { expected: 'public-ip alone' }),
  http(rest = '') {
    if (isHttpUrl(rest)) return fine
    const remedy = rest.startsWith('//') ? { remedy: `write http:http:${rest}` } : {}
    return { expected: 'http: and a URL, such as http:https://api.ipify.org', ...remedy }
  },
  https: (rest) => ({ expected: 'http: and a URL', remedy: `write http:https:${rest ?? '//...'}` }),
  dns(rest = '') {
    const [, name = '', server = ''] = /^([^/@]+)\/(?:A|AAAA|TXT)\/(?:IN|CH)@(.+)$/i.exec(rest) ?? []
    if (parseName(name) && parseEndpoint(server)) return fine
    return { expected: 'dns:NAME/TYPE/CLASS@SERVER[:PORT] with TYPE A, AAAA or TXT, CLASS IN or CH, SERVER an address' }
  },
  interface: (rest) =>
    rest === undefined || /^[^\s/:]{1,15}$/.test(rest)
      ? fine
      : { expected: 'interface, or interface:NAME such as interface:eth0' },
  command: (rest = '') => (rest.trim() === '' ? { expected: 'command: and a program with its arguments' } : fine),
  static: (rest = '') => (parseAddress(rest.trim()) ? fine : { expected: 'static: and an IPv4 or IPv6 address' }),
}

/** A specification of an address source, checked for its form only; kept as it was written. */
export function readIpSource(text: string): Read<string> {
  const [, kind = '', rest] = /^([^:]*)(?::([\s\S]*))?$/.exec(text) ?? []
  if (NOT_YET.includes(kind)) {
    return { expected: IP_SOURCE_FORMS, remedy: `the source ${kind} is not available in this version` }
  }
  const check = Object.hasOwn(RESTS, kind) ? RESTS[kind] : undefined
  if (check) return check(rest) ?? { value: text }
  return { expected: IP_SOURCE_FORMS, remedy: nearestHint(kind, Object.keys(RESTS)) }
}

/** How many sources these specifications stand for. */
export const countIpSources = (specifications: readonly string[]): number =>
  specifications.reduce((sum, one) => sum + (one === 'auto' ? AUTO_SOURCES : 1), 0)

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text)
}
