import { hiderOf } from '../core/secrets.ts'
import { TEMPORARY } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** What is told of a fault of our own: where it happened, and no secret. */
export interface LastWords {
  /** These are told no more. */
  readonly keep: (secrets: readonly string[]) => void
  readonly of: (thrown: unknown) => string
}

/**
 * Also for what nobody catches: node would show the error as it is, with all that hangs on it (the headers of a request),
 * and end with a code that means something else here.
 */
export function openLastWords({ err }: Terminal): LastWords {
  const secrets = new Set<string>()
  const of = (thrown: unknown) => {
    const stack = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown)
    return `this is a fault of mxhome, please report it: ${hiderOf([...secrets])(stack)}`
  }
  process.on('uncaughtException', (error) => {
    err(`mxhome: ${of(error)}\n`)
    process.exit(TEMPORARY)
  })
  const keep = (more: readonly string[]) => {
    for (const secret of more) secrets.add(secret)
  }
  return { keep, of }
}
