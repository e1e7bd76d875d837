import { Failure } from '../core/failure.ts'
import { prefixOf } from '../dns/prefix.ts'
import { type AddressType, addressType, type IpAddress } from '../dns/rrset.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import type { HostAddress } from '../ports/interfaces.ts'

/**
 * What is seen outside is the address that this box goes out with: with privacy extensions (RFC 8981) a temporary one, which
 * is gone tomorrow. In its place the one that lasts in the same network; any other address as it is. Throws a Failure
 * `unavailable` where there is none. `who`: the source, for its message.
 */
export function lasting(seen: IpAddress, all: readonly HostAddress[], who: string): IpAddress {
  const here = all.find(({ address }) => address === seen)
  if (!here || isStable(here)) return seen
  const isBeside = (one: HostAddress) => one.interface === here.interface && networkOf(one) === networkOf(here)
  const [best] = all.filter((one) => isGlobal(one, 'AAAA') && isStable(one) && isBeside(one)).toSorted(byPreference)
  if (best) return best.address
  const what = `sees ${seen}, an address of this machine's ${here.interface} that does not last, and none beside it does`
  const remedy = here.temporary
    ? 'switch privacy extensions off there (net.ipv6.conf.*.use_tempaddr=0)'
    : 'the router must announce its prefix with a preferred lifetime'
  throw new Failure('unavailable', `${who}: ${what}: ${remedy}`)
}

/**
 * Two dynamic addresses of different networks, and neither's lifetime says which the router calls fresh: it is
 * infinite, or not known (without the program `ip`).
 */
export const isDoubtful = (one: HostAddress, other: HostAddress): boolean =>
  [one, other].every(({ dynamic, preferredLifetime }) => dynamic && !Number.isFinite(preferredLifetime)) &&
  [one, other].every((address) => rankOf(address) < UNIQUE_LOCAL) &&
  networkOf(one) !== networkOf(other)

/**
 * The best address in each of an interface's IPv6 networks, the best first. Of addresses that nobody outside could answer
 * none, unless all are such.
 */
export function bestOfEach(all: readonly HostAddress[], name: string): readonly IpAddress[] {
  const isUsable = (one: HostAddress) =>
    one.interface === name && one.down !== true && isGlobal(one, 'AAAA') && isStable(one) && rankOf(one) < UNIQUE_LOCAL
  const usable = all.filter(isUsable).toSorted(byPreference)
  const alike = usable.filter((one) => rankOf(one) === rankOf(usable[0]!))
  const isFirst = (one: HostAddress, i: number) => alike.findIndex((other) => networkOf(other) === networkOf(one)) === i
  return alike.filter(isFirst).map(({ address }) => address)
}

/** The /64 of an interface (RFC 4291 2.5.1). */
const networkOf = ({ address }: HostAddress): IpAddress => prefixOf(address, 64).address

export const isGlobal = ({ scope, address }: HostAddress, type: AddressType): boolean =>
  scope === 'global' && addressType(address) === type

/** RFC 4862 5.5.4, RFC 8981: others must not come to depend on an address that goes away by design. */
export const isStable = (one: HostAddress) => !one.temporary && !one.deprecated && !one.tentative && !one.dadFailed

const UNIQUE_LOCAL = 2

/** Public ones first; then what has the shape of one, which the user may have allowed. ULAs have scope "global" in Linux. */
export function rankOf({ address }: HostAddress): number {
  if (!whyNotPublic(address)) return 0
  return /^[23][0-9a-f]{3}:/.test(address) ? 1 : UNIQUE_LOCAL
}

/**
 * Set by hand before DHCPv6 (a /128) before SLAAC; of several prefixes the one that the router calls fresh: a reconnect
 * leaves the old one behind with a shorter preferred lifetime (RFC 9096). Two for ever, and those of which it is not known,
 * differ by NaN, which is falsy.
 */
export function byPreference(one: HostAddress, other: HostAddress): number {
  return (
    rankOf(one) - rankOf(other) ||
    Number(one.dynamic) - Number(other.dynamic) ||
    Number(other.prefixLength === 128) - Number(one.prefixLength === 128) ||
    other.preferredLifetime - one.preferredLifetime ||
    (one.address < other.address ? -1 : 1)
  )
}
