import { parseSource, SOURCE_FORMS, SOURCE_KINDS, sourcesOf } from '../line/sources/index.ts'
import type { Read } from './kind.ts'
import { nearestHint } from './nearest.ts'

/** Kinds that other versions know. */
const ELSEWHERE = ['push']

export const IP_SOURCE_FORMS = SOURCE_FORMS.join(', ')

const FORM_OF: Readonly<Record<string, string>> = {
  auto: 'auto alone',
  'public-ip': 'public-ip alone',
  http: 'http: and a URL, such as http:https://api.ipify.org',
  https: 'http: and a URL, such as http:https://api.ipify.org',
  dns: 'dns:NAME/TYPE/CLASS@SERVER[:PORT] with TYPE A, AAAA or TXT, CLASS IN or CH, SERVER an address',
  stun: 'stun:HOST[:PORT] with a name or an address, such as stun:stun.nextcloud.com',
  'nat-pmp': 'nat-pmp alone',
  interface: 'interface, or interface:NAME such as interface:eth0',
  upnp: 'upnp alone',
  fritzbox: 'fritzbox, or fritzbox: and its name or address, such as fritzbox:192.168.178.1',
  command: 'command: and a program with its arguments',
  static: 'static: and an IPv4 or IPv6 address',
}

/** A specification of an address source, kept as it was written, or what is wrong with its form. */
export function readIpSource(text: string): Read<string> {
  if (text === 'auto' || parseSource(text)) return { value: text }
  const [, kind = '', rest = ''] = /^([^:]*)(?::(.*))?$/s.exec(text)!
  if (ELSEWHERE.includes(kind)) {
    return { expected: IP_SOURCE_FORMS, remedy: `the source ${kind} is not available in this version` }
  }
  const expected = Object.hasOwn(FORM_OF, kind) ? FORM_OF[kind] : undefined
  if (expected === undefined) {
    return { expected: IP_SOURCE_FORMS, remedy: nearestHint(kind, ['auto', ...Object.keys(SOURCE_KINDS)]) }
  }
  return {
    expected,
    remedy: kind.startsWith('http') && rest.startsWith('//') ? 'put http: in front of the URL' : undefined,
  }
}

/** How many sources valid specifications stand for; `auto` is several. */
export const countIpSources = (specifications: readonly string[]): number => sourcesOf(specifications).length

/** For people: without what may be secret. */
export const describeIpSource = (text: string): string => parseSource(text)?.id ?? text

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text)
}
