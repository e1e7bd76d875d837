import { INTERRUPTED } from '../exit-codes.ts'

/**
 * Aborts at the first Ctrl-C, SIGTERM or SIGHUP, and when nothing can come any more since the input has ended (Ctrl-D). The
 * second signal ends the process. Files are written as a whole in spite of it.
 */
export function openEnding(): AbortSignal {
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (ending.signal.aborted) process.exit(INTERRUPTED)
      ending.abort()
    })
  }
  process.once('beforeExit', () => ending.abort())
  return ending.signal
}

/** How the prompts say that someone has ended them. */
export const isEnd = (thrown: unknown): boolean =>
  thrown instanceof Error && ['ExitPromptError', 'AbortPromptError', 'AbortError'].includes(thrown.name)
