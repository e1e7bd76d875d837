import { type ErrorKind, Failure } from '../../core/failure.ts'
import { type Endpoint, parseEndpoint } from '../../dns/endpoint.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import { type AddressType, addressType, FAMILY, type IpAddress } from '../../dns/rrset.ts'
import { notCloudflares } from '../cloudflare.ts'
import { named } from '../named.ts'
import {
  type BindingAnswer,
  encodeBindingRequest,
  readBindingAnswer,
  STUN_PORT,
  TRANSACTION_ID_LENGTH,
} from '../protocols/stun.ts'
import type { IpSource, SourceWorld } from '../source.ts'

/** RFC 8489 6.2.1 doubles from 500 ms, for 39.5 s in all: too long for a round, and right after a change the first is often lost. */
const WAITS = [250, 500, 1000, 2000]

/** `stun:HOST[:PORT]`: a STUN server, which tells the address that it is asked from. HOST is a name or an address. */
export function stun(rest: string | undefined): IpSource | undefined {
  const server = serverOf(rest ?? '')
  if (!server) return undefined
  const id = `stun:${server.text}`
  return {
    id,
    view: 'outside',
    types: server.address ? [addressType(server.address)] : ['A', 'AAAA'],
    addresses: async (type, world, signal) => {
      const endpoint = await endpointOf(server, type, world, signal, id)
      const transaction = world.unguessable(TRANSACTION_ID_LENGTH)
      const question = {
        server: endpoint,
        message: () => encodeBindingRequest(transaction),
        waits: WAITS,
        read: (answer: Uint8Array) => readBindingAnswer(answer, transaction),
      }
      const answer = await world.udp.ask(question, signal).catch(named(id))
      return notCloudflares([addressIn(answer, type, id)], id)
    },
  }
}

interface Server {
  readonly text: string
  readonly address?: IpAddress
  readonly name?: DomainName
  readonly port: number
}

function serverOf(text: string): Server | undefined {
  const endpoint = parseEndpoint(text, STUN_PORT)
  if (endpoint) return { ...endpoint, text: describe(endpoint.address, endpoint.port) }
  const [, host = '', digits = String(STUN_PORT)] = /^([^:]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const [name, port] = [parseName(host), Number(digits)]
  if (!name || name.startsWith('*') || port < 1 || port > 65_535) return undefined
  return { name, port, text: describe(name, port) }
}

function describe(host: string, port: number): string {
  if (port === STUN_PORT) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

async function endpointOf(
  { address, name, port }: Server,
  type: AddressType,
  { dns }: SourceWorld,
  signal: AbortSignal,
  id: string,
): Promise<Endpoint> {
  if (address) return { address, port }
  const found = await dns.lookup(name!, { family: type === 'A' ? 4 : 6, signal }).catch(named(id))
  const own = found.find((one) => addressType(one) === type)
  if (own) return { address: own, port }
  throw new Failure('network', `${id}: ${name} has no ${FAMILY[type]} address`, { reason: 'no-family' })
}

function addressIn(answer: BindingAnswer, type: AddressType, id: string): IpAddress {
  if ('error' in answer) throw new Failure(kindOf(answer.error), `${id}: answered with error ${answer.error}`)
  if ('notUnderstood' in answer) {
    const attributes = answer.notUnderstood.map((one) => `0x${one.toString(16).padStart(4, '0')}`).join(', ')
    throw new Failure('protocol', `${id}: the answer holds what mxhome does not know and must (${attributes})`)
  }
  const { mapped } = answer
  if (mapped === undefined) throw new Failure('protocol', `${id}: the answer holds no address`)
  if (mapped === '0.0.0.0' || mapped === '::') throw new Failure('protocol', `${id}: answered ${mapped}, which is none`)
  if (addressType(mapped) === type) return mapped
  throw new Failure('protocol', `${id}: the answer holds no ${FAMILY[type]} address`)
}

/** The hundreds say whose fault it is (RFC 8489 14.8). */
function kindOf(error: number): ErrorKind {
  if (error === 401 || error === 403) return 'auth'
  return error >= 500 && error < 600 ? 'unavailable' : 'protocol'
}
