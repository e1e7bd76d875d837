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
  /** The home's router, whoever is asked; undefined: it is not known. */
  readonly router?: IpAddress | undefined
}

/** A router answers in a few milliseconds; just after a change the first connection may wait a second for its second SYN. */
export const LIMITS = { timeout: 3 * SECOND, maxBytes: 64 * 1024 }

const OFFLINE = { reason: 'offline' } as const

/** The arguments of the answer. Rejects with a Failure. */
export async function callIgd(wan: Wan, action: IgdAction, http: Http, signal: AbortSignal) {
  const request = soapRequest(wan.type, action)
  const url = wan.controlUrl
  return readSoap(await http({ purpose: 'read', url, localAddress: wan.own, ...request, ...LIMITS }, signal), action)
}

export async function askWanAddress(wan: Wan, http: Http, signal: AbortSignal): Promise<WanAddress> {
  const told = readExternalAddress(await callIgd(wan, 'GetExternalIPAddress', http, signal))
  // What this network's own router is reached at is none towards the provider: owners of a FRITZ!Box on DS-Lite have seen it
  // told. A box that is a client in this network may have no other than its own there.
  return told === wan.router ? 'none' : told
}

/**
 * The line's IPv4 address in the router's eyes; undefined: it shows none, although it is connected. Rejects with a Failure,
 * `unavailable`, reason `offline`, while it is not.
 */
export async function askWan(wan: Wan, http: Http, signal: AbortSignal): Promise<IpAddress | undefined> {
  const address = await askWanAddress(wan, http, signal)
  if (address === 'connecting')
    throw new Failure('unavailable', 'the router is just connecting: it shows 0.0.0.0', OFFLINE)
  if (address !== 'none') return address
  await mustBeConnected(wan, http, signal)
  return undefined
}

const statusOf = async (wan: Wan, http: Http, signal: AbortSignal) =>
  readStatus(await callIgd(wan, 'GetStatusInfo', http, signal))

export const isConnected = async (wan: Wan, http: Http, signal: AbortSignal): Promise<boolean> =>
  (await statusOf(wan, http, signal)) === 'Connected'

/** Of a router that shows no address: while it is not connected, that says nothing. Rejects as `askWan` does. */
export async function mustBeConnected(wan: Wan, http: Http, signal: AbortSignal): Promise<void> {
  const status = await statusOf(wan, http, signal)
  if (status === 'Connected') return
  const state = status ?? 'in a state unknown to us'
  throw new Failure('unavailable', `the router shows no address, and its connection is ${state}`, OFFLINE)
}
