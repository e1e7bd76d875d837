import { setMaxListeners } from 'node:events'

/** Aborts at the first SIGINT or SIGTERM; the second one ends the process. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal) // every question that is asked side by side listens
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort()
      process.once(name, () => process.exit(75))
    })
  }
  return stop.signal
}
