import type { Instant } from '../core/instant.ts'
import { isKnown } from '../core/plan.ts'
import { latelyAfter, recalled, type ShownLately } from '../core/shown-lately.ts'
import { type Sighting, voteOf } from '../core/sighting.ts'
import type { IpSource } from '../line/source.ts'
import type { SourcesQuestion } from './ask-sources.ts'

/** What routers have shown of a carrier that shares its address, in this process; made once, and changed by each round. */
export type ShownByRouters = Map<string, ShownLately>

type Answers = ReadonlyMap<IpSource, Sighting>
type Lately = ReadonlyMap<IpSource, ShownLately>

/** A source's place in what a process remembers. */
export const keyOf = ({ line, type }: Pick<SourcesQuestion, 'line' | 'type'>, { id }: IpSource): string =>
  `${line} ${type} ${id}`

/** What is remembered of this question's sources, as far as it still counts. */
export function stillShown(question: SourcesQuestion, shown: ShownByRouters, now: Instant): Lately {
  const rows = question.sources.flatMap((source) => {
    const kept = latelyAfter(shown.get(keyOf(question, source)), undefined, now)
    return kept ? [[source, kept] as const] : []
  })
  return new Map(rows)
}

/** The answers, and with those that tell nothing what they showed before. */
export const recallOf =
  (question: SourcesQuestion, lately: Lately) =>
  (answers: Answers): Answers =>
    hasChanged(question, answers, (source) => lately.has(source))
      ? answers
      : new Map([...answers].map(([source, one]) => [source, recalled(one, lately.get(source))]))

/** What each source has shown last, after a round. */
export function rememberShown(question: SourcesQuestion, answers: Answers, shown: ShownByRouters, now: Instant): void {
  const changed = hasChanged(question, answers, (source) => shown.has(keyOf(question, source)))
  for (const source of question.sources) {
    const key = keyOf(question, source)
    const answer = answers.get(source)
    const vote = answer && voteOf(question.type, answer, question.rules.allow)
    const after = latelyAfter(changed ? undefined : shown.get(key), vote, now)
    if (after) shown.set(key, after)
    else shown.delete(key)
  }
}

/** One that showed such a thing shows something else: the line is another one, and nothing that was shown before counts. */
const hasChanged = ({ type, rules }: SourcesQuestion, answers: Answers, showed: (source: IpSource) => boolean) =>
  [...answers].some(
    ([source, one]) => showed(source) && isKnown(one.answer) && voteOf(type, one, rules.allow).shared === undefined,
  )
