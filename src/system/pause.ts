import type { Milliseconds } from '../core/instant.ts'

/** What setTimeout can count to; longer pauses would end at once. */
const LONGEST = 2 ** 31 - 1

/** Resolves after so many milliseconds, or at once when the signal is aborted; never rejects. */
export async function pause(ms: Milliseconds, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST) await once(Math.min(left, LONGEST), signal)
}

function once(ms: Milliseconds, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
