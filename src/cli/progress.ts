import { plain } from '../report/wrap.ts'
import type { Terminal } from './terminal.ts'

const PATIENCE = 1000

/** Says on a terminal what is waited for, once it takes longer than a second. */
export async function withProgress<T>(
  { interactive, progress, width }: Terminal,
  wanted: boolean,
  what: string | (() => string),
  work: () => Promise<T>,
): Promise<T> {
  if (!interactive || !wanted) return work()
  const started = Date.now()
  let shown = false
  const timer = setInterval(() => {
    shown = true
    const text = plain(typeof what === 'string' ? what : what()).slice(0, Math.max(20, (width || 80) - 14)) // on one line
    progress(`… ${text} (${Math.round((Date.now() - started) / 1000)} s) `)
  }, PATIENCE)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (shown) progress('')
  }
}
