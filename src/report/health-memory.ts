import type { Instant } from '../core/instant.ts'
import type { RoundDocument, TargetDocument } from './document.ts'
import { isBehind } from './target-standing.ts'

/** Since when something has been wrong with a target: carried from round to round, since one round cannot tell. */
export interface HealthMemory {
  readonly targets: Readonly<Record<string, Since>>
}

interface Since {
  /** What the service accepted differs from the line's address. */
  readonly behind?: Instant | undefined
  readonly addressUnknown?: Instant | undefined
}

export const NO_TROUBLE: HealthMemory = { targets: {} }

/** The name of a target's check: `mail.example.com:A`. */
export const checkName = ({ host, type }: Pick<TargetDocument, 'host' | 'type'>): string => `${host}:${type}`

/** What is still wrong keeps its beginning, what is new begins now; a beginning in the future (clocks jump) counts from now. */
export function nextHealthMemory(memory: HealthMemory, document: RoundDocument, now: Instant): HealthMemory {
  const targets = document.targets.map((target) => {
    const known = memory.targets[checkName(target)]
    const isUnknown = target.why === 'address-unknown'
    return [
      checkName(target),
      {
        // While the address is unknown, whether the target is behind is unknown too: it is not over.
        behind: isBehind(target) || (isUnknown && known?.behind !== undefined) ? since(known?.behind, now) : undefined,
        addressUnknown: isUnknown ? since(known?.addressUnknown, now) : undefined,
      },
    ] as const
  })
  return { targets: Object.fromEntries(targets) }
}

const since = (before: Instant | undefined, now: Instant): Instant => Math.min(before ?? now, now)
