import { MINUTE, type Milliseconds } from '../../core/instant.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import { type Epoch, hasBegunAnew, readAddressResponse } from '../protocols/nat-pmp.ts'
import { hasGoneOn, readAnnouncement } from '../protocols/pcp.ts'

/** What one gateway has announced last. */
export interface Announced extends Epoch {
  readonly by: 'nat-pmp' | 'pcp'
  /** undefined: it said none. */
  readonly address: IpAddress | undefined
}

/** Ten times, each after twice as long, from 250 ms on (RFC 6886 3.2.1): it takes two minutes. */
const REPEATS_LAST = 3 * MINUTE
/** A gateway that speaks both says the same thing in both. */
const ONE_BREATH = 100

/**
 * What becomes of what is known when a datagram comes from the gateway, and whether it is news. NAT-PMP: another address, or
 * a gateway that has begun anew. PCP tells no address: each announcement is news, save repeats, whose epoch has visibly gone
 * on. In the same second it may also be the next change: a line that comes back a moment after it went. undefined: no
 * announcement.
 */
export function announced(
  before: Announced | undefined,
  bytes: Uint8Array,
  at: Milliseconds,
): { readonly now: Announced; readonly isNews: boolean } | undefined {
  const told = readAddressResponse(bytes)
  if (told) {
    const address = told.address === '0.0.0.0' ? undefined : told.address
    const now = { by: 'nat-pmp', epoch: told.epoch, at, address } as const
    return { now, isNews: !before || before.address !== address || hasBegunAnew(before, now) }
  }
  const restarted = readAnnouncement(bytes)
  if (!restarted) return undefined
  const now = { by: 'pcp', epoch: restarted.epoch, at, address: undefined } as const
  if (before && isTheSame(before, now)) return { now: { ...now, address: before.address }, isNews: false }
  return { now, isNews: true }
}

function isTheSame(before: Announced, now: Epoch): boolean {
  const elapsed = now.at - before.at
  if (before.by === 'nat-pmp' && elapsed < ONE_BREATH && hasGoneOn(before, now)) return true
  return elapsed < REPEATS_LAST && now.epoch > before.epoch && hasGoneOn(before, now)
}
