import { detect } from '../app/detect.ts'
import { isKnown } from '../core/plan.ts'
import { describeRefusal } from '../core/quorum.ts'
import { ipText } from '../report/ip-text.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { withProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

/** What each address source says, and the verdict. */
export async function ip(context: Context, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const { terminal } = context
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const { setup, world } = program
  const { types, allowAddresses } = setup.config
  const found = await withProgress(terminal, !json, 'asking the address sources', () =>
    detect(setup.lines, types, allowAddresses, world, stopSignal()),
  )
  const sightings = found.sightings.default ?? {}
  const document = {
    addresses: {
      A: null,
      AAAA: null,
      ...Object.fromEntries(types.map((type) => [type, first(found.detected.default?.[type])])),
    },
    sources: types.flatMap((type) =>
      (sightings[type] ?? []).map(({ source, answer, judgement, refused }) => ({
        source,
        type,
        addresses: isKnown(answer) ? answer : null,
        judgement,
        problem: [...refused.map(describeRefusal), ...(isKnown(answer) ? [] : [answer.message])].join('; ') || null,
      })),
    ),
    findings: found.findings,
  }
  terminal.out(json ? `${JSON.stringify(document, null, 2)}\n` : ipText(document, { colour: terminal.colour }))
  return types.some((type) => !isKnown(found.detected.default?.[type])) ? 75 : 0
}

const first = (known: Parameters<typeof isKnown>[0]) => (isKnown(known) ? (known[0] ?? null) : null)
