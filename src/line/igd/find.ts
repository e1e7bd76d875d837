import { Failure } from '../../core/failure.ts'
import type { Milliseconds } from '../../core/instant.ts'
import type { Http } from '../../ports/http.ts'
import type { Gateway } from '../../ports/interfaces.ts'
import type { Datagram, Udp } from '../../ports/udp.ts'
import type { World } from '../../ports/world.ts'
import { IGD_DEVICES, isAt, readDescription, type WanService } from '../protocols/igd.ts'
import { readFound, SSDP, searchMessage } from '../protocols/ssdp.ts'
import { readStatus } from '../protocols/wan-connection.ts'
import { callIgd, LIMITS, type Wan } from './call.ts'

type Service = Wan & WanService

export interface Igd extends Wan, WanService {
  readonly gateway: Gateway
  /** All services of the router that could know, this one too, in the order of its description. */
  readonly all: readonly Service[]
}

/** Datagrams get lost; who answers waits by chance for up to a second (`DELAY`, the least that there is). */
const WAITS: readonly Milliseconds[] = [500, 1000, 1000]
const DELAY = 1
/** Descriptions have a few thousand bytes; a FRITZ!Box's, its icons and all, twenty. */
const DESCRIPTION = { ...LIMITS, maxBytes: 256 * 1024 }

/**
 * The service of the router that knows the line's address: the one that is connected, if there are several. Rejects with a
 * Failure. `waits`: how long an answer to the search is waited for after each sending.
 */
export async function findIgd(
  gateway: Gateway,
  { http, udp }: Pick<World, 'http' | 'udp'>,
  signal: AbortSignal,
  waits = WAITS,
): Promise<Igd> {
  const location = await search(gateway, udp, signal, waits)
  const asked = { purpose: 'read', method: 'GET', url: location, localAddress: gateway.own, ...DESCRIPTION } as const
  const { status, body } = await http(asked, signal)
  if (status !== 200)
    throw new Failure('protocol', `the router answered ${status} to the question for its UPnP description`)
  const all = readDescription(body, location).map((one) => ({ ...one, own: gateway.own, router: gateway.address }))
  // Where there is but one, it may show no address, and knows it all the same.
  const chosen = all.length > 1 ? await connectedOf(all, http, signal) : undefined
  return { ...(chosen ?? all[0]!), gateway, all }
}

/** Whether that is another one now than was chosen; where none is connected, it is not. */
export async function isElsewhere({ all, type, controlUrl }: Igd, http: Http, signal: AbortSignal): Promise<boolean> {
  const now = all.length > 1 ? await connectedOf(all, http, signal) : undefined
  return now !== undefined && !(now.type === type && now.controlUrl === controlUrl)
}

/** The first that is connected. */
async function connectedOf(all: readonly Service[], http: Http, signal: AbortSignal): Promise<Service | undefined> {
  for (const one of all) {
    const values = await callIgd(one, 'GetStatusInfo', http, signal).catch((): Record<string, string> => ({}))
    if (readStatus(values) === 'Connected') return one
  }
  return undefined
}

/** Where its description is: an address on the router itself, told by the router itself. */
async function search(
  { address, own }: Gateway,
  udp: Udp,
  signal: AbortSignal,
  waits: readonly Milliseconds[],
): Promise<string> {
  const heard: { location?: string; foreign?: true } = {}
  const enough = new AbortController()
  const onAnswer = ({ from, bytes }: Datagram) => {
    const found = from.address === address ? readFound(bytes) : undefined
    if (!found || heard.location !== undefined || !IGD_DEVICES.some((device) => device === found.target)) return
    if (isAt(found.location, address)) {
      heard.location = found.location
      enough.abort('found')
    } else heard.foreign = true
  }
  const until = AbortSignal.any([signal, enough.signal])
  // The router alone as well (UDA 1.1, 1.3.2): a firewall that lets in answers takes that of a group's member for none.
  const places = [SSDP, { address, port: SSDP.port }]
  const each = IGD_DEVICES.flatMap((device) =>
    places.map((group) =>
      udp.search({ group, via: own, message: searchMessage(device, DELAY, group), waits }, onAnswer, until),
    ),
  )
  // A firewall of this machine may forbid the group, and let the router be asked.
  const ended = await Promise.allSettled(each)
  if (heard.location !== undefined) return heard.location
  const failed = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (heard.foreign)
    throw new Failure('protocol', "the router's UPnP answer leads to another host, or by another way than HTTP")
  if (failed.length > 0) throw failed[0]
  throw new Failure('network', 'the router does not answer to UPnP; it may be switched off in its settings', {
    reason: 'silent',
  })
}
