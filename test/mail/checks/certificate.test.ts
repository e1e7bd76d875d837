import { X509Certificate } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { SmtpSeen } from '../../../src/mail/ask/smtp.ts'
import { certificateCheck } from '../../../src/mail/checks/certificate.ts'
import type { Facts, HostFacts } from '../../../src/mail/facts.ts'
import { describeWith } from '../../support/needs.ts'
import { makeAuthority } from '../../system/certificates.ts'
import { days, enforced, factsOf, here, idsOf, only, ours, refused, reply, seen, silent, V6 } from '../smtp-facts.ts'

const dane: HostFacts['tlsa'] = { records: [{ usage: 3, selector: 1, matching: 1, data: '00' }], secure: true }

describeWith(['openssl'], 'the certificate', () => {
  let authority: ReturnType<typeof makeAuthority>
  beforeAll(() => {
    authority = makeAuthority()
  })
  const stamp = (instant: number) => `${new Date(instant).toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  const issue = (names = 'DNS:mx.example.com', from = -30, to = 60) =>
    new Uint8Array(new X509Certificate(authority.issue(names, stamp(days(from)), stamp(days(to))).cert).raw)
  const shows = (der: Uint8Array, untrusted?: string): Partial<SmtpSeen> => ({
    starttls: { reply: reply('220 go'), tls: { protocol: 'TLSv1.3', cipher: 'x', chain: [der], untrusted } },
  })
  const judged = (news: Partial<SmtpSeen>, facts: Partial<Facts> = {}, tlsa?: HostFacts['tlsa']) =>
    idsOf(certificateCheck, factsOf([{ ...ours(here(seen(news))), ...(tlsa && { tlsa }) }], facts))

  it.each([
    ['DNS:mx.example.com', []],
    ['DNS:other.example, DNS:MX.example.com', []],
    ['DNS:*.example.com', []],
    ['DNS:example.com', ['warn certificate-name']],
    ['DNS:m*.example.com', ['warn certificate-name']],
    ['DNS:*.com', ['warn certificate-name']],
    ['IP:203.0.113.7', ['warn certificate-name']],
  ])('for %s', (names, expected) => {
    expect(judged(shows(issue(names)))).toEqual(expected)
  })

  it('whose subject has the name, and nothing else', () => {
    const der = new Uint8Array(new X509Certificate(authority.selfSigned('DNS:other.example').cert).raw)
    const facts = factsOf([ours(here(seen(shows(der))))])
    expect(
      only(certificateCheck, { ...facts, hosts: [{ ...facts.hosts[0]!, exchange: 'self' }] }, 'certificate-name'),
    ).toMatchObject({
      message:
        'the certificate of self is for another name (DNS:other.example): senders that look at it may refuse TLS',
    })
  })

  it('for another name, where MTA-STS or DANE decides', () => {
    const other = shows(issue('DNS:other.example'))
    expect(judged(other, enforced)).toEqual(['error certificate-name'])
    expect(judged(other, {}, dane)).toEqual(['info certificate-name'])
    expect(judged(other, enforced, dane)).toEqual(['error certificate-name'])
  })

  it('that is not trusted: a fault for MTA-STS alone', () => {
    const own = shows(issue(), 'DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(judged(own)).toEqual([])
    expect(judged(own, enforced)).toEqual(['error certificate-name'])
    expect(judged(shows(issue(), 'CERT_HAS_EXPIRED'), enforced)).toEqual([])
  })

  it.each([
    ['expired yesterday', -90, -1, ['error certificate-expiry']],
    ['valid from tomorrow', 1, 90, ['error certificate-expiry']],
    ['of 90 days, 13 left', -77, 13, ['warn certificate-expiry']],
    ['of 90 days, 15 left', -75, 15, []],
    ['of 6 days, 3 left', -3, 3, []],
    ['of 6 days, 1 left', -5, 1, ['warn certificate-expiry']],
  ])('%s', (_, from, to, expected) => {
    expect(judged(shows(issue(undefined, from, to)))).toEqual(expected)
  })

  const BOTH = ['unknown certificate-name', 'unknown certificate-expiry']
  it('unknown: no connection, no handshake, nothing that can be read', () => {
    expect(idsOf(certificateCheck, factsOf([ours(here(refused), here(silent, V6))]))).toEqual(BOTH)
    expect(judged({ starttls: { reply: reply('220 go'), tls: silent } })).toEqual(BOTH)
    expect(judged(shows(new Uint8Array([0x30, 0x82, 1, 2])))).toEqual(BOTH)
    const ended = new Failure('network', 'the connection was closed before the greeting')
    expect(judged({ greeting: undefined, ehlo: undefined, starttls: undefined, ended })).toEqual(BOTH)
  })

  it('none to judge: TLS is not offered, or nothing was asked', () => {
    expect(judged({ starttls: undefined, capabilities: [] })).toEqual([])
    expect(idsOf(certificateCheck, factsOf([ours()]))).toEqual([])
  })
})
