import type { Failure } from '../../core/failure.ts'
import { addressType, type IpAddress } from '../../dns/rrset.ts'
import type { SpfVerdict } from '../ask/spf.ts'
import type { Facts } from '../facts.ts'
import { about, aboutSending, unexamined } from '../finding.ts'
import { ownerOf } from '../our-hosts.ts'
import { literalsOf } from '../spf/literal.ts'
import { type Malformed, printable, termsOf } from '../spf/record.ts'

/** Where RFC 7208 says what a receiver makes of it. */
const SECTIONS = { fail: '8.4', softfail: '8.5', neutral: '8.2', permerror: '4.6.4, 8.7' } as const
export type Bad = keyof typeof SECTIONS

const STALE = 'RFC 7208 5.6'

/** What can be wrong with SPF, in the words that the user reads. */
export const findings = {
  unknown: (facts: Facts, failure: Failure) =>
    unexamined('spf-missing', facts, `the SPF record of ${facts.domain}`, failure, { reference: 'RFC 7208 4.4' }),
  missing: (facts: Facts) =>
    about('spf-missing', 'warn', facts, {
      message: `${facts.domain} has no SPF record: receivers cannot tell your mail from a forger's`,
      remedy: first(facts),
      reference: 'RFC 7208 3',
    }),
  several: (facts: Facts, records: readonly string[]) =>
    about('spf-fails', 'error', facts, {
      message: `${facts.domain} has ${records.length} SPF records (${records.map(quoted).join(', ')}): receivers use none of them`,
      remedy: `Leave one. ${publish(facts, merged(records))}`,
      reference: 'RFC 7208 4.5',
    }),
  malformed: (facts: Facts, record: string, { why }: Malformed) =>
    about('spf-fails', 'error', facts, {
      message: `receivers refuse the SPF record of ${facts.domain}: ${why}`,
      remedy: `Mend or remove that term in ${quoted(record)}.`,
      reference: 'RFC 7208 4.6',
    }),
  /** `host`: ours that has the address; undefined: none. */
  bad: (facts: Facts, record: string, verdict: SpfVerdict & { readonly result: Bad }, host: string | undefined) => {
    const { address, result, explanation } = verdict
    const isHard = result === 'fail' || result === 'permerror'
    return aboutSending('spf-fails', isHard ? 'error' : 'warn', facts, {
      message: `mail that comes directly from ${address} gets SPF "${result}": ${explanation}`,
      remedy: remedyFor(facts, record, address, host),
      reference: `RFC 7208 ${SECTIONS[result]}`,
    })
  },
  undecided: (facts: Facts, { address, explanation }: SpfVerdict) =>
    unexamined('spf-fails', facts, `whether SPF lets ${address} send`, explanation, { reference: 'RFC 7208 8.6' }),
  former: (facts: Facts, record: string, address: IpAddress) =>
    about('spf-stale-address', facts.wishes.outbound === 'smarthost' ? 'info' : 'warn', facts, {
      message: `the SPF record of ${facts.domain} still names ${address}, which this line has lost: whoever has it now may send as you`,
      remedy: publish(facts, without(facts, record, address)),
      reference: STALE,
    }),
  formerUnknown: (facts: Facts, address: IpAddress, failure: Failure) =>
    unexamined(
      'spf-stale-address',
      facts,
      `whether this line still has ${address}, which the SPF record of ${facts.domain} names,`,
      failure,
      { remedy: 'See what "mxhome ip" says of the line.', reference: STALE },
    ),
  current: (facts: Facts, record: string, address: IpAddress) =>
    about('spf-stale-address', 'info', facts, {
      message: `the SPF record of ${facts.domain} names this line's address ${address} itself: it is wrong once that changes`,
      remedy: publish(facts, without(facts, record, address)),
      reference: STALE,
    }),
  foreign: (facts: Facts, record: string, address: IpAddress) =>
    about('spf-stale-address', 'info', facts, {
      message: `the SPF record of ${facts.domain} names the address ${address} itself, and your line's addresses change`,
      remedy: `Nothing to do if another server has it for good. Else: ${publish(facts, without(facts, record, address))}`,
      reference: STALE,
    }),
}

const FOLLOWS = '"mx" follows the address of your mail host by itself.'
const quoted = (record: string): string => `"${printable(record)}"`

function publish({ domain }: Facts, record: string): string {
  const text = `Publish as TXT record of ${domain}: ${quoted(record)}.`
  return termsOf(record).includes('mx') ? `${text} ${FOLLOWS}` : text
}

/** For a domain that has none. */
function first(facts: Facts): string {
  // There "mx" matches nothing.
  if (facts.located.findings.some(({ id }) => id === 'null-mx'))
    return `If ${facts.domain} sends no mail either: ${publish(facts, 'v=spf1 -all')}`
  const direct = publish(facts, 'v=spf1 mx -all')
  const relayed = `"v=spf1 include:NAME -all", with the NAME that your smarthost's operator tells.`
  return {
    direct,
    smarthost: `Publish as TXT record of ${facts.domain}: ${relayed}`,
    unknown: `${direct} If you send by a smarthost: ${relayed}`,
  }[facts.wishes.outbound]
}

function remedyFor(facts: Facts, record: string, address: IpAddress, host: string | undefined): string {
  const better = mxFirst(withoutLost(facts, record))
  if (host !== undefined) {
    if (better !== record) return publish(facts, better)
    return `The record is right for ${host}: look again once the TTL of its old address is over.`
  }
  const ours = facts.hosts.find(({ role }) => role === 'ours')
  return `Let the ${addressType(address)} record of ${ours ? ownerOf(ours) : 'your mail host'} hold ${address}, and the TXT record of ${facts.domain} be ${quoted(better)}.`
}

/** What stands first is looked at first: before what fails, and before the limits. */
const mxFirst = (record: string): string =>
  ['v=spf1', 'mx', ...termsOf(record).filter((term) => !/^\+?mx$/i.test(term))].join(' ')

/** Without addresses that the line has lost: two remedies for one record must not contradict each other. */
const withoutLost = ({ line }: Facts, record: string): string => dropping(record, line.former)

/** Without the address; the mail host by its name in its place, unless a smarthost sends. */
function without({ wishes: { outbound } }: Facts, record: string, address: IpAddress): string {
  const left = dropping(record, [address])
  return outbound === 'smarthost' ? left : mxFirst(left)
}

function dropping(record: string, addresses: readonly IpAddress[]): string {
  const isDropped = (term: string) => literalsOf([`v=spf1 ${term}`]).some((one) => addresses.includes(one))
  return ['v=spf1', ...termsOf(record).filter((term) => !isDropped(term))].join(' ')
}

/** The terms of all, and one "all" at the end. */
function merged(records: readonly string[]): string {
  const terms = [...new Set(records.flatMap(termsOf))]
  const ends = terms.filter((term) => /^[+?~-]?all$/i.test(term))
  return ['v=spf1', ...terms.filter((term) => !ends.includes(term)), ends.at(-1) ?? '-all'].join(' ')
}
