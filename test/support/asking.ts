import type { Asking } from '../../src/lookup/asking.ts'
import { endpoint } from './config.ts'
import { fakeZones, type Internet } from './fake-zones.ts'

export const never = new AbortController().signal
export const RESOLVER = '192.168.1.1'

/** An internet in which example.com has two name servers, one of them at two addresses. */
export const EXAMPLE: Internet = {
  zones: {
    com: { 'example.com NS': 'ns1.example.com' },
    'example.com': {
      'example.com NS': 'ns1.example.com, ns2.hoster.net',
      'ns1.example.com A': '5.9.1.1',
      'ns1.example.com AAAA': '2a02:908::1',
      'example.com MX': '10 mail.example.com',
      'mail.example.com A': '5.9.1.7',
    },
    'hoster.net': { 'hoster.net NS': 'ns2.hoster.net', 'ns2.hoster.net A': '5.9.1.2' },
  },
  servers: { '5.9.1.1': ['example.com'], '2a02:908::1': ['example.com'], '5.9.1.2': ['example.com', 'hoster.net'] },
}

/** Whom to ask in this internet, and a clock. */
export function askingOf(internet: Internet, news: Partial<Asking> = {}) {
  const { dns, asked } = fakeZones(internet)
  const time = { now: 0 }
  const asking: Asking = {
    dns,
    clock: { now: () => time.now, sleep: async () => {} },
    resolvers: [endpoint(RESOLVER)],
    nameservers: [],
    allow: [],
    zones: new Map(),
    ...news,
  }
  return { asking, asked, time }
}

/** The same internet with other records in one of its zones. */
export const withRecords = (internet: Internet, apex: string, records: Readonly<Record<string, string>>): Internet => ({
  ...internet,
  zones: { ...internet.zones, [apex]: { ...internet.zones[apex], ...records } },
})
