import type { Examination } from '../../core/examination.ts'
import { Failure } from '../../core/failure.ts'
import { aboutFinding } from '../../core/finding-catalogue.ts'
import { HOUR, type Instant, MINUTE } from '../../core/instant.ts'
import { mailVerdict, worstVerdict } from '../../core/mail-verdict.ts'
import type { World } from '../../ports/world.ts'
import { examine } from '../examine.ts'
import type { Setup } from '../setup.ts'

/** Examines the mail path now and then, beside the rounds. */
export interface Examiner {
  /** Between two rounds: begins an examination if one is due, and does not wait for it. */
  readonly afterRound: (setup: Setup) => void
}

/** What is wrong is looked at again before its time: it may be mended. */
const SOON = HOUR

/** Never rejects: an examination that fails is tried again when the next one is due. */
export function openExaminer(
  world: World,
  onExamined: (examination: Examination | undefined) => void,
  stop: AbortSignal,
): Examiner {
  let last: Instant | undefined
  /** What was examined last: a configuration that was read again is examined anew. */
  let of: Setup | undefined
  let hasErrors = false
  let running = false

  async function run(setup: Setup): Promise<void> {
    running = true
    last = world.clock.now()
    of = setup
    const domains = setup.config.domains.map(({ name }) => name)
    const found = await examine(setup, { domains, cheap: true, relayTest: false }, world, stop).catch(Failure.from)
    running = false
    if (stop.aborted) return
    if (found instanceof Failure) {
      world.log.error('the mail path could not be examined', { error: found.message, stack: found.stack })
      return
    }
    const seen = withoutRounds(found)
    hasErrors = seen.findings.some(({ severity }) => severity === 'error')
    onExamined(seen)
  }

  return {
    afterRound(setup) {
      const { doctorInterval: interval, domains } = setup.config
      if (running || stop.aborted) return
      if (interval === 'off' || domains.length === 0) {
        if (last !== undefined) onExamined(undefined)
        last = undefined
        return
      }
      const wait = hasErrors ? Math.min(interval, SOON) : interval
      const now = world.clock.now()
      // A stamp in the future (clocks jump) is none.
      if (setup !== of || last === undefined || last > now + MINUTE || now - last >= wait) void run(setup)
    },
  }
}

/** What every round looks after is told by the rounds, and sooner: a day-old word of it would stand against theirs. */
function withoutRounds(found: Examination): Examination {
  const findings = found.findings.filter(({ id }) => aboutFinding(id).byRound !== true)
  const domains = found.domains.map((one) =>
    one.verdict === 'not-known' ? one : { ...one, verdict: mailVerdict(one.domain, findings) },
  )
  return { ...found, domains, findings, verdict: worstVerdict(domains.map(({ verdict }) => verdict)) }
}
