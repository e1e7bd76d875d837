import { detect } from '../app/detect.ts'
import { isKnown } from '../core/plan.ts'
import { ipDocument, ipText } from '../report/ip-text.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'
import { withProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

/** What each address source says, and the verdict. */
export async function ip(context: Context, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const { terminal } = context
  const program = await openProgram(context, { asksOnly: true })
  if ('code' in program) return program.code
  const { setup, world } = program
  const { types, allowAddresses } = setup.config
  const found = await withProgress(terminal, !json, 'asking the address sources', () =>
    detect(setup.lines, types, allowAddresses, world, stopSignal()),
  )
  print(terminal, world.clock.now(), json, ipDocument(found), ipText)
  const lines = Object.values(found.detected)
  return lines.every((answers) => types.every((type) => isKnown(answers[type]))) ? 0 : 75
}
