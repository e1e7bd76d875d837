import { Failure } from '../../core/failure.ts'
import type { WireName } from '../../dns/message.ts'
import type { DomainName } from '../../dns/name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'
import { checkHost, type SpfResult } from '../spf/check-host.ts'
import type { SpfAsk, SpfType } from '../spf/context.ts'
import { literalsOf } from '../spf/literal.ts'
import { spfRecordsOf } from '../spf/record.ts'
import { dataAt } from './answers.ts'
import { textsAt } from './texts.ts'

export type { SpfResult }

export interface SpfFacts {
  /** Strings that begin with `v=spf1`; more than one is an error (RFC 7208 4.5). */
  readonly records: readonly string[]
  /** check_host() for each of our addresses, as postmaster of the domain. */
  readonly verdicts: readonly SpfVerdict[]
  /** `ip4:` and `ip6:` terms of the domain's own record that let one address send, as addresses. */
  readonly literals: readonly IpAddress[]
}

export interface SpfVerdict {
  readonly address: IpAddress
  readonly result: SpfResult
  /** What matched, or what is wrong with the record. */
  readonly explanation: string
  /** Terms that need DNS; ten are allowed. */
  readonly lookups: number
}

/** Rejects with a Failure where the domain's own record cannot be looked up. */
export async function askSpf(
  asker: Pick<Asker, 'stub'>,
  domain: DomainName,
  addresses: readonly IpAddress[],
  helo: string,
): Promise<SpfFacts> {
  const ask = askOf(asker)
  const records = spfRecordsOf(await textsAt(asker, domain))
  const verdicts = addresses.map(async (address) => {
    const { result, why, lookups } = await checkHost(ask, { address, domain, sender: `postmaster@${domain}`, helo })
    return { address, result, explanation: why, lookups }
  })
  return { records, verdicts: await Promise.all(verdicts), literals: literalsOf(records) }
}

/** A resolver as check_host() wants it. */
const askOf =
  (asker: Pick<Asker, 'stub'>): SpfAsk =>
  (name, type) =>
    valuesAt(asker, name, type).catch(Failure.from)

async function valuesAt(asker: Pick<Asker, 'stub'>, name: WireName, type: SpfType): Promise<readonly string[]> {
  if (type === 'TXT') return textsAt(asker, name)
  const reply = await asker.stub(name, type)
  if (type === 'PTR') return dataAt(reply, name, type).map(({ target }) => target)
  if (type !== 'MX') return dataAt(reply, name, type).map(({ address }) => address)
  const all = dataAt(reply, name, type).toSorted((one, other) => one.preference - other.preference)
  return all.map(({ exchange }) => exchange)
}
