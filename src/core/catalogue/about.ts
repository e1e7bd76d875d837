import type { Severity } from '../finding.ts'

/** What is known of a finding before anything is examined. Sentences: they end with a full stop. */
export interface FindingAbout {
  /** What it says, in one line. */
  readonly means: string
  /** Why it matters, for someone who reads it tired. */
  readonly why: string
  /** The standard, or who demands it. */
  readonly reference: string
  /** How severe it can be, the worst first. */
  readonly severities: readonly [Severity, ...Severity[]]
  /** An error of this kind keeps the domain's mail from arriving at all, and so does a null MX, which is none; others lose or delay some. */
  readonly stopsMail?: true
  /** Every round looks after it by itself, so that the daemon's examination does not tell it again. */
  readonly byRound?: true
  /** Only looked for when the user asks so: the option. */
  readonly optIn?: '--relay-test'
}
