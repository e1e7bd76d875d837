import { vi } from 'vitest'
import { HOUR } from '../../src/core/instant.ts'
import { every } from '../../src/system/schedule.ts'

/**
 * When it ticks, with a clock that starts there; half way `meddle` may set it. The time zone is the process's own: Node
 * remembers it, so that each test file has one.
 */
export async function ticksFrom(from: string, expression: string, hours: number, meddle?: () => void) {
  vi.useFakeTimers({ now: new Date(from) })
  const ticks: number[] = []
  const task = every(expression, () => void ticks.push(Date.now()), 0)
  await vi.advanceTimersByTimeAsync((hours * HOUR) / 2)
  meddle?.()
  await vi.advanceTimersByTimeAsync((hours * HOUR) / 2)
  task.stop()
  vi.useRealTimers()
  return { ticks, times: ticks.map((at) => new Date(at).toISOString().slice(5, 16)) }
}

export const gaps = (ticks: readonly number[]) => [...new Set(ticks.slice(1).map((at, nth) => at - ticks[nth]!))]
