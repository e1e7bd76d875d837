import type { Finding } from '../../core/finding.ts'
import { isKnown } from '../../core/plan.ts'
import { parseName } from '../../dns/name.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { about, listed, unexamined } from '../finding.ts'
import { ownerOf } from '../our-hosts.ts'

export const mxCheck: Check = {
  ids: ['mx-unresolvable', 'mx-preference', 'mx-too-many', 'mx-duplicate'],
  judge: (facts) => [
    ...facts.hosts.flatMap((host) => unresolvable(facts, host)),
    ...preference(facts),
    ...tooMany(facts),
    ...duplicate(facts),
  ],
}

/** Of what is no host's name another finding tells. */
function unresolvable(facts: Facts, host: HostFacts): readonly Finding[] {
  const { exchange, alias, role, addresses } = host
  if (parseName(exchange) === undefined) return []
  const known = [addresses.A, addresses.AAAA]
  if (known.some((one) => isKnown(one) && one.length > 0)) return []
  const reference = 'RFC 5321 5.1'
  const failure = known.find((one) => !isKnown(one))
  if (failure && !isKnown(failure))
    return [unexamined('mx-unresolvable', facts, `the address of ${exchange}`, failure, { reference })]
  return [
    about('mx-unresolvable', 'error', facts, {
      message: `the MX of ${facts.domain} names ${exchange}, ${alias === undefined ? 'which' : `an alias of ${alias}, which`} has no address: mail for it bounces or waits`,
      remedy:
        role === 'ours'
          ? `Create the A record of ${ownerOf(host)}, or take ${exchange} out of the MX.`
          : `Ask whoever runs ${exchange} for its address record, or take it out of the MX.`,
      reference,
    }),
  ]
}

/** Senders try the lowest number first. */
function preference(facts: Facts): readonly Finding[] {
  const own = facts.hosts.filter(({ role }) => role === 'ours')
  const best = own.toSorted((one, other) => one.preference - other.preference)[0]
  if (!best) return []
  const before = facts.hosts.filter(({ role, preference }) => role === 'backup' && preference < best.preference)
  if (before.length === 0) return []
  const names = before.map((one) => `${one.exchange} (${one.preference})`)
  return [
    about('mx-preference', 'warn', facts, {
      message: `senders try ${listed(names)} before your ${best.exchange} (${best.preference}): the lowest number is first`,
      remedy: `Give ${ownerOf(best)} 10, and ${listed(before.map(({ exchange }) => exchange))} 20.`,
      reference: 'RFC 5321 5.1',
    }),
  ]
}

function tooMany(facts: Facts): readonly Finding[] {
  const { provider, mx } = facts.wishes
  if (provider?.mostMx === undefined) return []
  const published = facts.hosts.reduce((sum, { times }) => sum + times, 0)
  const count = Math.max(published, mx?.length ?? 0)
  if (count <= provider.mostMx) return []
  const where = count === published ? `${facts.domain} has` : `your configuration wants for ${facts.domain}`
  return [
    about('mx-too-many', 'warn', facts, {
      message: `${where} ${count} MX records, and ${provider.name} takes ${provider.mostMx}`,
      remedy: `Leave out those with the highest numbers: ${provider.mostMx} are more than enough.`,
      reference: `${provider.name}: MX records of a domain`,
    }),
  ]
}

function duplicate(facts: Facts): readonly Finding[] {
  return facts.hosts
    .filter(({ times }) => times > 1)
    .map(({ exchange, times }) =>
      about('mx-duplicate', 'warn', facts, {
        message: `the MX of ${facts.domain} names ${exchange} ${times} times: that makes no second way`,
        remedy: `Leave one of the records of ${exchange}, that with the lowest number.`,
        reference: 'RFC 5321 5.1',
      }),
    )
}
