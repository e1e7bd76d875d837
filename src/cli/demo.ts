import { runDemo } from '../demo/run-demo.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'

/** A home line in one process: name servers, providers, an address service; the real daemon runs against them. */
export async function demo({ terminal }: Context, { stay }: { readonly stay?: boolean }): Promise<ExitCode> {
  const command = [process.execPath, process.argv[1] ?? 'mxhome'] as const
  return (await runDemo({ command, stay: stay === true, print: terminal.out, colour: terminal.colour })) === 0 ? 0 : 1
}
