import type { Finding, FindingId } from '../core/finding.ts'
import type { Facts } from './facts.ts'

/** One family of findings. Pure: what is not known is no error, and says so as `unknown`. */
export interface Check {
  /** What it can find; nothing else comes out of it. */
  readonly ids: readonly FindingId[]
  readonly judge: (facts: Facts) => readonly Finding[]
}
