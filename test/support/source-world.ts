import { Failure } from '../../src/core/failure.ts'
import type { Message, Rdata } from '../../src/dns/message.ts'
import type { SourceWorld } from '../../src/line/source.ts'
import type { HostAddress } from '../../src/ports/interfaces.ts'
import { ip } from './targets.ts'

const unasked = (what: string) => async (): Promise<never> => {
  throw new Error(`nobody should have asked ${what}`)
}

/** A world in which a source may ask only what the test gave it. */
export const sourceWorld = (parts: Partial<SourceWorld>): SourceWorld => ({
  http: unasked('http'),
  dns: { query: unasked('dns'), send: unasked('dns'), lookup: unasked('dns'), resolvers: unasked('dns') },
  exec: { run: unasked('exec'), lines: unasked('exec') },
  interfaces: {
    addresses: unasked('interfaces'),
    defaultRoute: unasked('interfaces'),
    defaultRoutes: unasked('interfaces'),
    gateway: unasked('interfaces'),
  },
  udp: { ask: unasked('udp'), search: unasked('udp'), listen: unasked('udp') },
  publicIp: unasked('public-ip'),
  unguessable: (length) => new Uint8Array(length).fill(0x80),
  ...parts,
})

export const dnsWith = (query: SourceWorld['dns']['query']): SourceWorld =>
  sourceWorld({ dns: { query, send: unasked('dns'), lookup: unasked('dns'), resolvers: unasked('dns') } })

/** Keeps the HTTP port's promises: its limit, its Failures, its signal. */
export function httpAnswering(status: number, body: string, headers: Record<string, string> = {}) {
  const asked: Parameters<SourceWorld['http']>[0][] = []
  const http: SourceWorld['http'] = async (request, signal) => {
    asked.push(request)
    if (signal.aborted) throw new Failure('cancelled', 'aborted')
    if (body.length > (request.maxBytes ?? 1 << 20)) throw new Failure('protocol', 'the body is too long')
    return { status, body, headers }
  }
  return { asked, world: sourceWorld({ http }) }
}

export function message(rcode: Message['rcode'], answers: readonly Rdata[]): Message {
  const flags = { response: true, authoritative: false, truncated: false, recursionAvailable: true }
  const records = answers.map((data) => ({ owner: 'myip.test', ttl: 0, data }))
  return { id: 1, rcode, ...flags, questions: [], answers: records, authorities: [], additionals: [] }
}

/** An address as the kernel has it: global, stable and for ever, unless said otherwise. */
export const onHost = (name: string, address: string, more: Partial<HostAddress> = {}): HostAddress => ({
  interface: name,
  address: ip(address),
  prefixLength: address.includes(':') ? 64 : 24,
  scope: 'global',
  temporary: false,
  deprecated: false,
  tentative: false,
  dadFailed: false,
  dynamic: true,
  preferredLifetime: 3600,
  ...more,
})

export const interfacesWith = (
  all: readonly HostAddress[],
  routes: Partial<Record<4 | 6, string>> = {},
): SourceWorld['interfaces'] => ({
  addresses: async () => all,
  defaultRoute: async (family) => routes[family],
  defaultRoutes: async () => [],
  gateway: async () => undefined,
})
