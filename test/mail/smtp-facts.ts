import { Failure } from '../../src/core/failure.ts'
import type { Finding } from '../../src/core/finding.ts'
import { DAY } from '../../src/core/instant.ts'
import { parseName } from '../../src/dns/name.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import type { Reply, SmtpFacts, SmtpSeen } from '../../src/mail/ask/smtp.ts'
import type { Check } from '../../src/mail/check.ts'
import type { Facts, HostFacts, LineSeen, Wishes } from '../../src/mail/facts.ts'

export const DOMAIN = parseName('example.com')!
export const NOW = Date.UTC(2026, 10, 26)
export const V4 = parseAddress('203.0.113.7')!
export const V6 = parseAddress('2001:db8::7')!
export const FAR = parseAddress('192.0.2.25')!

export const refused = new Failure('network', 'port 25 refuses the connection', { reason: 'refused' })
export const silent = new Failure('network', 'port 25 does not answer within 10 s', { reason: 'silent' })
export const noRoute = new Failure('network', 'there is no IPv6 route', { reason: 'no-route' })
export const noProber = new Failure('unavailable', 'the prober answered 503')
const unasked = new Failure('unsupported', 'not examined')

export const reply = (text: string): Reply => ({ code: Number(text.slice(0, 3)), lines: [text.slice(4)] })

/** A dialogue without fault, but for what is named. */
export const seen = (news: Partial<SmtpSeen> = {}): SmtpSeen => ({
  greeting: reply('220 mx.example.com ESMTP'),
  ehlo: reply('250 mx.example.com'),
  capabilities: ['STARTTLS'],
  starttls: {
    reply: reply('220 go'),
    tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', chain: [], untrusted: undefined },
  },
  postmaster: reply('250 Ok'),
  ...{ unknownRecipient: undefined, relay: undefined, ended: undefined },
  ...news,
})

type Port = SmtpFacts['seen']
export const here = (what: Port, address: IpAddress = V4): SmtpFacts => ({ address, from: 'here', seen: what })
export const outside = (what: Port, address: IpAddress = V4): SmtpFacts => ({ address, from: 'outside', seen: what })

const LINE: LineSeen = { name: 'default', addresses: { A: [V4] }, router: undefined }
export const host = (exchange: string, role: HostFacts['role'], news: Partial<HostFacts> = {}): HostFacts => ({
  ...{ exchange, role, preference: role === 'ours' ? 10 : 20, times: 1, alias: undefined },
  addresses: { A: [role === 'ours' ? V4 : FAR], AAAA: [] },
  ...{ ttl: 60, servers: {}, ports: [], tlsa: unasked, line: LINE },
  ...news,
})
export const ours = (...ports: readonly SmtpFacts[]) => host('mx.example.com', 'ours', { ports })
export const backup = (...ports: readonly SmtpFacts[]) => host('backup.example.net', 'backup', { ports })

const WISHES: Wishes = {
  ...{ outbound: 'unknown', mx: undefined, provider: undefined, schedule: 300_000, confirmTimeout: 120_000 },
  ...{ relayTest: false, prober: undefined },
}

export function factsOf(
  hosts: readonly HostFacts[],
  { wishes, ...news }: Partial<Omit<Facts, 'wishes'>> & { readonly wishes?: Partial<Wishes> } = {},
): Facts {
  return {
    ...{ domain: DOMAIN, now: NOW, hosts, wishes: { ...WISHES, ...wishes } },
    line: { ...LINE, others: [], former: [], findings: [] },
    located: { domain: DOMAIN, hosts: [], memory: { hosts: [] }, findings: [] },
    mx: { authorities: [], resolver: [], servers: [] },
    ...{ apex: [], delegation: unasked, dnssec: unasked, reverse: [], blocklists: [], spf: unasked },
    authentication: { dmarc: unasked, dkim: unasked },
    ...{ mtaSts: unasked, outbound: unasked, unasked: [] },
    ...news,
  }
}

/** `severity id`, of each finding of that check. */
export const idsOf = (check: Check, facts: Facts): readonly string[] =>
  check.judge(facts).map(({ id, severity }) => `${severity} ${id}`)

/** The one finding with that id. */
export function only(check: Check, facts: Facts, id: Finding['id']): Finding {
  const found = check.judge(facts).filter((one) => one.id === id)
  if (found.length !== 1) throw new Error(`${found.length} findings ${id}`)
  return found[0]!
}

export const enforced: Pick<Facts, 'mtaSts'> = {
  mtaSts: { records: ['v=STSv1; id=1'], policy: { mode: 'enforce', mx: ['mx.example.com'], maxAge: 86_400 } },
}
export const days = (count: number): number => NOW + count * DAY
