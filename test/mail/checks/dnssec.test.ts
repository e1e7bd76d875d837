import { expect, it } from 'vitest'
import type { DnssecName } from '../../../src/mail/ask/dnssec.ts'
import { dnssecCheck } from '../../../src/mail/checks/dnssec.ts'
import { facts, said, silent } from '../../support/mail-facts.ts'

const one = (state: DnssecName['state'], news: Partial<DnssecName> = {}): DnssecName => ({
  ...{ name: 'example.com', state, causes: [], why: undefined },
  ...news,
})
const of = (...names: DnssecName[]) => said(dnssecCheck, { dnssec: { names } })

it('says nothing of what is signed well, or not at all', () => {
  expect(of(one('secure'), one('insecure', { name: 'mail.example.com' }))).toEqual([])
})

it('says which names are refused, and the cause', () => {
  const causes = ['signature expired']
  const names = [
    one('bogus', { causes }),
    one('bogus', { name: 'mail.example.com', causes }),
    one('secure', { name: 'mx.example.net' }),
  ]
  expect(of(...names)).toEqual([
    "error dnssec-bogus: resolvers that validate refuse example.com and mail.example.com: the DNSSEC signatures are bad (signature expired), and their users' mail does not arrive",
  ])
  const remedy = (dnssec: DnssecName) => dnssecCheck.judge(facts({ dnssec: { names: [dnssec] } }))[0]!.remedy
  expect(remedy(one('bogus', { causes }))).toMatch(/^Sign the zone again/)
  expect(remedy(one('bogus', { causes: ['no key fits the DS record at the parent'] }))).toMatch(
    /^Correct the DS record/,
  )
  expect(remedy(one('bogus'))).toMatch(/^Correct the DS record/)
})

it('says once why it is unknown', () => {
  const why = 'the resolver 192.168.1.1 is not on this machine'
  expect(of(one('unknown', { why }), one('unknown', { why, name: 'mail.example.com' }))).toEqual([
    `unknown dnssec-bogus: DNSSEC of example.com and mail.example.com could not be examined: ${why}`,
  ])
  expect(said(dnssecCheck, { dnssec: silent })).toEqual([expect.stringMatching(/^unknown dnssec-bogus: .*silent/)])
})
