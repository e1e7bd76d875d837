import { historyDocument, historyText } from '../report/history-text.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'

const SHOWN = 200

/** Addresses and updates, newest first. */
export async function history(context: Context, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const { history: kept, clock } = program.world
  print(context.terminal, clock.now(), json, historyDocument(await kept.read(SHOWN)), historyText)
  return 0
}
