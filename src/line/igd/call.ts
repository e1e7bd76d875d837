import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Http } from '../../ports/http.ts'
import type { WanService } from '../protocols/igd.ts'
import { type IgdAction, readSoap, soapRequest } from '../protocols/soap.ts'
import { readExternalAddress, readStatus, type WanAddress } from '../protocols/wan-connection.ts'

/** A service that knows a line's address, and from where it is asked. */
export interface Wan extends Pick<WanService, 'type' | 'controlUrl'> {
  /** This box's own address towards it; undefined: whichever leads there. */
  readonly own?: IpAddress | undefined
}

/** A router answers in a few milliseconds; just after a change the first connection may wait a second for its second SYN. */
export const LIMITS = { timeout: 3 * SECOND, maxBytes: 64 * 1024 }

/** The arguments of the answer. Rejects with a Failure. */
export async function callIgd(wan: Wan, action: IgdAction, http: Http, signal: AbortSignal) {
  const request = soapRequest(wan.type, action)
  const url = wan.controlUrl
  return readSoap(await http({ purpose: 'read', url, localAddress: wan.own, ...request, ...LIMITS }, signal), action)
}

export const askWanAddress = async (wan: Wan, http: Http, signal: AbortSignal): Promise<WanAddress> =>
  readExternalAddress(await callIgd(wan, 'GetExternalIPAddress', http, signal))

/**
 * The line's IPv4 address in the router's eyes; [] = it is connected, and has none (DS-Lite). Rejects with a Failure,
 * `unavailable` while it is connecting.
 */
export async function askWan(wan: Wan, http: Http, signal: AbortSignal): Promise<readonly IpAddress[]> {
  const address = await askWanAddress(wan, http, signal)
  if (address === 'connecting') throw new Failure('unavailable', 'the router is just connecting: it shows 0.0.0.0')
  if (address !== 'none') return [address]
  const status = readStatus(await callIgd(wan, 'GetStatusInfo', http, signal))
  if (status === 'Connected') return []
  throw new Failure(
    'unavailable',
    `the router shows no address, and its connection is ${status ?? 'in a state unknown to us'}`,
  )
}
