import { Failure } from '../core/failure.ts'
import { describeMx, sameMx } from '../core/mx.ts'
import type { World } from '../ports/world.ts'
import type { MxWish } from '../providers/provider.ts'
import { type BoundAccount, toolsOf } from './setup.ts'

/** `unknown`: it was written, perhaps: the answer was lost, and reading back does not show it. */
export type MxOutcome =
  | { readonly kind: 'updated' | 'unchanged' }
  | { readonly kind: 'failed' | 'unknown'; readonly failure: Failure }

/** Writes an MX RRset while no other process of this machine writes. A lost answer is read back. Rejects only where the lock is not to be had. */
export function writeMx(account: BoundAccount, wish: MxWish, world: World, signal: AbortSignal): Promise<MxOutcome> {
  const tools = toolsOf(world, account, signal)
  return world.store.exclusive(async (): Promise<MxOutcome> => {
    try {
      const { changed } = await account.writeMx!(wish, tools)
      return { kind: changed ? 'updated' : 'unchanged' }
    } catch (thrown) {
      const failure = Failure.from(thrown)
      if (!failure.lost) return { kind: 'failed', failure }
      const now = await account.readMx!(wish.domain, tools).catch(Failure.from)
      if (now instanceof Failure) return { kind: 'unknown', failure }
      if (sameMx(now, wish.mx)) return { kind: 'updated' }
      const { kind, message, retryAfter } = failure
      const shown = now.map(describeMx).join(', ') || 'none'
      const words = `${message}; read back, ${account.name} shows the MX ${shown}`
      return { kind: 'unknown', failure: new Failure(kind, words, { retryAfter, lost: true }) }
    }
  }, signal)
}
