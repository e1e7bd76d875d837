import type { Failure } from '../core/failure.ts'
import type { Finding, FindingId } from '../core/finding.ts'
import type { Facts } from './facts.ts'

export type Text = Pick<Finding, 'message' | 'remedy' | 'reference'>

/** What was seen of the domain, why it matters, and what to do. */
export const about = (id: FindingId, severity: Finding['severity'], { domain }: Facts, text: Text): Finding => ({
  ...{ id, severity, domain },
  ...text,
})

const LATER = 'Nothing to do if it passes; else check the network and the resolver (MXHOME_RESOLVERS).'

/** `what` could not be examined; that is no fault. */
export const unexamined = (
  id: FindingId,
  facts: Facts,
  what: string,
  why: Failure | string,
  { remedy = LATER, reference }: { readonly remedy?: string; readonly reference: string },
): Finding =>
  about(id, 'unknown', facts, {
    message: `${what} could not be examined: ${typeof why === 'string' ? why : why.message}`,
    ...{ remedy, reference },
  })

/** What only matters to receivers of mail that comes directly from the line; `severity` is that of who sends so. */
export function aboutSending(id: FindingId, severity: 'error' | 'warn', facts: Facts, text: Text): Finding {
  const { outbound } = facts.wishes
  if (outbound === 'direct') return about(id, severity, facts, text)
  if (outbound === 'smarthost')
    return about(id, 'info', facts, { ...text, remedy: 'Nothing to do as long as all mail leaves by the smarthost.' })
  const remedy = `If you send directly: ${text.remedy} (MXHOME_OUTBOUND says how you send.)`
  return about(id, 'warn', facts, { ...text, remedy })
}

/** `a, b and c` */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** Each finding once. */
export const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [one.id + one.message, one])).values(),
]
