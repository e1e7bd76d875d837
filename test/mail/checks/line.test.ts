import { describe, expect, it } from 'vitest'
import { Failure, type Reason } from '../../../src/core/failure.ts'
import type { SmtpFacts } from '../../../src/mail/ask/smtp.ts'
import { lineCheck } from '../../../src/mail/checks/line.ts'
import type { HostFacts, LineFacts, LineSeen, RouterFacts } from '../../../src/mail/facts.ts'
import { host, line, port, said, silent } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const router = (wan: string, forwards25?: boolean): RouterFacts => ({ shownBy: 'the router', wan: ip(wan), forwards25 })
const of = (news: Partial<LineFacts>, ports: readonly SmtpFacts[] = []) =>
  said(lineCheck, { line: line(news), hosts: [host({ ports })] })
const closed = (reason: Reason) => port([], { from: 'outside', seen: new Failure('network', 'closed', { reason }) })

it.each<[string, string, RegExp | undefined]>([
  ['a public address', '203.0.113.7', undefined],
  ['an address of carrier-grade NAT', '100.64.3.4', /^error behind-cgnat: the router has 100.64.3.4/],
  ['an address of DS-Lite', '192.0.0.2', /^error behind-cgnat: /],
  ['a private address', '192.168.178.20', /^warn double-nat: the router has 192.168.178.20/],
])('a router that has %s', (_, wan, wanted) => {
  expect(of({ router: router(wan) })).toEqual(wanted ? [expect.stringMatching(wanted)] : [])
})

it('an interface of this machine shows the end of the line as well', () => {
  const seen = { ...router('100.64.3.4'), shownBy: 'interface:ppp0' }
  expect(of({ router: seen })).toEqual([expect.stringMatching(/^error behind-cgnat: interface:ppp0 has 100.64.3.4/)])
})

it('whatever the router has, port 25 that answers outside is passed on by somebody', () => {
  for (const wan of ['100.64.3.4', '192.168.178.20']) {
    expect(of({ router: router(wan) }, [port([], { from: 'outside' })])).toEqual([])
    expect(of({ router: router(wan) }, [closed('silent'), port([], { from: 'here' })])).toHaveLength(1)
  }
})

it('says nothing where no router answers, unknown where it fails', () => {
  expect(of({})).toEqual([])
  expect(of({ router: silent })).toEqual([expect.stringMatching(/^unknown behind-cgnat: .*silent/)])
})

it('does not repeat what the address sources have found, nor what the user allows', () => {
  const findings = [{ id: 'behind-cgnat', severity: 'error', message: '', remedy: '', reference: '' }] as const
  expect(of({ router: router('100.64.3.4'), findings })).toEqual([])
  expect(of({ router: router('10.1.2.3'), addresses: { A: [ip('10.1.2.3')] } })).toEqual([])
})

it('a router without a forwarding', () => {
  const none = { router: router('203.0.113.7', false) }
  expect(of(none)).toEqual([expect.stringMatching(/^warn port-forward-missing: .*set by hand/)])
  expect(of(none, [closed('silent')])).toEqual([expect.stringMatching(/^error port-forward-missing: .*from outside/)])
  expect(of(none, [closed('no-route')])).toEqual([expect.stringMatching(/^warn /)])
  expect(of(none, [port([], { from: 'outside' })])).toEqual([])
  expect(of(none, [port([], { from: 'here' })])).toEqual([expect.stringMatching(/^warn /)])
  expect(of({ router: router('203.0.113.7', true) })).toEqual([])
  expect(of({ router: router('203.0.113.7') })).toEqual([])
})

describe('of several lines', () => {
  const other: LineSeen = { name: 'lte', addresses: { A: silent }, router: router('100.64.3.4') }
  const lines = line({ name: 'dsl', others: [other] })
  const onOther = (news: Partial<HostFacts> = {}) => host({ exchange: 'mail2.example.com', line: other, ...news })
  const judged = (...hosts: readonly HostFacts[]) => said(lineCheck, { line: lines, hosts })

  it('each is named; one that no host uses keeps no mail out', () => {
    const wanted = [expect.stringMatching(/^warn behind-cgnat: line lte: the router has 100.64.3.4/)]
    expect(judged(host({ line: lines }))).toEqual(wanted)
    expect(judged()).toEqual(wanted)
    const alike = { line: line({ ...other, others: [{ ...other, name: 'dsl' }] }), hosts: [] }
    expect(said(lineCheck, alike).map((one) => one.split(': ', 2).join())).toEqual([
      'error behind-cgnat,line lte',
      'warn behind-cgnat,line dsl',
    ])
  })

  it('one that a host uses keeps mail out, unless another host has an address', () => {
    expect(judged(onOther())).toEqual([expect.stringMatching(/^error behind-cgnat: line lte: /)])
    expect(judged(host({ line: lines }), onOther())).toEqual([expect.stringMatching(/^warn behind-cgnat: line lte: /)])
    const none = host({ line: { ...lines, addresses: { A: [] } } })
    expect(judged(none, onOther())).toEqual([expect.stringMatching(/^error behind-cgnat: line lte: /)])
  })

  it('port 25 that answers outside proves the line of its host alone', () => {
    const ports = [port([], { from: 'outside' })]
    expect(judged(host({ line: lines, ports }), onOther())).toHaveLength(1)
    expect(judged(host({ line: lines }), onOther({ ports }))).toEqual([])
  })

  it('a router that fails is unknown, with the name of its line', () => {
    const failed = line({ name: 'dsl', others: [{ ...other, router: silent }] })
    expect(said(lineCheck, { line: failed })).toEqual([
      expect.stringMatching(/^unknown behind-cgnat: line lte: the router's own address could not be examined/),
    ])
  })
})
