import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { BlocklistFacts } from '../ask/blocklist.ts'
import { listingOf, whyRefused } from '../blocklist-codes.ts'
import type { Check } from '../check.ts'
import type { Facts } from '../facts.ts'
import { aboutSending, unexamined, unique } from '../finding.ts'
import { sendsFrom } from '../our-hosts.ts'

export const blocklistCheck: Check = {
  ids: ['dnsbl-listed', 'dnsbl-policy', 'dnsbl-unknown'],
  judge: (facts) =>
    unique(facts.blocklists.filter(({ address }) => sendsFrom(facts, address)).flatMap((one) => judgeOne(facts, one))),
}

const CHECKER = 'https://check.spamhaus.org'

function judgeOne(facts: Facts, { address, list, codes }: BlocklistFacts): readonly Finding[] {
  if (codes instanceof Failure) return [unknown(facts, list, codes.message)]
  const refused = codes.map(whyRefused).find((why) => why !== undefined)
  if (refused !== undefined) return [unknown(facts, list, refused)]
  const listings = codes.map(listingOf)
  const namesOf = (kind: 'listed' | 'policy') => [
    ...new Set(listings.filter((one) => one.kind === kind).map(({ name }) => name)),
  ]
  const [bad, policy] = [namesOf('listed'), namesOf('policy')]
  const found: Finding[] = []
  if (bad.length > 0)
    found.push(
      aboutSending('dnsbl-listed', 'error', facts, {
        message: `${address} is on the blocklist ${list} (${bad.join('; ')}): most receivers refuse mail from it`,
        remedy: `Find the cause (an infected device at home, an open relay; or whoever had the address before), then ask for removal at ${CHECKER}.`,
        reference: 'RFC 5782, docs.spamhaus.com',
      }),
    )
  if (policy.length > 0)
    found.push(
      aboutSending('dnsbl-policy', 'error', facts, {
        message: `${address} is in a range of end users (${list}, ${policy.join('; ')}): receivers refuse mail that comes directly from it; nothing is wrong with your server`,
        remedy: `Send by your provider's smarthost; with a fixed address and a reverse name of your own, ask for exclusion at ${CHECKER}.`,
        reference: 'docs.spamhaus.com: PBL',
      }),
    )
  return found
}

const unknown = (facts: Facts, list: string, why: string): Finding =>
  unexamined('dnsbl-unknown', facts, `the blocklist ${list}`, why, {
    remedy:
      facts.wishes.outbound === 'smarthost'
        ? 'Nothing to do as long as all mail leaves by the smarthost.'
        : 'Home and public resolvers are refused: ask with a free key of Spamhaus (MXHOME_DQS_KEY).',
    reference: 'spamhaus.org/news/article/807',
  })
