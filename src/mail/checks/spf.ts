import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import { isKnown } from '../../core/plan.ts'
import { addressType, type IpAddress } from '../../dns/rrset.ts'
import type { SpfFacts } from '../ask/spf.ts'
import type { Check } from '../check.ts'
import type { Facts, LineSeen } from '../facts.ts'
import { ownerOf, sendsFrom } from '../our-hosts.ts'
import { parseRecord } from '../spf/record.ts'
import { findings } from './spf-findings.ts'

export const spfCheck: Check = {
  ids: ['spf-missing', 'spf-fails', 'spf-stale-address'],
  judge: (facts) => {
    const { spf } = facts
    if (spf instanceof Failure) return [findings.unknown(facts, spf)]
    const [record, ...others] = spf.records
    if (record === undefined) return [findings.missing(facts)]
    // What is wrong with the record itself concerns all mail, a smarthost's too.
    if (others.length > 0) return [findings.several(facts, spf.records)]
    const parsed = parseRecord(record)
    if ('why' in parsed) return [findings.malformed(facts, record, parsed)]
    return [...failing(facts, spf, record), ...stale(facts, spf, record)]
  },
}

function failing(facts: Facts, { verdicts }: SpfFacts, record: string): Finding[] {
  const own = verdicts.filter(({ address }) => sendsFrom(facts, address))
  return own.flatMap((verdict) => {
    const { result, address } = verdict
    if (result === 'pass' || result === 'none') return []
    if (result === 'temperror') return [findings.undecided(facts, verdict)]
    return [findings.bad(facts, record, { ...verdict, result }, hostWith(facts, address, 'ours'))]
  })
}

/** Addresses in the record, where a name would follow the line. */
function stale(facts: Facts, { literals }: SpfFacts, record: string): Finding[] {
  const { former, others } = facts.line
  const own = facts.hosts.flatMap(({ role, line }) => (role === 'ours' ? line : []))
  return literals.flatMap((address) => {
    const of = (lines: readonly LineSeen[]) =>
      lines.flatMap<IpAddress | Failure>(({ addresses }) => addresses[addressType(address)] ?? [])
    const current = [...of([facts.line]), ...of([...others, ...own]).filter(isTelling)]
    if (current.includes(address)) return [findings.current(facts, record, address)]
    if (former.includes(address)) {
      // The history does not tell of which line it was: it may be of one that is not known now.
      const unknown = current.find((one) => one instanceof Failure)
      return [unknown ? findings.formerUnknown(facts, address, unknown) : findings.former(facts, record, address)]
    }
    const isOther = former.length === 0 || hostWith(facts, address, 'backup') !== undefined
    return isOther ? [] : [findings.foreign(facts, record, address)]
  })
}

/** That of another line which never has an address of its own tells nothing of ours. */
const isTelling = (one: IpAddress | Failure): boolean =>
  !(one instanceof Failure) || (one.reason !== 'shared-address' && one.kind !== 'unsupported')

function hostWith({ hosts }: Facts, address: IpAddress, wanted: 'ours' | 'backup'): string | undefined {
  const host = hosts.find(({ role, addresses }) => {
    const known = addresses[addressType(address)]
    return role === wanted && isKnown(known) && known.includes(address)
  })
  return host && ownerOf(host)
}
