import type { AddressRRset, IpAddress } from '../dns/rrset.ts'
import { Failure } from './failure.ts'

/** What one publish did to one RRset. `unknown`: it was written, perhaps; the answer was lost or contradicts. */
export type Outcome =
  | { readonly kind: 'updated' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure }

export interface Published {
  readonly rrset: AddressRRset
  readonly outcome: Outcome
  /** What a zone API held before the write. */
  readonly before?: readonly IpAddress[] | undefined
  /** The record answers with the addresses of the provider's proxy, not with ours. */
  readonly proxied?: boolean | undefined
}

export const updated: Outcome = { kind: 'updated' }
export const unchanged: Outcome = { kind: 'unchanged' }
export const unknown = (failure: Failure): Outcome => ({ kind: 'unknown', failure })
export const failedBy = (failure: Failure): Outcome => ({ kind: failure.lost ? 'unknown' : 'failed', failure })

/** For kits: what one RRset is refused does not touch the next. */
export async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (thrown) {
    return failedBy(Failure.from(thrown))
  }
}

/** Runs a publish to its end, come what may: every RRset gets exactly one outcome. */
export async function* attempt(
  rrsets: readonly AddressRRset[],
  publish: () => AsyncIterable<Published>,
): AsyncGenerator<Published> {
  const left = new Set(rrsets)
  let failure = new Failure('bug', 'the adapter said nothing about this RRset')
  try {
    for await (const published of publish()) if (left.delete(published.rrset)) yield published
  } catch (thrown) {
    failure = Failure.from(thrown)
  }
  for (const rrset of left) yield { rrset, outcome: failedBy(failure) }
}
