import type { Terminal } from './terminal.ts'

const PATIENCE = 1000

/** Says on a terminal what is waited for, once it takes longer than a second. */
export async function withProgress<T>(
  { interactive, progress }: Terminal,
  wanted: boolean,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!interactive || !wanted) return work()
  const started = Date.now()
  let shown = false
  const timer = setInterval(() => {
    shown = true
    progress(`… ${what} (${Math.round((Date.now() - started) / 1000)} s) `)
  }, PATIENCE)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (shown) progress('')
  }
}
