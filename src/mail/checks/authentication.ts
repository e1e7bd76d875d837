import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { Check } from '../check.ts'
import type { Facts } from '../facts.ts'
import { about, unexamined } from '../finding.ts'

export const authenticationCheck: Check = {
  ids: ['dmarc-missing', 'dkim-missing'],
  judge: (facts) => [...dmarcFindings(facts), ...dkimFindings(facts)],
}

const DMARC = 'RFC 7489 6.6.3'
const DKIM = 'RFC 6376 3.6.2'

function dmarcFindings(facts: Facts): Finding[] {
  const { domain } = facts
  const { dmarc } = facts.authentication
  if (dmarc instanceof Failure) {
    return [unexamined('dmarc-missing', facts, `the DMARC record of ${domain}`, dmarc, { reference: DMARC })]
  }
  const { at, records } = dmarc
  if (records.length === 1) return []
  if (records.length > 1) {
    return [
      about('dmarc-missing', 'warn', facts, {
        message: `${at} has ${records.length} DMARC records: receivers use none of them`,
        remedy: `Leave one TXT record that begins with v=DMARC1 at ${at}.`,
        reference: DMARC,
      }),
    ]
  }
  return [
    about('dmarc-missing', 'warn', facts, {
      message: `neither ${at} nor a name above it has a DMARC record (the top level was not asked): anyone can write as ${domain}, and large receivers trust such mail less`,
      remedy: `Publish as TXT record of ${at}: "v=DMARC1; p=none; rua=mailto:postmaster@${domain}". It refuses nothing yet, but you hear who sends as you.`,
      reference: DMARC,
    }),
  ]
}

function dkimFindings(facts: Facts): Finding[] {
  const { domain } = facts
  const { dkim } = facts.authentication
  if (dkim instanceof Failure) {
    return [unexamined('dkim-missing', facts, `the DKIM key of ${domain}`, dkim, { reference: DKIM })]
  }
  if (dkim.found) return []
  const below = `_domainkey.${domain}`
  const publish = `publish its key as TXT record of SELECTOR.${below}: "v=DKIM1; k=rsa; p=KEY".`
  return [
    dkim.how === 'selectors'
      ? about('dkim-missing', 'warn', facts, {
          message: `none of the DKIM selectors that you named has a key below ${below}: signatures cannot be checked`,
          remedy: `Let the mail server sign with one of them, and ${publish}`,
          reference: DKIM,
        })
      : about('dkim-missing', 'warn', facts, {
          message: `${below} does not exist, so ${domain} seems to have no DKIM key: web.de, GMX and others refuse unsigned mail. That can be wrong: some name servers deny names that have no record of their own`,
          remedy: `Let your mail server or smarthost sign, and ${publish} If it signs already, name its selector, and that is looked for.`,
          reference: `${DKIM}, RFC 8020 2`,
        }),
  ]
}
