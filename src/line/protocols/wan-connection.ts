import { Failure } from '../../core/failure.ts'
import { type Prefix, prefixOf } from '../../dns/prefix.ts'
import { addressType, type IpAddress, parseAddress } from '../../dns/rrset.ts'

type Values = Readonly<Record<string, string>>

/** `none`: an empty string, which is how a gateway says that it has none (WANIPConnection:2, 2.3.13); `connecting`: 0.0.0.0. */
export type WanAddress = IpAddress | 'none' | 'connecting'

/** What a value of ExternalIPAddress says; undefined: nothing that can be understood. */
export function readWanAddress(text: string): WanAddress | undefined {
  if (text === '') return 'none'
  if (text === '0.0.0.0') return 'connecting'
  const address = parseAddress(text)
  return address && addressType(address) === 'A' ? address : undefined
}

/** The answer to GetExternalIPAddress. Throws a Failure `protocol`. */
export function readExternalAddress({ NewExternalIPAddress: text }: Values): WanAddress {
  const address = text === undefined ? undefined : readWanAddress(text)
  if (address !== undefined) return address
  throw new Failure('protocol', "the router's answer to GetExternalIPAddress is no IPv4 address")
}

/** Of both kinds of service; each has some of them. */
const STATES = [
  'Unconfigured',
  'Connecting',
  'Authenticating',
  'Connected',
  'PendingDisconnect',
  'Disconnecting',
  'Disconnected',
] as const
export type ConnectionStatus = (typeof STATES)[number]

/** The answer to GetStatusInfo; undefined: a state that nobody knows. */
export const readStatus = ({ NewConnectionStatus: text }: Values): ConnectionStatus | undefined =>
  STATES.find((state) => state === text)

/**
 * The answer to X_AVM_DE_GetIPv6Prefix; undefined: the line has none, which FRITZ!Boxes say by an empty string and by a
 * lifetime of 0. Some write `2001:db8:1::/56`, others the bare prefix. Throws a Failure `protocol`.
 */
export function readPrefix(values: Values): Prefix | undefined {
  const { NewIPv6Prefix: text, NewPrefixLength: given, NewValidLifetime: lifetime } = values
  if (text === '' || (text !== undefined && isOver(lifetime))) return undefined
  const [bare = '', written = given] = text?.split('/') ?? []
  const address = parseAddress(bare)
  const length = lengthOf(written)
  const agree = given === undefined || lengthOf(given) === length
  if (!address || addressType(address) !== 'AAAA' || length === undefined || !agree) {
    throw new Failure('protocol', "the router's answer to X_AVM_DE_GetIPv6Prefix is no IPv6 prefix")
  }
  return prefixOf(address, length)
}

/**
 * The answer to X_AVM_DE_GetExternalIPv6Address, of the router's own address; undefined: it has none, which is said as with
 * the prefix. Throws a Failure `protocol`.
 */
export function readExternalIpv6({
  NewExternalIPv6Address: text,
  NewValidLifetime: lifetime,
}: Values): IpAddress | undefined {
  if (text === '' || text === '::' || (text !== undefined && isOver(lifetime))) return undefined
  const address = parseAddress(text ?? '')
  if (address && addressType(address) === 'AAAA') return address
  throw new Failure('protocol', "the router's answer to X_AVM_DE_GetExternalIPv6Address is no IPv6 address")
}

const isOver = (lifetime: string | undefined) => /^0+$/.test(lifetime ?? '')

function lengthOf(text: string | undefined): number | undefined {
  const length = /^\d{1,3}$/.test(text ?? '') ? Number(text) : 0
  return length > 0 && length <= 128 ? length : undefined
}
