import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import type { MxSet } from '../core/locate.ts'
import { type MxProof, proofOf } from '../core/mx-proof.ts'
import type { DomainName } from '../dns/name.ts'
import { type MxAtServer, mxOf } from '../lookup/mx.ts'
import type { World } from '../ports/world.ts'
import type { Setup } from './setup.ts'

export interface MxEvidence {
  readonly proof: MxProof
  readonly servers: readonly MxAtServer[]
}

/** Asks every authoritative server until all that answer have the set, or `confirmTimeout` is over. Never rejects. */
export async function confirmMx(
  domain: DomainName,
  wanted: MxSet,
  { asking, config }: Setup,
  { clock }: World,
  signal: AbortSignal,
): Promise<MxEvidence> {
  const end = clock.now() + config.confirmTimeout
  for (let pause = 100; ; pause = Math.min(2 * pause, 5 * SECOND)) {
    const { servers, resolver } = await mxOf(asking, domain, signal)
    // Who was cut off before it could answer has not been silent.
    const isCut = signal.aborted && servers.some(({ mx }) => mx instanceof Failure && mx.kind === 'cancelled')
    const proof = isCut ? 'pending' : proofOf(servers, resolver, wanted)
    const timeIsUp = clock.now() + pause > end
    if (proof === 'confirmed' || timeIsUp || signal.aborted) return { proof, servers }
    await clock.sleep(pause, signal)
  }
}
