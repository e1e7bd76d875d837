import { expect, it } from 'vitest'
import { authenticationCheck } from '../../../src/mail/checks/authentication.ts'
import type { Facts } from '../../../src/mail/facts.ts'
import { facts, said, silent } from '../../support/mail-facts.ts'

const SOUND: Facts['authentication'] = {
  dmarc: { at: '_dmarc.example.com', records: ['v=DMARC1; p=none'] },
  dkim: { found: true, how: 'empty-non-terminal' },
}
const of = (news: Partial<Facts['authentication']>) => ({ authentication: { ...SOUND, ...news } })

it.each<[string, Partial<Facts['authentication']>, readonly RegExp[]]>([
  ['everything is there', {}, []],
  [
    'no DMARC record',
    { dmarc: { at: '_dmarc.example.com', records: [] } },
    [/^warn dmarc-missing: neither _dmarc.example.com nor a name above it .*top level was not asked/],
  ],
  [
    'two DMARC records',
    { dmarc: { at: '_dmarc.example.com', records: ['v=DMARC1', 'v=DMARC1; p=none'] } },
    [/^warn dmarc-missing: _dmarc.example.com has 2 DMARC records/],
  ],
  ['DMARC unknown', { dmarc: silent }, [/^unknown dmarc-missing: the DMARC record of example.com .*silent/]],
  [
    'no name above the selectors',
    { dkim: { found: false, how: 'empty-non-terminal' } },
    [/^warn dkim-missing: _domainkey.example.com does not exist, .*That can be wrong/],
  ],
  [
    'no key of the named selectors',
    { dkim: { found: false, how: 'selectors' } },
    [/^warn dkim-missing: none of the DKIM selectors that you named/],
  ],
  ['DKIM unknown', { dkim: silent }, [/^unknown dkim-missing: the DKIM key of example.com .*silent/]],
])('%s', (_, news, wanted) => {
  expect(said(authenticationCheck, of(news))).toEqual(wanted.map((one) => expect.stringMatching(one)))
})

it('the remedy has the record to publish', () => {
  const [dmarc, dkim] = authenticationCheck.judge(
    facts(of({ dmarc: { at: '_dmarc.example.com', records: [] }, dkim: { found: false, how: 'empty-non-terminal' } })),
  )
  expect(dmarc?.remedy).toContain('_dmarc.example.com: "v=DMARC1; p=none; rua=mailto:postmaster@example.com"')
  expect(dkim?.remedy).toContain('SELECTOR._domainkey.example.com: "v=DKIM1; k=rsa; p=KEY"')
})
