import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findingsPage } from '../../scripts/findings-page.ts'
import { FINDING_IDS } from '../../src/core/finding.ts'
import { aboutFinding, FINDING_GROUPS } from '../../src/core/finding-catalogue.ts'

/** As the product promises them, in plain. */
const PROMISED =
  `mx-missing null-mx mx-is-alias mx-is-address mx-elsewhere mx-unresolvable mx-servers-differ mx-preference mx-too-many
host-address-differs zone-servers-differ ttl-too-long port-25-closed port-25-inconclusive port-forward-missing smtp-banner-mismatch
smtp-no-starttls certificate-name certificate-expiry open-relay outbound-25-blocked iprev-missing iprev-mismatch iprev-generic
spf-missing spf-fails spf-stale-address dnsbl-listed dnsbl-policy dnsbl-unknown tlsa-mismatch mta-sts-mismatch dnssec-bogus
backup-mx-silent backup-mx-accepts-all aaaa-unreachable mx-duplicate dmarc-missing dkim-missing postmaster-refused
name-servers-unreachable dns-intercepted behind-cgnat double-nat mx-unknown mx-ambiguous mx-host-dropped split-horizon
sources-disagree host-proxied state-unwritable notify-through-itself other-family-unknown fritzbox-verify`.split(/\s+/)

describe('the catalogue of findings', () => {
  it('has every finding that was promised, each once, and no other', () => {
    const listed = FINDING_GROUPS.flatMap(({ ids }) => ids)
    expect(listed.toSorted()).toEqual(PROMISED.toSorted())
    expect([...FINDING_IDS].toSorted()).toEqual(PROMISED.toSorted())
    expect(listed).toHaveLength(new Set(listed).size)
  })

  it('lists them in the order of their ids', () => {
    expect(FINDING_GROUPS.flatMap(({ ids }) => ids)).toEqual([...FINDING_IDS])
  })

  it.each(FINDING_IDS)('%s is told in sentences, for a person', (id) => {
    const { means, why, reference, severities, stopsMail } = aboutFinding(id)
    for (const text of [means, why]) {
      expect(text).toMatch(/^[A-Za-z1][^\p{Cc}|]*\.$/u)
      expect(text).not.toMatch(/ {2}|\n/)
    }
    expect(means.length).toBeLessThan(90)
    expect(why.length).toBeLessThan(180)
    expect(reference).not.toBe('')
    expect(severities).toHaveLength(new Set(severities).size)
    expect(['error', 'warn', 'info', 'unknown'].filter((one) => severities.includes(one as never))).toEqual(severities)
    if (stopsMail) expect(severities).toContain(id === 'null-mx' ? 'info' : 'error')
  })

  it('marks what is only looked for when asked', () => {
    const optIn = FINDING_IDS.filter((id) => aboutFinding(id).optIn)
    expect(optIn).toEqual(['backup-mx-accepts-all', 'open-relay'])
  })

  it('is what docs/findings.md says', () => {
    expect(readFileSync('docs/findings.md', 'utf8')).toBe(findingsPage())
  })
})
