import { describe, expect, it } from 'vitest'
import { roundFindings } from '../../src/app/round-findings.ts'
import type { Confirmation, ServerAnswer } from '../../src/core/confirmation.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Action, LineName, Target, TargetKey } from '../../src/core/plan.ts'
import type { Done } from '../../src/core/round.ts'
import type { Zone } from '../../src/lookup/asking.ts'
import { endpoint, name } from '../support/config.ts'
import { ip } from '../support/targets.ts'

const HOST = name('mail.example.com')
const target = { key: 'key' as TargetKey, owner: HOST, type: 'A', mxOf: [name('example.com')] } as unknown as Target
const publish = (alone: boolean) => ({ kind: 'publish', target, alone }) as unknown as Action
const done = (proxied: boolean, mxOf = target.mxOf) =>
  ({ action: { kind: 'publish', target: { ...target, mxOf } }, proxied }) as unknown as Done
const confirmation = (state: string, ...answers: readonly Failure[]): Confirmation =>
  ({ state, servers: answers.map((answer): ServerAnswer => ({ name: 'ns', address: '5.9.1.1', answer })) }) as never
const zone = (ignored: Zone['ignored']): Zone => ({ apex: name('example.com'), servers: [], unreachable: [], ignored })

type Shown = Parameters<typeof roundFindings>[0]
const SOUND: Shown = {
  ...{ located: [], plan: [publish(false)], done: [done(false)], findings: [], zones: new Map(), problem: undefined },
  confirmations: new Map([[target.key, confirmation('confirmed')]]),
  ...{ targets: [], detected: {}, state: { salt: 'salt', targets: {}, mx: {} }, toldOf: ['default', 'lte'] },
}
const of = (news: Partial<Shown> = {}) =>
  roundFindings({ ...SOUND, ...news }).map(({ id, severity, message }) => `${severity} ${id}: ${message}`)
const confirmed = (one: Confirmation) => of({ confirmations: new Map([[target.key, one]]) })

describe('what a round tells beside its targets', () => {
  it('nothing of a sound one', () => {
    expect(of()).toEqual([])
  })

  it('a host behind a proxy: an error where an MX names it', () => {
    expect(of({ done: [done(true)] })).toEqual([
      "error host-proxied: mail.example.com answers with the addresses of the provider's proxy: a proxy takes no mail",
    ])
    expect(of({ done: [done(true, [])] })).toEqual([expect.stringMatching(/^warn host-proxied/)])
  })

  it('one family sent alone, since the other was not known', () => {
    expect(of({ plan: [publish(true)] })).toEqual([
      expect.stringMatching(/^warn other-family-unknown: the AAAA of mail\.example\.com could not be learnt/),
    ])
  })

  it.each<[string, string, readonly (readonly [LineName, ...LineName[]])[], Shown['detected'], string]>([
    ['that nobody uses', 'lte', [['dsl', 'lte']], {}, 'warn'],
    ['that a host uses', 'dsl', [['dsl', 'lte']], {}, 'error'],
    ['that one of two hosts uses', 'lte', [['dsl'], ['lte']], { dsl: { A: [ip('5.9.1.7')] } }, 'warn'],
    ['that one uses, and the other line has no IPv4 either', 'lte', [['dsl'], ['lte']], { dsl: { A: [] } }, 'error'],
    ['where there is no host yet', 'lte', [], {}, 'error'],
  ])('carrier-grade NAT of a line %s', (_, line, lists, detected, severity) => {
    const targets = lists.map((lines) => ({ ...target, lines }))
    const other = { ...target, owner: name('vpn.example.com'), mxOf: [], lines: ['dsl'] as const }
    const finding = { id: 'behind-cgnat', severity: 'error', message: '', remedy: '', reference: '' } as const
    expect(of({ findings: [{ ...finding, line }], targets, detected })).toEqual([`${severity} behind-cgnat: `])
    expect(of({ findings: [finding], targets, detected })).toEqual(['error behind-cgnat: '])
    if (lists.length === 0) return
    const noMx = targets.map((one) => ({ ...one, mxOf: [] }))
    expect(of({ findings: [{ ...finding, line }], targets: noMx, detected })).toEqual([`${severity} behind-cgnat: `])
    // A host that no MX names brings no mail in.
    const here = [...targets.map((one) => ({ ...one, lines: ['lte'] as const })), other]
    const there = { dsl: { A: [ip('5.9.1.7')] } }
    expect(of({ findings: [{ ...finding, line: 'lte' }], targets: here, detected: there })).toEqual([
      'error behind-cgnat: ',
    ])
  })

  it('carrier-grade NAT of the line of one of two domains', () => {
    const finding = { id: 'behind-cgnat', severity: 'error', message: '', remedy: '', reference: '' } as const
    const targets = [
      { ...target, lines: ['lte'] as const },
      { ...target, mxOf: [name('example.net')], lines: ['dsl'] as const },
      { ...target, type: 'AAAA' as const, lines: ['dsl'] as const },
    ]
    const detected = { dsl: { A: [ip('5.9.1.7')] } }
    expect(of({ findings: [{ ...finding, line: 'lte' }], targets, detected })).toEqual(['error behind-cgnat: '])
  })

  it('name servers that could not be asked, or in whose place a cache answers', () => {
    const silent = new Failure('network', 'silent')
    const cached = new Failure('rejected', 'a cache', { reason: 'from-cache' })
    for (const state of ['seen', 'accepted', 'unknown'])
      expect(confirmed(confirmation(state, silent))).toEqual([
        expect.stringMatching(/^warn name-servers-unreachable: no authoritative server of mail\.example\.com A /),
      ])
    expect(confirmed(confirmation('seen', silent, cached))).toEqual([expect.stringMatching(/^warn dns-intercepted: /)])
    expect(confirmed(confirmation('visible', silent))).toEqual([])
  })

  it('name servers at special-purpose addresses, once a zone, and with what makes them be asked', () => {
    const ignored = [{ name: 'ns1.example.com', endpoint: endpoint('10.0.0.53'), block: '10.0.0.0/8' }]
    const zones: Shown['zones'] = new Map([[HOST, { zone: zone(ignored), until: 0 }]])
    const [found] = roundFindings({ ...SOUND, zones, plan: [publish(false), publish(false)] })
    expect(found).toMatchObject({
      id: 'name-servers-unreachable',
      remedy: expect.stringContaining('MXHOME_NAMESERVERS=10.0.0.53'),
    })
    expect(of({ zones })).toHaveLength(1)
  })

  it('a state that cannot be written', () => {
    expect(of({ problem: 'disk full' })).toEqual(['error state-unwritable: disk full'])
  })

  describe("the host that the router's own client names", () => {
    const mail = { ...target, lines: ['default'] } as unknown as Target
    const other = (host: string, line: string) =>
      ({ ...mail, key: host, owner: name(host), mxOf: [], lines: [line] }) as unknown as Target
    const told = (address: string, ...names: string[]) => ({
      ...SOUND.state,
      pushed: { default: { A: { addresses: [ip(address)], at: 1 }, hosts: { names: names.map(name), at: 1 } } },
    })
    const has = (...addresses: string[]) => ({ default: { A: addresses.map(ip) } })
    const found = (news: Partial<Shown>) =>
      roundFindings({ ...SOUND, targets: [mail], ...news }).map(
        ({ severity, id, message, remedy }) => `${severity} ${id}: ${message} -> ${remedy}`,
      )

    it('is one that follows the line, with the address that the router has: nothing to say', () => {
      expect(found({ state: told('5.9.1.7', 'mail.example.com'), detected: has('5.9.1.7') })).toEqual([])
      expect(found({ state: told('5.9.1.7'), detected: has('5.9.1.8') }), 'it names none').toEqual([])
    })

    it('is none that is kept: told, with those that could be entered', () => {
      const targets = [other('www.example.com', 'default'), other('lte.example.com', 'lte'), mail]
      expect(found({ targets, state: told('5.9.1.7', 'example.com'), detected: has('5.9.1.7') })).toEqual([
        "warn fritzbox-verify: the router's DynDNS client names example.com, which mxhome does not keep: it was told nohost" +
          " -> Enter mail.example.com (or www.example.com) as the domain name in the router's DynDNS form." +
          ' What it named is compared with its own address, and would never be the same.',
      ])
      expect(found({ targets: [], state: told('5.9.1.7', 'example.com') })).toEqual([
        expect.stringContaining('-> mxhome keeps no host of that line: list one in MXHOME_HOSTS'),
      ])
    })

    it('follows another line: one of this line would do', () => {
      const targets = [mail, other('lte.example.com', 'lte')]
      const detected = { ...has('5.9.1.7'), lte: { A: [ip('5.9.2.9')] } }
      expect(found({ targets, detected, state: told('5.9.1.7', 'lte.example.com') })).toEqual([
        'info fritzbox-verify: the router has 5.9.1.7, but lte.example.com gets 5.9.2.9: a FRITZ!Box that compares the two' +
          " reports a fault -> Enter mail.example.com as the domain name in the router's DynDNS form.",
      ])
    })

    it('is compared at the line that it uses: the first of its list may be back, and not be trusted yet', () => {
      const both = { ...mail, lines: ['dsl', 'lte'] } as unknown as Target
      const detected = { dsl: { A: [ip('5.9.1.7')] }, lte: { A: [ip('5.9.2.9')] } }
      const news = { A: { addresses: [ip('5.9.2.9')], at: 1 }, hosts: { names: [name('mail.example.com')], at: 1 } }
      const down = { state: 'returning', since: 1, ups: [], downs: [] }
      const state = {
        ...SOUND.state,
        pushed: { lte: news },
        lines: { dsl: { link: down } },
      } as unknown as typeof SOUND.state
      expect(found({ targets: [both], detected, state })).toEqual([])
    })

    it('has another address than the router, behind carrier-grade NAT: no host would do', () => {
      expect(found({ state: told('100.64.3.4', 'mail.example.com'), detected: has('5.9.1.7') })).toEqual([
        expect.stringContaining('-> No host can satisfy that check while the router has another address'),
      ])
    })

    it('is judged by what was accepted last while the address is unknown, and not at all while nothing was', () => {
      const detected = { default: { A: new Failure('network', 'silent') } }
      const state = told('5.9.1.7', 'mail.example.com')
      const published = { addresses: [ip('5.9.1.6')], at: 1 }
      const targets = { key: { published, writes: [], forced: [] } }
      expect(found({ detected, state })).toEqual([])
      expect(found({ detected, state: { ...state, targets } as never })).toEqual([
        expect.stringContaining('but mail.example.com gets 5.9.1.6'),
      ])
    })

    it('is of no interest once nobody listens for the router any more, or the line is gone', () => {
      for (const toldOf of [[], ['dsl', 'lte']])
        expect(found({ toldOf, state: told('5.9.1.7', 'example.com') })).toEqual([])
    })
  })
})
