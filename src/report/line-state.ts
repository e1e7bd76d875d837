import { isFlapping, isUnseenOutside, type Link, linkSight } from '../core/link.ts'
import type { LineAnswers } from '../core/plan.ts'
import type { Round } from '../core/round.ts'

/** How a line stands that a host can leave for another. */
export interface LineStateDocument {
  /** `unsure`: without an address, or not seen from outside, and not given up yet; `returning`: it has one again, and is used before others only after `until`. */
  readonly state: Link['state']
  readonly since: string
  /** When that ends by itself; null: never. */
  readonly until: string | null
  /** It was given up so often of late that its return takes longer. */
  readonly flapping: boolean
  /** Its own end has an address, and nobody outside is heard through it. */
  readonly unseenOutside?: true
}

export function lineStatesOf({ state, finished, detected }: Pick<Round, 'state' | 'finished' | 'detected'>): {
  readonly lineStates?: Readonly<Record<string, LineStateDocument>>
} {
  const rows = Object.entries(state.lines ?? {}).flatMap(([line, { link }]) =>
    link ? [[line, { ...documentOf(link, finished), ...(isUnseen(link, detected[line]) && UNSEEN) }] as const] : [],
  )
  return rows.length > 0 ? { lineStates: Object.fromEntries(rows) } : {}
}

/** Of one that works it is said only where it is not the services that are silent. */
function isUnseen({ state }: Link, answers: LineAnswers = {}): boolean {
  return isUnseenOutside(answers) || (state === 'down' && linkSight(answers) === 'alone')
}

const UNSEEN = { unseenOutside: true } as const

const documentOf = (link: Link, now: number): LineStateDocument => ({
  state: link.state,
  since: timeOf(link.since),
  until: link.until === undefined ? null : timeOf(link.until),
  flapping: isFlapping(link, now),
})

/** A stamp that is no date must not cost the document. */
const timeOf = (at: number): string => new Date(Math.min(8.64e15, at)).toISOString()
