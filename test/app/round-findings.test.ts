import { describe, expect, it } from 'vitest'
import { roundFindings } from '../../src/app/round-findings.ts'
import type { Confirmation, ServerAnswer } from '../../src/core/confirmation.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Action, Target, TargetKey } from '../../src/core/plan.ts'
import type { Done } from '../../src/core/round.ts'
import type { Zone } from '../../src/lookup/asking.ts'
import { endpoint, name } from '../support/config.ts'

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
})
