import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { joined } from '../core/joined.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import { type AddressType, addressType, type IpAddress } from '../dns/rrset.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import { homeRouter } from '../line/igd/gateway.ts'
import type { SourceWorld } from '../line/source.ts'
import type { Dns } from '../ports/dns.ts'
import type { World } from '../ports/world.ts'

type Asked = Pick<SourceWorld, 'dns' | 'interfaces'> & Pick<World, 'clock'>

/** This box's address on the line, of each family that it has there. */
export type OwnAddresses = Readonly<Record<4 | 6, IpAddress | undefined>>

/** So long the system's resolver has the word alone: its cache, or a server that is well, answers sooner. */
const HEAD_START = 250
/** And so long its refusal waits for another answer: a source has a few seconds in all. */
const GRACE = SECOND
const DNS_PORT = 53

/**
 * Looks a source's name up as this machine's other programs do. Where that fails or keeps silent, which it may for the sake
 * of another line that is dead (the first server of resolv.conf is that line's router), the line's own router and the public
 * servers of resolv.conf are asked as well, from the line's own address. The first who knows an address of the name is
 * believed.
 */
export function lookUpThrough(own: OwnAddresses, { dns, interfaces, clock }: Asked): Dns['lookup'] {
  return async (host, { family, signal } = {}) => {
    const over = new AbortController()
    const until = joined(over.signal, ...(signal ? [signal] : []))
    const bySystem = dns.lookup(host, { family, signal })
    const afterGrace = async (thrown: unknown): Promise<never> => {
      await clock.sleep(GRACE, until.signal)
      throw thrown
    }
    const nobody = (): Promise<readonly IpAddress[]> => {
      if (signal?.aborted) throw new Failure('cancelled', `stopped while ${host} was looked up`)
      return bySystem
    }
    try {
      const headStart = clock.sleep(HEAD_START, until.signal)
      const found = await Promise.race([bySystem, headStart]).catch(() => undefined)
      if (found || signal?.aborted) return found ?? nobody()
      const types = (['A', 'AAAA'] as const).filter((type) => family === undefined || (family === 4) === (type === 'A'))
      const byLine = askServers(host, types, own, { dns, interfaces, clock }, until.signal)
      return await Promise.race([bySystem.catch(afterGrace), byLine.catch(nobody)])
    } finally {
      over.abort('found')
      until.end()
    }
  }
}

/** Rejects when nobody knows an address; with what does not matter. */
async function askServers(
  host: string,
  types: readonly AddressType[],
  own: OwnAddresses,
  { dns, interfaces }: Asked,
  signal: AbortSignal,
): Promise<readonly IpAddress[]> {
  const ask = async (server: Endpoint): Promise<readonly IpAddress[]> => {
    const localAddress = own[addressType(server.address) === 'A' ? 4 : 6]
    if (localAddress === undefined) return []
    const asked = types.map(async (type) => {
      const { answers } = await dns.query({ server, name: host, type, recursion: true, localAddress }, signal)
      return answers.flatMap(({ data }) => (data.type === type ? [data.address] : []))
    })
    return (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  }
  const known = async (server: Endpoint) => {
    const found = await ask(server)
    if (found.length > 0) return found
    throw new Error(host)
  }
  const [router, named] = await Promise.all([
    homeRouter(interfaces).then(
      ({ address }) => [{ address, port: DNS_PORT }],
      () => [],
    ),
    dns.resolvers().catch(() => []),
  ])
  // Out there, a private address is a stranger's; at home, the system's resolver has asked it.
  const others = named.filter(({ address }) => whyNotPublic(address) === undefined)
  return Promise.any([...router, ...others].map(known))
}
