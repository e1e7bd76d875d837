import { type Detected, isKnown, type LineAnswers, type LineName } from './plan.ts'

/** The lines of which a round learnt no address of either family. Pure. */
export const linesWithout = (detected: Detected): readonly LineName[] =>
  Object.keys(detected).filter((line) => !hasAny(detected[line]))

/**
 * One of the lines that had no address in the round before has one now, whichever a target uses: requests to providers leave
 * by the default route, hence by another line than the one whose address they name. Pure.
 */
export const isLineBack = (without: readonly LineName[], detected: Detected): boolean =>
  without.some((line) => hasAny(detected[line]))

const hasAny = ({ A, AAAA }: LineAnswers = {}): boolean => [A, AAAA].some((known) => isKnown(known) && known.length > 0)
