import { historyText } from '../report/history-text.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'

const SHOWN = 200

/** Addresses and updates, newest first. */
export async function history(context: Context, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const { terminal } = context
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const entries = await program.world.history.read(SHOWN)
  const document = { updates: entries.map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry })) }
  terminal.out(json ? `${JSON.stringify(document, null, 2)}\n` : historyText(entries, { colour: terminal.colour }))
  return 0
}
