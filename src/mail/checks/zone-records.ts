import type { ServerAnswer } from '../../core/confirmation.ts'
import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import { isKnown } from '../../core/plan.ts'
import { sameAddresses } from '../../dns/rrset.ts'
import { isNewer } from '../../dns/serial.ts'
import type { DelegationFacts } from '../ask/delegation.ts'
import type { Facts } from '../facts.ts'
import { about } from '../finding.ts'

const REFERENCE = 'RFC 1034 4.3.5'

/** Servers of one zone that give different records: by the records themselves, else by the serial. */
export function laggards(facts: Facts, delegation: DelegationFacts | undefined): readonly Finding[] {
  const records = facts.hosts.flatMap(({ exchange, servers }) =>
    Object.entries(servers).flatMap(([type, answers]) =>
      differing(facts, `${type} of ${exchange}`, answers, delegation),
    ),
  )
  return records.length > 0 || !delegation ? records : serials(facts, delegation)
}

function differing(
  facts: Facts,
  what: string,
  answers: readonly ServerAnswer[],
  delegation: DelegationFacts | undefined,
): readonly Finding[] {
  const heard = answers.flatMap(({ name, address, answer }) =>
    isKnown(answer) ? [{ server: name || address, answer }] : [],
  )
  const [first] = heard
  if (!first || heard.every(({ answer }) => sameAddresses(answer, first.answer))) return []
  const said = [...new Set(heard.map(({ server, answer }) => `${server} says ${answer.join(' ') || 'none'}`))]
  const { refresh } = delegation ?? {}
  const late =
    refresh === undefined
      ? 'how long a secondary may lag is not known'
      : `a secondary may lag for ${refresh} s (the refresh of the SOA); whether it is longer, one look cannot tell`
  return [
    about('zone-servers-differ', 'warn', facts, {
      message: `the name servers differ about the ${what}: ${said.join(', ')}; ${late}`,
      remedy: 'Ask again later; if they still differ, mend the transfer (NOTIFY, allow-transfer) to the one that lags.',
      reference: REFERENCE,
    }),
  ]
}

/** Serials alone prove nothing: some providers count at each server by itself. */
function serials(facts: Facts, { apex, servers, refresh }: DelegationFacts): readonly Finding[] {
  const known = servers.flatMap(({ name, address, serial }) =>
    serial instanceof Failure ? [] : [{ server: name || address, serial }],
  )
  const newest = known.reduce<number | undefined>(
    (best, { serial }) => (best === undefined || isNewer(serial, best) ? serial : best),
    undefined,
  )
  const behind = known.filter(({ serial }) => serial !== newest)
  if (behind.length === 0) return []
  const within = refresh === undefined ? '' : ` within ${refresh} s`
  return [
    about('zone-servers-differ', 'info', facts, {
      message: `the serial of ${apex} is ${newest}, but ${behind.map(({ server, serial }) => `${serial} at ${server}`).join(', ')}; the addresses of your hosts are the same`,
      remedy: `Nothing to do if they are equal${within}, or if your provider counts at each server by itself.`,
      reference: REFERENCE,
    }),
  ]
}
