import fc from 'fast-check'
import { type ErrorKind, Failure, type Reason } from '../../src/core/failure.ts'
import { DAY, MINUTE } from '../../src/core/instant.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { Facts, LineSeen } from '../../src/mail/facts.ts'
import { name } from './config.ts'
import { ip } from './targets.ts'

/** Facts of any kind. `hostile`: words as they may come over a wire, else as those pass them on who asked. */
export function randomFacts(hostile: boolean, certificates: readonly Uint8Array[]): fc.Arbitrary<Facts> {
  const words = hostile
    ? fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom('', '\u001b[31m', 'a\nb', 'a\0b', '\ud800'),
      )
    : // Who asks passes on no blank words, no full stop of a sentence, and nothing that would be taken for our own slip.
      fc.stringMatching(/^[ -~]{0,39}[!-\-/-~]$/).filter((text) => !/undefined|\[object|NaN/.test(text))
  const some = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { maxLength })
  const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })
  const failure = fc
    .record({
      kind: fc.constantFrom<ErrorKind>('network', 'unavailable', 'rejected', 'protocol', 'unsupported', 'cancelled'),
      message: fc.constantFrom('the server is silent', 'answered SERVFAIL'),
      reason: maybe(fc.constantFrom<Reason>('no-route', 'refused', 'silent', 'from-cache', 'special-purpose')),
    })
    .map(({ kind, message, reason }) => new Failure(kind, message, { reason }))
  const learnt = <T>(one: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: one }, failure)

  const v4 = fc.constantFrom('203.0.113.7', '203.0.113.8', '198.51.100.25', '100.64.0.1', '192.168.1.2').map(ip)
  const v6 = fc.constantFrom('2001:db8::7', '2001:db8::25', 'fe80::1').map(ip)
  const address = fc.oneof(v4, v6)
  const known = { A: learnt(some(v4, 2)), AAAA: learnt(some(v6, 2)) }
  const host = fc.oneof(
    fc.constantFrom('mail.example.com', 'mx.backup.net', 'example.com', 'p5B0A3C07.dip0.t-ipconnect.de', '203.0.113.7'),
    words,
  )
  const domain = fc.constant<DomainName>(name('example.com'))
  const mxSet = some(fc.record({ preference: fc.nat(65_535), exchange: host }), 6)
  const server = { name: host, address: words }
  const answers = some(fc.record({ ...server, answer: learnt(some(address, 2)), ttl: maybe(fc.nat(100_000)) }))

  const reply = fc.record({ code: fc.constantFrom(220, 250, 251, 354, 421, 450, 502, 550, 554), lines: some(words) })
  const chain = some(fc.oneof(fc.uint8Array({ maxLength: 50 }), ...certificates.map((der) => fc.constant(der))), 2)
  const tls = fc.record({
    protocol: fc.constantFrom('TLSv1', 'TLSv1.2', 'TLSv1.3'),
    cipher: words,
    chain,
    untrusted: maybe(fc.constantFrom('CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN')),
  })
  const smtp = fc.record({
    greeting: maybe(reply),
    ehlo: maybe(reply),
    capabilities: some(fc.oneof(fc.constantFrom('STARTTLS', 'XXXXXXXA', 'SIZE 100'), words)),
    starttls: maybe(fc.record({ reply: maybe(reply), tls: learnt(tls) })),
    postmaster: maybe(reply),
    unknownRecipient: maybe(reply),
    relay: maybe(reply),
    ended: maybe(failure),
  })
  const port = fc.record({
    address,
    from: fc.constantFrom('here' as const, 'outside' as const),
    seen: learnt(smtp),
    named: maybe(learnt(some(address, 2))),
    leadsBack: maybe(fc.constantFrom(443, 587)),
  })
  const tlsa = fc.record({
    records: some(
      fc.record({
        usage: fc.nat(4),
        selector: fc.nat(2),
        matching: fc.nat(3),
        data: fc.stringMatching(/^[0-9a-f]{0,64}$/),
      }),
    ),
    secure: maybe(fc.boolean()),
  })
  const lineSeen = {
    name: fc.constantFrom('dsl', 'lte'),
    addresses: fc.record(known, { requiredKeys: [] }),
    router: maybe(
      learnt(
        fc.record({
          shownBy: fc.constantFrom('the router', 'interface:ppp0'),
          wan: address,
          forwards25: maybe(fc.boolean()),
        }),
      ),
    ),
  }
  const hosts = some(
    fc.record({
      exchange: host,
      preference: fc.nat(65_535),
      times: fc.integer({ min: 1, max: 3 }),
      role: fc.constantFrom('ours' as const, 'backup' as const),
      alias: maybe(host),
      line: fc.record(lineSeen),
      addresses: fc.record(known),
      ttl: maybe(fc.nat(100_000)),
      servers: fc.record({ A: answers, AAAA: answers }, { requiredKeys: [] }),
      ports: some(port),
      tlsa: learnt(tlsa),
    }),
  )
  const wishes = fc.record({
    outbound: fc.constantFrom('direct' as const, 'smarthost' as const, 'unknown' as const),
    mx: maybe(mxSet),
    provider: maybe(fc.record({ name: fc.constant('ionos'), mostMx: maybe(fc.nat(5)) })),
    schedule: fc.constantFrom(MINUTE, 5 * MINUTE, DAY),
    confirmTimeout: fc.constant(2 * MINUTE),
    relayTest: fc.boolean(),
    prober: maybe(fc.constant('ssh:server')),
  })
  const line = fc.record({
    ...lineSeen,
    others: some(fc.record(lineSeen), 1),
    former: some(address),
    findings: fc.constant([]),
  })
  // No name of a message ends so but the root, which askReverse leaves out; the finding would end in a full stop.
  const reverseName = host.filter((one) => !one.trimEnd().endsWith('.'))
  const names = learnt(some(fc.record({ name: reverseName, addresses: learnt(some(address)) })))
  const spf = fc.record({
    records: some(words),
    verdicts: some(
      fc.record({
        address,
        result: fc.constantFrom('none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'),
        explanation: words,
        lookups: fc.nat(20),
      }),
    ),
    literals: some(address),
  })
  const policy = fc.record({
    mode: fc.constantFrom('enforce' as const, 'testing' as const, 'none' as const),
    mx: some(fc.oneof(host, fc.constant('*.example.com'))),
    maxAge: fc.nat(31_557_600),
  })
  const dnssecNames = some(
    fc.record({
      name: host,
      state: fc.constantFrom('secure' as const, 'insecure' as const, 'bogus' as const, 'unknown' as const),
      causes: some(fc.constantFrom('signature expired', 'no DNSKEY')),
      why: maybe(fc.constant('the resolver does not tell')),
    }),
  )
  const delegation = fc.record({
    apex: domain,
    parent: learnt(some(host)),
    child: learnt(some(host)),
    servers: some(fc.record({ ...server, serial: learnt(fc.nat()) })),
    refresh: maybe(fc.nat(100_000)),
  })
  return fc.record({
    domain,
    now: fc.constantFrom(0, Date.UTC(2026, 10, 4), Date.UTC(2036, 0, 1)),
    wishes,
    line,
    located: fc.record({
      domain,
      hosts: some(fc.constantFrom(name('mail.example.com'), name('example.com')), 2),
      memory: fc.constant({ hosts: [] }),
      findings: fc.constant([]),
    }),
    mx: fc.record({
      authorities: some(learnt(mxSet)),
      resolver: learnt(mxSet),
      servers: some(fc.record({ ...server, mx: learnt(mxSet) })),
    }),
    apex: learnt(some(address)),
    hosts,
    delegation: learnt(delegation),
    dnssec: learnt(fc.record({ names: dnssecNames })),
    reverse: some(fc.record({ address, names })),
    blocklists: some(
      fc.record({
        address,
        list: fc.constantFrom('zen.spamhaus.org', 'zen.dq.spamhaus.net'),
        codes: learnt(
          some(fc.constantFrom('127.0.0.2', '127.0.0.10', '127.0.0.11', '127.255.255.254', '5.9.1.7').map(ip)),
        ),
      }),
    ),
    spf: learnt(spf),
    authentication: fc.record({
      dmarc: learnt(fc.record({ at: domain, records: some(words) })),
      dkim: learnt(
        fc.record({
          found: fc.boolean(),
          how: fc.constantFrom('selectors' as const, 'empty-non-terminal' as const),
        }),
      ),
    }),
    mtaSts: learnt(fc.record({ records: some(words), policy: maybe(learnt(policy)) })),
    outbound: learnt(
      fc.record({
        tried: some(
          fc.record({ host, outcome: fc.constantFrom('open' as const, 'refused' as const, 'silent' as const) }),
        ),
        isOnline: fc.boolean(),
      }),
    ),
    unasked: fc.constant([]),
  }) as unknown as fc.Arbitrary<Facts>
}

const silent = new Failure('network', 'the server is silent', { reason: 'silent' })

const SILENT_LINE: LineSeen = { name: 'dsl', addresses: { A: silent, AAAA: silent }, router: silent }

/** Nobody answered anything. */
export const NOTHING_KNOWN: Facts = {
  domain: name('example.com'),
  now: Date.UTC(2026, 10, 4),
  wishes: {
    outbound: 'direct',
    mx: undefined,
    provider: undefined,
    schedule: 5 * MINUTE,
    confirmTimeout: 2 * MINUTE,
    relayTest: true,
    prober: 'ssh:server',
  },
  line: { ...SILENT_LINE, others: [], former: [], findings: [] },
  located: { domain: name('example.com'), hosts: [name('mail.example.com')], memory: { hosts: [] }, findings: [] },
  mx: { authorities: [silent], resolver: silent, servers: [{ name: 'ns1', address: '192.0.2.53', mx: silent }] },
  apex: silent,
  hosts: (['ours', 'backup'] as const).map((role, i) => ({
    exchange: i === 0 ? 'mail.example.com' : 'mx.backup.net',
    preference: 10 * (i + 1),
    times: 1,
    role,
    alias: undefined,
    line: SILENT_LINE,
    addresses: { A: silent, AAAA: silent },
    ttl: undefined,
    servers: { A: [{ name: 'ns1', address: '192.0.2.53', answer: silent }] },
    ports: [
      { address: ip('203.0.113.7'), from: 'here', seen: silent },
      { address: ip('203.0.113.7'), from: 'outside', seen: new Failure('network', 'the prober is silent') },
    ],
    tlsa: silent,
  })),
  delegation: silent,
  dnssec: silent,
  reverse: [{ address: ip('203.0.113.7'), names: silent }],
  blocklists: [{ address: ip('203.0.113.7'), list: 'zen.spamhaus.org', codes: silent }],
  spf: silent,
  authentication: { dmarc: silent, dkim: silent },
  mtaSts: silent,
  outbound: silent,
  unasked: [],
}
