import { Failure } from '../../core/failure.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Gateway } from '../../ports/interfaces.ts'
import { homeRouter } from '../igd/gateway.ts'
import { named } from '../named.ts'
import {
  ADDRESS_REQUEST,
  type AddressResponse,
  GATEWAY_PORT,
  NAT_PMP,
  readAddressResponse,
} from '../protocols/nat-pmp.ts'
import { readPcpResponse } from '../protocols/pcp.ts'
import type { IpSource, SourceWorld } from '../source.ts'

const id = 'nat-pmp'
/** RFC 6886 3.1 doubles from 250 ms, nine times, for 128 s in all: too long for a round. */
const WAITS = [250, 500, 1000]

/** `nat-pmp`: the router, by NAT-PMP (RFC 6886). Its own IPv6 address would not be that of this box. */
export function natPmp(rest: string | undefined): IpSource | undefined {
  if (rest !== undefined) return undefined
  return {
    id,
    view: 'gateway',
    types: ['A'],
    addresses: async (_, world, signal) => {
      const gateway = await homeRouter(world.interfaces).catch(named(id))
      return [addressIn(await ask(gateway, world, signal), `${id}: the router ${gateway.address}`)]
    },
  }
}

type Response = AddressResponse | 'pcp-alone'

async function ask(gateway: Gateway, { udp }: SourceWorld, signal: AbortSignal): Promise<Response> {
  const question = {
    server: { address: gateway.address, port: GATEWAY_PORT },
    message: () => ADDRESS_REQUEST,
    waits: WAITS,
    // A router with PCP alone answers in its own version (RFC 6887 9).
    read: (answer: Uint8Array): Response | undefined =>
      readAddressResponse(answer) ?? (readPcpResponse(answer) && 'pcp-alone'),
    localAddress: gateway.own,
  }
  return udp.ask(question, signal).catch(explained(gateway.address))
}

const explained =
  (router: IpAddress) =>
  (thrown: unknown): never => {
    const failure = Failure.from(thrown)
    const what = {
      refused: 'does not speak NAT-PMP, or it is switched off there',
      silent: 'does not answer to NAT-PMP: it does not speak it, or a firewall is between',
    }[failure.reason as string]
    if (what) throw new Failure(failure.kind, `${id}: the router ${router} ${what}`, failure)
    return named(id)(failure)
  }

function addressIn(response: Response, router: string): IpAddress {
  if (response === 'pcp-alone') throw new Failure('unsupported', `${router} ${PCP_ALONE}`)
  const { result, address } = response
  if (address === '0.0.0.0')
    throw new Failure('unavailable', `${router} has no address yet: its line is down`, { reason: 'offline' })
  if (address) return address
  const [kind, words] = REFUSALS[result] ?? (['protocol', `answered with the unknown result ${result}`] as const)
  throw new Failure(kind, `${router} ${words}`, { reason: result === NAT_PMP.networkFailure ? 'hidden' : undefined })
}

const PCP_ALONE = 'speaks PCP but not NAT-PMP: it tells its address only along with an open port. Ask it by upnp'

/** What a result other than success means (RFC 6886 3.5). miniupnpd gives 3 for each address that is not public. */
const REFUSALS: Readonly<Record<number, readonly [Failure['kind'], string]>> = {
  [NAT_PMP.version]: ['unsupported', 'does not speak this version of NAT-PMP'],
  [NAT_PMP.refused]: ['auth', 'refuses to tell its address: NAT-PMP is not allowed for this device'],
  [NAT_PMP.networkFailure]: [
    'unavailable',
    'has no public address to tell: its line is down, or it is itself behind another router or carrier-grade NAT and hides that address',
  ],
  [NAT_PMP.outOfResources]: ['unavailable', 'cannot tell its address now (out of resources)'],
  [NAT_PMP.opcode]: ['unsupported', 'does not tell its address by NAT-PMP'],
}
