import { Failure } from '../../core/failure.ts'
import type { Asker } from '../asker.ts'
/** Port 25 from here to large receivers. */
export interface OutboundFacts {
  readonly tried: readonly { readonly host: string; readonly outcome: 'open' | 'refused' | 'silent' }[]
  /** Another port of theirs answers: the line works. */
  readonly isOnline: boolean
}

export async function askOutbound(asker: Asker): Promise<OutboundFacts> {
  throw new Failure('unsupported', 'not examined')
}
