import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { DelegationFacts, ServerSerial } from '../../../src/mail/ask/delegation.ts'
import { zoneCheck } from '../../../src/mail/checks/zone.ts'
import { ADDRESS, host, said, silent } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const server = (serial: number | Failure, name = 'ns1.example.com', address = '5.9.1.1'): ServerSerial => ({
  name,
  address,
  serial,
})
const second = (serial: number | Failure) => server(serial, 'ns2.example.com', '5.9.1.2')
const delegation = (news: Partial<DelegationFacts> = {}): DelegationFacts => ({
  apex: 'example.com',
  parent: ['ns1.example.com', 'ns2.example.com'],
  child: ['ns2.example.com', 'ns1.example.com'],
  servers: [server(7), second(7)],
  refresh: 3600,
  ...news,
})
const of = (news: Partial<DelegationFacts>) => said(zoneCheck, { delegation: delegation(news) })
const lame = new Failure('rejected', '5.9.1.2 answers REFUSED')
const cached = new Failure('rejected', '5.9.1.2 answers from a cache', { reason: 'from-cache' })
const noRoute = new Failure('network', 'no route', { reason: 'no-route' })

it.each<[string, Partial<DelegationFacts>, readonly RegExp[]]>([
  ['a sound zone', {}, []],
  [
    'a name at the parent only',
    { child: ['ns1.example.com'] },
    [/^warn zone-servers-differ: .*only the zone above names ns2.example.com$/],
  ],
  [
    'a name in the zone only',
    { parent: ['ns1.example.com'] },
    [/^warn zone-servers-differ: .*only the zone itself names ns2.example.com$/],
  ],
  [
    'the root as a name server',
    { parent: ['ns1.example.com', 'ns2.example.com', '.'] },
    [/only the zone above names the root \("\."\)$/],
  ],
  [
    'other names',
    { parent: ['a.net'], child: ['b.net', 'c.net'] },
    [/only the zone above names a.net; only the zone itself names b.net and c.net$/],
  ],
  [
    'a parent that is silent',
    { parent: silent },
    [/^unknown zone-servers-differ: whether the zone above example.com names the same servers .*silent/],
  ],
  ['no NS records heard', { child: silent }, [/^unknown zone-servers-differ: /]],
  [
    'a lame server',
    { servers: [server(7), second(lame)] },
    [/^warn zone-servers-differ: .*ns2.example.com 5.9.1.2 \(5.9.1.2 answers REFUSED\)/],
  ],
  [
    'a silent server',
    { servers: [server(7), second(silent)] },
    [/^warn name-servers-unreachable: not all name servers of example.com answer: ns2.example.com 5.9.1.2 not/],
  ],
  [
    'silence',
    { servers: [server(silent), second(silent)] },
    [/^warn name-servers-unreachable: no name server of example.com answers/],
  ],
  ['no route to one', { servers: [server(7), second(noRoute)] }, []],
  [
    'a cache in between',
    { servers: [server(cached), second(cached)] },
    [/^unknown zone-servers-differ: ns1.example.com 5.9.1.1 and .*cache/],
  ],
  [
    'a serial that lags',
    { servers: [server(8), second(7)] },
    [/^info zone-servers-differ: the serial of example.com is 8, but 7 at ns2.example.com/],
  ],
  ['a serial that has begun again', { servers: [server(4294967295), second(3)] }, [/is 3, but 4294967295 at ns1/]],
  [
    'a serial that lags, of a zone without refresh',
    { servers: [server(8), second(7)], refresh: undefined },
    [/^info /],
  ],
])('%s', (_, news, wanted) => {
  expect(of(news)).toEqual(wanted.map((one) => expect.stringMatching(one)))
})

it('a server that gives an old address: how long it does one look cannot tell', () => {
  const answers = [
    { name: 'ns1.example.com', address: '5.9.1.1', answer: [ADDRESS] },
    { name: 'ns2.example.com', address: '5.9.1.2', answer: [ip('203.0.113.6')] },
    { name: 'ns3.example.com', address: '5.9.1.3', answer: silent },
  ]
  const hosts = [host({ servers: { A: answers } })]
  expect(said(zoneCheck, { hosts, delegation: delegation({ servers: [server(8), second(7)] }) })).toEqual([
    'warn zone-servers-differ: the name servers differ about the A of mail.example.com: ns1.example.com says 203.0.113.7, ns2.example.com says 203.0.113.6; a secondary may lag for 3600 s (the refresh of the SOA); whether it is longer, one look cannot tell',
  ])
  expect(said(zoneCheck, { hosts, delegation: silent })).toEqual([
    expect.stringMatching(/^unknown zone-servers-differ: the delegation of example.com/),
    expect.stringMatching(/how long a secondary may lag is not known$/),
  ])
})
