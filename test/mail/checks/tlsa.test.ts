import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { SmtpFacts } from '../../../src/mail/ask/smtp.ts'
import type { Tlsa, TlsaFacts } from '../../../src/mail/ask/tlsa.ts'
import { tlsaCheck } from '../../../src/mail/checks/tlsa.ts'
import { backup, facts, host, port, said, silent } from '../../support/mail-facts.ts'
import { describeWith } from '../../support/needs.ts'
import { makeAuthority } from '../../system/certificates.ts'

const sha = (bytes: Uint8Array, how = 'sha256') => createHash(how).update(bytes).digest('hex')

describeWith(['openssl'], 'tlsa-mismatch', () => {
  const authority = makeAuthority()
  const [ca, leaf, other, stranger] = [
    readFileSync(authority.caFile, 'utf8'),
    authority.issue('DNS:mail.example.com').cert,
    authority.issue('DNS:else.example.com').cert,
    makeAuthority().issue('DNS:mail.example.com').cert,
  ].map((pem) => new X509Certificate(pem)) as [X509Certificate, X509Certificate, X509Certificate, X509Certificate]
  const spki = (one: X509Certificate) => one.publicKey.export({ type: 'spki', format: 'der' })
  const chain = [leaf.raw, ca.raw]
  const record = (usage: number, selector: number, matching: number, data: string): Tlsa => ({
    usage,
    selector,
    matching,
    data,
  })

  const judged = (tlsa: TlsaFacts, ports: readonly SmtpFacts[]) => said(tlsaCheck, { hosts: [host({ tlsa, ports })] })
  const of = (records: readonly Tlsa[], ports = [port(chain)]) => judged({ records, secure: true }, ports)

  it.each([
    ['3 0 0', record(3, 0, 0, leaf.raw.toString('hex'))],
    ['3 0 1', record(3, 0, 1, sha(leaf.raw))],
    ['3 0 2', record(3, 0, 2, sha(leaf.raw, 'sha512'))],
    ['3 1 0', record(3, 1, 0, spki(leaf).toString('hex'))],
    ['3 1 1', record(3, 1, 1, sha(spki(leaf)))],
    ['3 1 2', record(3, 1, 2, sha(spki(leaf), 'sha512'))],
    ['2 0 1', record(2, 0, 1, sha(ca.raw))],
    ['2 1 1', record(2, 1, 1, sha(spki(ca)))],
    ['2 0 0', record(2, 0, 0, ca.raw.toString('hex'))],
  ])('%s fits', (_, fitting) => {
    expect(of([fitting])).toEqual([])
    expect(of([record(3, 1, 1, sha(spki(other))), fitting])).toEqual([])
    const first = fitting.data.startsWith('00') ? 'ff' : '00' // keys are made by chance
    const { usage, selector, matching, data } = fitting
    expect(of([record(usage, selector, matching, `${first}${data.slice(2)}`)])).toHaveLength(1)
  })

  it('2 0 0 fits although the server leaves the authority out', () => {
    expect(of([record(2, 0, 0, ca.raw.toString('hex'))], [port([leaf.raw])])).toEqual([])
    expect(of([record(2, 0, 1, sha(ca.raw))], [port([leaf.raw])])).toHaveLength(1)
  })

  it.each([
    ['an authority that has not signed it', record(2, 0, 1, sha(ca.raw)), [stranger.raw, ca.raw]],
    ['an authority, but of another name', record(2, 0, 1, sha(ca.raw)), [other.raw, ca.raw]],
    ['the own certificate as an authority', record(2, 0, 1, sha(leaf.raw)), chain],
    ['the authority as the own certificate', record(3, 0, 1, sha(ca.raw)), chain],
  ])('does not fit: %s', (_, some, shown) => {
    expect(of([some], [port(shown)])).toEqual([
      expect.stringMatching(/^error tlsa-mismatch: no TLSA record of _25._tcp.mail.example.com fits/),
    ])
  })

  it.each<[TlsaFacts['secure'], RegExp | undefined]>([
    [true, /^error .*send no mail there$/],
    [undefined, /^warn .*if the zone is signed, which no resolver on this machine can tell$/],
    [false, undefined],
  ])('secure %s', (secure, wanted) => {
    const records = [record(3, 1, 1, sha(spki(other)))]
    expect(judged({ records, secure }, [port(chain)])).toEqual(wanted ? [expect.stringMatching(wanted)] : [])
  })

  it('names the address and the record that would fit', () => {
    const tlsa = { records: [record(3, 1, 1, sha(spki(other)))], secure: true }
    const [found] = tlsaCheck.judge(
      facts({ hosts: [host({ tlsa, ports: [port(chain), port(chain, { from: 'outside' })] })] }),
    )
    expect(found?.message).toContain('the certificate that 203.0.113.7 shows')
    expect(found?.remedy).toContain(`"3 1 1 ${sha(spki(leaf))}"`)
  })

  it('records that no sender looks at', () => {
    const useless = [record(1, 1, 1, sha(spki(leaf))), record(3, 2, 1, ''), record(3, 1, 3, '')]
    expect(of(useless)).toEqual([expect.stringMatching(/^warn tlsa-mismatch: .*\(1 1 1, 3 2 1, 3 1 3\)/)])
    expect(judged({ records: useless, secure: false }, [port(chain)])).toEqual([])
  })

  it('says why it could not be compared', () => {
    const wanted = (reason: string) => [expect.stringMatching(new RegExp(`^unknown tlsa-mismatch: .*${reason}`))]
    const records = [record(3, 1, 1, sha(spki(leaf)))]
    const seen = port(chain).seen as Exclude<SmtpFacts['seen'], Failure>
    const heard = (news: Partial<typeof seen>) => of(records, [port([], { seen: { ...seen, ...news } })])
    const failed = new Failure('network', 'the handshake failed')
    expect(of(records, [])).toEqual(wanted('port 25 was not asked'))
    expect(of(records, [port([], { seen: silent })])).toEqual(wanted('silent'))
    expect(of(records, [port([Buffer.from('junk')])])).toEqual(wanted('cannot be read'))
    expect(heard({ starttls: { reply: undefined, tls: failed } })).toEqual(wanted('the handshake failed'))
    expect(heard({ starttls: undefined })).toEqual(wanted('offers no STARTTLS'))
    expect(heard({ starttls: undefined, ended: silent })).toEqual(wanted('silent'))
    expect(said(tlsaCheck, { hosts: [host({ tlsa: silent })] })).toEqual(wanted('silent'))
  })

  it('without records, and of hosts that others run, there is nothing to say', () => {
    expect(of([])).toEqual([])
    const tlsa = { records: [record(3, 1, 1, sha(spki(other)))], secure: true }
    expect(said(tlsaCheck, { hosts: [backup({ tlsa, ports: [port(chain)] })] })).toEqual([])
  })
})
