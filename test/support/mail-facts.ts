import { Failure } from '../../src/core/failure.ts'
import type { Finding } from '../../src/core/finding.ts'
import { MINUTE } from '../../src/core/instant.ts'
import type { SmtpFacts } from '../../src/mail/ask/smtp.ts'
import type { Check } from '../../src/mail/check.ts'
import type { Facts, HostFacts, LineFacts, Wishes } from '../../src/mail/facts.ts'
import { name } from './config.ts'
import { ip } from './targets.ts'

export const ADDRESS = ip('203.0.113.7')
export const silent = new Failure('network', 'the resolver 192.168.1.1 is silent')

export const wishes = (news: Partial<Wishes> = {}): Wishes => ({
  outbound: 'direct',
  mx: undefined,
  provider: undefined,
  schedule: 5 * MINUTE,
  confirmTimeout: 2 * MINUTE,
  relayTest: false,
  prober: undefined,
  ...news,
})

export const line = (news: Partial<LineFacts> = {}): LineFacts => ({
  name: 'default',
  addresses: { A: [ADDRESS] },
  others: [],
  former: [],
  findings: [],
  router: undefined,
  ...news,
})

/** mail.example.com, ours and sound. */
export const host = (news: Partial<HostFacts> = {}): HostFacts => ({
  exchange: 'mail.example.com',
  preference: 10,
  times: 1,
  role: 'ours',
  alias: undefined,
  line: line(),
  addresses: { A: [ADDRESS], AAAA: [] },
  ttl: 60,
  servers: {},
  ports: [],
  tlsa: { records: [], secure: false },
  ...news,
})

/** Someone else's. */
export const backup = (news: Partial<HostFacts> = {}): HostFacts =>
  host({
    exchange: 'mx.backup.net',
    preference: 20,
    role: 'backup',
    addresses: { A: [ip('198.51.100.25')], AAAA: [] },
    ...news,
  })

/** Of example.com, with nothing wrong. */
export function facts(news: Partial<Facts> = {}): Facts {
  const domain = name('example.com')
  const hosts = news.hosts ?? [host()]
  const kept = hosts.filter(({ role }) => role === 'ours').map(({ exchange, alias }) => name(alias ?? exchange))
  return {
    domain,
    now: 0,
    wishes: wishes(),
    line: line(),
    located: { domain, hosts: kept, memory: { hosts: [] }, findings: [] },
    mx: { authorities: [], resolver: [], servers: [] },
    apex: [],
    hosts,
    delegation: {
      apex: 'example.com',
      parent: ['ns1.example.com'],
      child: ['ns1.example.com'],
      servers: [],
      refresh: 3600,
    },
    dnssec: { names: [{ name: 'example.com', state: 'insecure', causes: [], why: undefined }] },
    reverse: [],
    blocklists: [],
    spf: { records: [], verdicts: [], literals: [] },
    authentication: { dmarc: { at: 'example.com', records: [] }, dkim: { found: true, how: 'selectors' } },
    mtaSts: { records: [], policy: undefined },
    outbound: { tried: [], isOnline: true },
    unasked: [],
    ...news,
  }
}

/** Port 25 that shows these certificates. */
export const port = (chain: readonly Uint8Array[], news: Partial<SmtpFacts> = {}): SmtpFacts => ({
  address: ADDRESS,
  from: 'here',
  seen: {
    greeting: { code: 220, lines: ['mail.example.com'] },
    ehlo: { code: 250, lines: ['mail.example.com', 'STARTTLS'] },
    capabilities: ['STARTTLS'],
    starttls: {
      reply: { code: 220, lines: ['go ahead'] },
      tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', chain, untrusted: undefined },
    },
    postmaster: undefined,
    unknownRecipient: undefined,
    relay: undefined,
    ended: undefined,
  },
  ...news,
})

const brief = ({ severity, id, message }: Finding) => `${severity} ${id}: ${message}`

/** What a check says of these facts, and that it keeps its word: `error iprev-missing: ...`. */
export function said(check: Check, news: Partial<Facts> = {}): readonly string[] {
  const found = check.judge(facts(news))
  for (const { id, message, remedy, reference } of found) {
    if (!check.ids.includes(id)) throw new Error(`${id} is none of its ids`)
    if (!message || !/[.)"]$/.test(remedy) || !reference)
      throw new Error(`${id}: message, remedy and reference: ${remedy}`)
  }
  return found.map(brief)
}
