import { Failure } from '../../core/failure.ts'
import { type Milliseconds, SECOND } from '../../core/instant.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'

/** Port 25 from here to large receivers. */
export interface OutboundFacts {
  readonly tried: readonly { readonly host: string; readonly outcome: Outcome }[]
  /** Another port of theirs answers: the line works. */
  readonly isOnline: boolean
}

type Outcome = 'open' | 'refused' | 'silent'

/** Three that are hardly ever all out of service. */
const RECEIVERS = ['gmail.com', 'outlook.com', 'gmx.net']

/** Rejects with a Failure where none of them could be found, or tried. */
export async function askOutbound(asker: Asker, timeout: Milliseconds = 5 * SECOND): Promise<OutboundFacts> {
  const found = await Promise.allSettled(RECEIVERS.map((domain) => exchangeOf(asker, domain)))
  const hosts = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (hosts.length === 0) throw failureOf(found, 'none of them has a mail host')
  const tries = await Promise.allSettled(
    hosts.map(async (host) => ({ host, outcome: await outcomeOf(asker, host, 25, timeout) })),
  )
  const tried = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (tried.length === 0) throw failureOf(tries, 'no connection was tried')
  if (tried.some(({ outcome }) => outcome === 'open')) return { tried, isOnline: true }
  const others = await Promise.allSettled(RECEIVERS.map((domain) => outcomeOf(asker, domain, 443, timeout)))
  return { tried, isOnline: others.some((one) => one.status === 'fulfilled' && one.value === 'open') }
}

/** The host that mail for a domain goes to first. */
async function exchangeOf({ stub }: Asker, domain: string): Promise<string> {
  const { answers } = await stub(domain, 'MX')
  const set = answers.flatMap(({ data }) => (data.type === 'MX' ? [data] : []))
  const [first] = set.toSorted((one, other) => one.preference - other.preference)
  if (!first) throw new Failure('rejected', `${domain} has no MX`)
  return first.exchange
}

/** Rejects with a Failure where it cannot be tried. IPv6 only where there is no way over IPv4. */
async function outcomeOf(asker: Asker, host: string, port: number, timeout: Milliseconds): Promise<Outcome> {
  const { world, signal } = asker
  let failure = new Failure('rejected', `${host} has no address`)
  for (const type of ['A', 'AAAA'] as const) {
    const { answers } = await asker.stub(host, type)
    const address = answers.map(({ data }): IpAddress | undefined => (data.type === type ? data.address : undefined))
    const [first] = address.filter((one) => one !== undefined)
    if (first === undefined) continue
    try {
      const connection = await world.tcp.connect({ server: { address: first, port }, from: 'here', timeout }, signal)
      connection.close()
      return 'open'
    } catch (thrown) {
      failure = Failure.from(thrown)
      if (failure.reason === 'refused' || failure.reason === 'silent') return failure.reason
      if (failure.reason !== 'no-route') throw failure
    }
  }
  throw failure
}

function failureOf(all: readonly PromiseSettledResult<unknown>[], otherwise: string): Failure {
  const rejected = all.find((one) => one.status === 'rejected')
  return rejected ? Failure.from(rejected.reason) : new Failure('network', otherwise)
}
