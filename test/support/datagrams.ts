import { Buffer } from 'node:buffer'
import { Failure } from '../../src/core/failure.ts'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
import type { SourceWorld } from '../../src/line/source.ts'
import type { UdpQuestion } from '../../src/ports/udp.ts'
import { sourceWorld } from './source-world.ts'
import { ip } from './targets.ts'

/** What a server of the test sends back to a request: datagrams, or what the port rejects with. */
export type Answering = (request: Buffer) => readonly Uint8Array[] | Failure

export interface AskedByUdp {
  readonly server: Endpoint
  readonly request: string
  readonly waits: readonly number[]
  readonly localAddress: IpAddress | undefined
}

export const GATEWAY = { address: ip('192.168.178.1'), interface: 'eth0', own: ip('192.168.178.2') }

/** Keeps the datagram port's promises: what is none of the asker's is passed over, and then nobody has answered. */
export function datagramsAnswering(answering: Answering) {
  const asked: AskedByUdp[] = []
  const ask = async <T>(question: UdpQuestion<T>, signal: AbortSignal): Promise<T> => {
    if (signal.aborted) throw new Failure('cancelled', 'aborted')
    const { server, waits, localAddress } = question
    const request = Buffer.from(question.message(GATEWAY.own))
    asked.push({ server, request: request.toString('hex'), waits, localAddress })
    const answers = answering(request)
    if (answers instanceof Failure) throw answers
    for (const answer of answers) {
      const meant = question.read(answer)
      if (meant !== undefined) return meant
    }
    throw new Failure('network', `${server.address} does not answer`, { reason: 'silent' })
  }
  const unheard = () => Promise.reject(new Error('nobody should have listened'))
  const world: SourceWorld = sourceWorld({
    udp: { ask, search: unheard, listen: unheard },
    interfaces: {
      addresses: async () => [],
      defaultRoute: async () => GATEWAY.interface,
      defaultRoutes: async () => [],
      gateway: async () => GATEWAY,
    },
    dns: {
      ...sourceWorld({}).dns,
      lookup: async () => [ip('192.0.2.34'), ip('2001:db8::34')],
    },
  })
  return { asked, world }
}

const octets = (address: string): readonly number[] =>
  address.includes(':')
    ? [
        ...Buffer.from(
          address
            .split(':')
            .map((group) => group.padStart(4, '0'))
            .join(''),
          'hex',
        ),
      ]
    : address.split('.').map(Number)

/** A type, and a value that is filled up to a multiple of four. */
export function attribute(type: number, value: readonly number[]): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, Buffer.from(value), Buffer.alloc((4 - (value.length % 4)) % 4)])
}

/** IPv6 with all of its eight groups. */
export const mapped = (address: string, port = 32_853) => {
  const value = octets(address)
  return [0, value.length === 4 ? 1 : 2, port >> 8, port & 255, ...value]
}

/** As RFC 8489 14.2 hides it. */
export const xorMapped = (request: Buffer, address: string, port?: number) => {
  const mask = [0, 0, request[4]!, request[5]!, ...request.subarray(4)]
  return mapped(address, port).map((octet, i) => octet ^ mask[i]!)
}

/** A STUN message to a request; 0x0101 is success. */
export function stunAnswer(request: Buffer, attributes: readonly Buffer[], type = 0x0101): Buffer {
  const body = Buffer.concat(attributes)
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type)
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, request.subarray(4, 20), body])
}

/** A NAT-PMP gateway's answer to "which is your address?", and its announcement. */
export function natPmpAnswer(address: string, { result = 0, epoch = 3 } = {}): Buffer {
  const bytes = Buffer.alloc(8)
  bytes[1] = 0x80
  bytes.writeUInt16BE(result, 2)
  bytes.writeUInt32BE(epoch, 4)
  return Buffer.concat([bytes, Buffer.from(octets(address))])
}

/** A PCP gateway's ANNOUNCE. */
export function pcpAnnounce({ result = 0, epoch = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(24)
  bytes.set([2, 0x80, 0, result])
  bytes.writeUInt32BE(epoch, 8)
  return bytes
}
