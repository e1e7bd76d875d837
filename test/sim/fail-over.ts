import type { Instant } from '../../src/core/instant.ts'
import { isKnown, type LineName } from '../../src/core/plan.ts'
import type { Round } from '../../src/core/round.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import type { Moment } from './invariants.ts'
import type { Process } from './process.ts'

/** A line that flaps is trusted again after eight times its time at the latest. */
const LONGEST = 8

type Rules = NonNullable<Moment['home']['config']['lines']>[number]

/**
 * Looks at which of its lines a host is on, by what the rounds themselves have seen: on one that is long without an address
 * only while none of the others has one, and on its first again once that one has long had its address.
 */
export function watchFailOver({ home, onBroken }: Pick<Moment, 'home' | 'onBroken'>) {
  const rules = new Map(home.config.lines?.map((one): [LineName, Rules] => [one.name, one]))
  /** Since when no round of this process has seen the line otherwise, by the machine's clock. */
  const since = new Map<LineName, { readonly isUp: boolean; readonly at: Instant }>()
  let last: { readonly process: Process; readonly finished: Instant } | undefined

  return ({ detected, started, finished }: Round, { targets }: Pick<RoundDocument, 'targets'>, process: Process) => {
    // Of what another process has seen, or the same before its clock was set back, only the disk could tell: not judged.
    if (last && (last.process !== process || started < last.finished || finished < started)) since.clear()
    last = { process, finished }
    for (const [line, { A, AAAA }] of Object.entries(detected)) {
      const [isUp, ...others] = [A, AAAA].flatMap((known) => (known ? [isKnown(known) && known.length > 0] : []))
      // With one family alone the line is up or not by rules of the product's own: not judged.
      if (isUp === undefined || others.some((other) => other !== isUp)) since.delete(line)
      else if (since.get(line)?.isUp !== isUp) since.set(line, { isUp, at: finished })
    }
    const isFor = (line: LineName, wanted: boolean, ms: number) => {
      const seen = since.get(line)
      return seen?.isUp === wanted && started - seen.at >= ms
    }
    for (const { host, line, lines = [] } of targets) {
      const first = lines[0]
      if (first === undefined || lines.length < 2) continue
      const other = lines.find((one) => since.get(one)?.isUp)
      if (other && isFor(line, false, rules.get(line)!.lineDownAfter))
        onBroken('works-on', `${host} is on ${line}, which has long had no address, and ${other} has one`)
      if (line !== first && isFor(first, true, LONGEST * rules.get(first)!.failbackAfter))
        onBroken('works-on', `${host} is on ${line}, and its first line ${first} has long had its address again`)
    }
  }
}
