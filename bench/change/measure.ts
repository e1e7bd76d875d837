import { setTimeout as pause } from 'node:timers/promises'
import type { Street } from './street.ts'

/** Seconds from each change to both name servers' new answer; those that never came are missed. */
export interface Figures {
  readonly seconds: readonly number[]
  readonly missed: number
}

export const NONE: Figures = { seconds: [], missed: 0 }

interface Plan {
  /** Whose name servers' answers are waited for, by what they stand for. */
  readonly hosts: Readonly<Record<string, readonly string[]>>
  readonly changes: number
  /** Seconds that an address stays: at least, at most. It goes earlier by no more than that nobody waits any longer. */
  readonly hold: readonly [number, number]
  /** Seconds at random after the last has followed, in place of the whole time. */
  readonly afterLast?: number
  readonly onChange?: (address: string) => void
}

/** Changes the line's address at random moments. */
export async function measure(street: Street, plan: Plan): Promise<Readonly<Record<string, Figures>>> {
  const names = Object.keys(plan.hosts)
  const figures = Object.fromEntries(names.map((name) => [name, { seconds: [] as number[], missed: 0 }]))
  for (let change = 0; change < plan.changes; change++) {
    const over = new AbortController()
    const [least, most] = plan.hold
    const end = pause((least + Math.random() * (most - least)) * 1000, undefined, { signal: over.signal })
    const at = street.change()
    plan.onChange?.(street.address())
    const waits = Object.entries(plan.hosts).flatMap(([name, hosts]) =>
      hosts.map(async (host) => {
        const shown = await street.shown(host, over.signal)
        const own = figures[name]!
        if (shown === undefined) own.missed += 1
        else own.seconds.push((shown - at) / 1000)
      }),
    )
    const all = Promise.all(waits)
    if (plan.afterLast === undefined) await end
    else await Promise.race([end, all.then(() => pause(Math.random() * plan.afterLast! * 1000))])
    over.abort()
    await end.catch(() => {}) // it has not been waited for to its end
    await all
  }
  return figures
}

/** Until everybody's first address is published. */
export async function settled(street: Street, hosts: readonly string[], seconds: number): Promise<void> {
  const signal = AbortSignal.timeout(seconds * 1000)
  const all = await Promise.all(hosts.map(async (host) => [host, await street.shown(host, signal)] as const))
  const late = all.filter(([, at]) => at === undefined).map(([host]) => host)
  if (late.length > 0) throw new Error(`never published: ${late.join(', ')}`)
}
