import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { MtaStsPolicy } from '../ask/mta-sts.ts'
import type { Check } from '../check.ts'
import type { Facts } from '../facts.ts'
import { about, listed, unexamined } from '../finding.ts'
import { policyNames } from '../mta-sts-policy.ts'

export const mtaStsCheck: Check = {
  ids: ['mta-sts-mismatch'],
  judge(facts) {
    const { mtaSts, domain } = facts
    if (mtaSts instanceof Failure)
      return [unexamined(ID, facts, `MTA-STS of ${domain}`, mtaSts, { reference: 'RFC 8461 3.1' })]
    const { records, policy } = mtaSts
    if (records.length === 0) return []
    if (records.length > 1 || !HAS_ID.test(records[0]!)) return [announcement(facts, records)]
    if (policy === undefined) return []
    return policy instanceof Failure ? [unfetched(facts, policy)] : mismatch(facts, policy)
  },
}

const ID = 'mta-sts-mismatch'
/** RFC 8461 3.1. */
const HAS_ID = /;\s*id\s*=\s*[a-z0-9]{1,32}\s*(?:;|$)/i

function announcement(facts: Facts, records: readonly string[]): Finding {
  const name = `_mta-sts.${facts.domain}`
  const many = records.length > 1
  return about(ID, 'warn', facts, {
    message: many
      ? `${name} has ${records.length} records of MTA-STS: senders use none of them`
      : `the record of ${name} has no valid id: senders do not look at the policy`,
    remedy: many ? `Leave one TXT record at ${name}.` : `Publish at ${name} the TXT record "v=STSv1; id=20260101;".`,
    reference: 'RFC 8461 3.1',
  })
}

/** A server that answers otherwise than it must is at fault; one that could not be reached may have had a bad minute. */
function unfetched(facts: Facts, failure: Failure): Finding {
  const { domain } = facts
  if (failure.kind !== 'rejected' && failure.kind !== 'protocol')
    return unexamined(ID, facts, `the MTA-STS policy of ${domain}`, failure, {
      remedy: `See that https://mta-sts.${domain}/ answers with a certificate of that name.`,
      reference: 'RFC 8461 3.3',
    })
  return about(ID, 'warn', facts, {
    message: `${domain} announces MTA-STS, but its policy cannot be used: ${failure.message}`,
    remedy: `Serve the policy at https://mta-sts.${domain}/.well-known/mta-sts.txt as text/plain, without a redirect; or remove the TXT record of _mta-sts.${domain}.`,
    reference: 'RFC 8461 3.2, 3.3',
  })
}

function mismatch(facts: Facts, policy: MtaStsPolicy): readonly Finding[] {
  if (policy.mode === 'none') return []
  const missing = facts.hosts.map(({ exchange }) => exchange).filter((host) => !policyNames(policy, host))
  if (missing.length === 0) return []
  const names = listed(missing)
  const enforced = policy.mode === 'enforce'
  return [
    about(ID, enforced ? 'error' : 'warn', facts, {
      message: `the MTA-STS policy of ${facts.domain} (${policy.mode}) does not name ${names}: ${enforced ? 'senders that heed it send no mail there' : 'once it is enforced, senders send no mail there'}`,
      remedy: `Add ${missing.map((host) => `"mx: ${host}"`).join(' and ')} to the policy, then change the id in the TXT record of _mta-sts.${facts.domain}.`,
      reference: 'RFC 8461 4.1',
    }),
  ]
}
