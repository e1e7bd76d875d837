import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { judgeSightings } from '../../src/core/quorum.ts'
import type { Sighting, SourceView } from '../../src/core/sighting.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { ipDocument, ipText } from '../../src/report/ip-text.ts'
import { ip } from '../support/targets.ts'
import { PLAIN } from './documents.ts'

const X = '5.9.1.7'
const SILENT = new Failure('network', 'the router does not answer', { reason: 'silent' })
const HIDDEN = new Failure('unavailable', 'upnp: the router shows none', { reason: 'hidden' })
const said = (source: string, view: SourceView, answer: string | Failure, optional?: true): Sighting => ({
  ...{ source, view, ...(optional && { optional }) },
  answer: answer instanceof Failure ? answer : answer === '' ? [] : [ip(answer)],
})
const outside = (answer: string | Failure = X) => said('public-ip', 'outside', answer)
const natPmp = (answer: string | Failure, optional?: true) => said('nat-pmp', 'gateway', answer, optional)
const upnp = (answer: string | Failure, optional?: true) => said('upnp', 'gateway', answer, optional)

function document(sightings: readonly Sighting[], type: AddressType = 'A') {
  const verdict = judgeSightings(type, sightings, { quorum: undefined, allow: [] })
  const detected = { default: { [type]: verdict.addresses } }
  return ipDocument({
    detected,
    sightings: { default: { [type]: verdict.sightings } },
    prefixes: {},
    findings: verdict.findings,
  })
}
const text = (...sightings: readonly Sighting[]) => ipText(document(sightings), { ...PLAIN, width: 250 })

it.each([
  ['agrees', [outside(), upnp(X)], `The router has ${X}, as is seen by others: nothing stands between it`],
  ['alone', [outside(SILENT), upnp(X)], `The router has ${X}; nobody else answers, so it is believed.`],
  [
    'behind-cgnat',
    [outside(), upnp('100.64.3.4')],
    '100.64.3.4, which the ISP shares among its customers: what is seen',
  ],
  ['behind-cgnat', [outside(), natPmp(SILENT), upnp('192.0.0.2')], 'The router has 192.0.0.2, which the ISP shares'],
  ['behind-cgnat', [said('static:x', 'given', X), upnp('100.64.3.4')], 'what this box has of its own is used.'],
  ['double-nat', [outside(), upnp('192.168.1.20')], 'forwarded in both; what is seen from outside is used.'],
  ['double-nat', [outside(SILENT), upnp('192.168.1.20')], 'port 25 must be forwarded in both.'],
  ['differs', [outside(), upnp('5.9.1.8')], `The router has 5.9.1.8, but from outside ${X} is seen, and that is used.`],
  ['behind-cgnat', [outside(), upnp('')], 'The router is connected without an IPv4 address of its own (DS-Lite): what'],
  [
    'hidden',
    [outside(), natPmp(HIDDEN, true), upnp(HIDDEN, true)],
    `keeps its address back, and ${X} is seen from outside, and is used: carrier-grade NAT, DS-Lite`,
  ],
  ['hidden', [outside(SILENT), upnp(HIDDEN)], 'The router answers and keeps its address back'],
  ['double-nat', [outside(), natPmp(HIDDEN), upnp('192.168.1.20')], 'forwarded in both'],
  [
    'none',
    [outside(), { ...said('push', 'gateway', ''), at: 0 }],
    `no public IPv4 address, but ${X} is seen from outside, and is used: carrier-grade NAT, DS-Lite`,
  ],
  ['unclear', [natPmp(X), upnp('5.9.1.8')], `The router has ${X} or 5.9.1.8; that alone decides nothing.`],
  [
    'silent',
    [outside(), said('interface:ppp0', 'host', '100.64.3.4'), natPmp(SILENT, true)],
    'The router does not tell its address by NAT-PMP',
  ],
  ['silent', [outside(), natPmp(SILENT), upnp(SILENT)], 'The router does not tell its address by NAT-PMP or UPnP'],
  ['silent', [outside(), said('fritzbox', 'gateway', SILENT)], 'The router does not tell its address by fritzbox'],
] as const)('%s: one sentence', (verdict, sightings, words) => {
  const { router } = document(sightings).lines[0]!
  expect(router?.verdict).toBe(verdict)
  expect(router?.explanation).toContain(words)
  expect(router?.explanation).toMatch(/^The router [^.]*(?:\.\d[^.]*)*\.$/)
  expect(text(...sightings)).toContain(router!.explanation)
})

it('the router says that there is none, and others say so too', () => {
  const { router } = document([said('interface', 'host', ''), upnp('')]).lines[0]!
  expect(router).toMatchObject({ verdict: 'agrees', explanation: expect.stringContaining('the line has no IPv4') })
  const differs = document([outside(''), upnp('5.9.1.8'), said('interface', 'host', '')]).lines[0]!
  expect(differs.router?.verdict).toBe('unclear')
})

describe('the text', () => {
  it('marks whose word it is', () => {
    expect(text(outside(), upnp(X))).toBe(`IPv4: ${X}
  public-ip      ${X}  agreed
  upnp (router)  ${X}  agreed
  The router has ${X}, as is seen by others: nothing stands between it and the internet.`)
  })

  it('says of a router that may be missing one quiet line', () => {
    const missing = text(outside(), natPmp(SILENT, true), upnp(SILENT, true))
    expect(missing).toBe(`IPv4: ${X}
  public-ip  ${X}  agreed
  The router does not tell its address by NAT-PMP or UPnP: whether another router or the ISP translates addresses before it is not known.`)
    expect(text(outside(), natPmp(SILENT, true), upnp(X, true))).not.toContain('nat-pmp')
    expect(text(outside(), natPmp(SILENT))).toContain('nat-pmp (router)  -')
  })

  it('of one that keeps its address back, named or not: that it answered', () => {
    for (const optional of [true, undefined] as const)
      expect(text(outside(), upnp(HIDDEN, optional))).toContain(
        'upnp (router)  -        keeps it back: the router shows none',
      )
  })

  it('of carrier-grade NAT: what is seen outside is not believed, and what to do', () => {
    const shown = text(outside(), upnp('100.64.3.4', true))
    expect(shown).toContain('IPv4: unknown\n')
    expect(shown).toContain(`public-ip      ${X}     the ISP's address, shared`)
    expect(shown.match(/Ask the ISP for a public IPv4 address/g)).toHaveLength(1)
    expect(shown).toMatch(/behind-cgnat: the router \(upnp\) has 100\.64\.3\.4/)
  })

  it('names no router where none was asked', () => {
    expect(document([outside()]).lines[0]).not.toHaveProperty('router')
  })
})

it('the JSON marks who may be missing', () => {
  const { sources } = document([outside(), upnp(SILENT, true)]).lines[0]!
  expect(sources).toMatchObject([{ view: 'outside' }, { view: 'gateway', optional: true, judgement: 'failed' }])
  expect(sources[0]).not.toHaveProperty('optional')
})
