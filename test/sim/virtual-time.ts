import type { Instant, Milliseconds } from '../../src/core/instant.ts'
import type { Clock } from '../../src/ports/clock.ts'

interface Due {
  readonly at: Instant
  readonly order: number
  readonly work: () => void
  /** A timer of the machine: it does not run while the machine sleeps. */
  readonly own: boolean
  cancelled: boolean
}

export type VirtualTime = ReturnType<typeof virtualTime>

/** Time that passes from one event to the next. What is due at one moment happens in the order in which it was asked for. */
export function virtualTime(start: Instant) {
  const heap: Due[] = []
  let now = start
  let order = 0
  let wrong = 0
  let asleepUntil = start

  function plan(at: Instant, work: () => void, own = false): Due {
    const due = { at: Math.max(at, now), order: order++, work, own, cancelled: false }
    push(heap, due)
    return due
  }

  const sleep: Clock['sleep'] = (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted || ms <= 0) return resolve()
      const end = () => {
        due.cancelled = true
        signal.removeEventListener('abort', end)
        resolve()
      }
      const due = plan(now + ms, end, true)
      signal.addEventListener('abort', end, { once: true })
    })

  /** Runs until that moment, or until `isOver`; whatever an event sets going comes to rest before the next. */
  async function run(until: Instant, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const next = heap[0]
      if (!next || next.at > until) break
      pop(heap)
      if (next.cancelled) continue
      now = next.at
      if (next.own && now < asleepUntil) plan(asleepUntil, next.work, true)
      else next.work()
      await rest()
    }
    if (!isOver()) now = Math.max(now, until)
  }

  return {
    /** What the world's clocks show. */
    now: () => now,
    /** What the machine's clock shows. */
    clock: { now: () => now + wrong, sleep } satisfies Clock,
    at: plan,
    after: (ms: Milliseconds, work: () => void) => plan(now + ms, work),
    /** The machine's clock is set. */
    step: (ms: Milliseconds) => {
      wrong += ms
    },
    /** The machine is suspended: its timers stand still. */
    suspend: (ms: Milliseconds) => {
      asleepUntil = now + ms
    },
    run,
  }
}

const rest = () => new Promise<void>((resolve) => setImmediate(resolve))

const isBefore = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.order < other.order)

function push(heap: Due[], due: Due): void {
  let i = heap.push(due) - 1
  for (let parent = (i - 1) >> 1; i > 0 && isBefore(due, heap[parent]!); i = parent, parent = (i - 1) >> 1) {
    heap[i] = heap[parent]!
    heap[parent] = due
  }
}

function pop(heap: Due[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  heap[0] = last
  for (let i = 0; ; ) {
    const [left, right] = [2 * i + 1, 2 * i + 2]
    let least = i
    if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left
    if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right
    if (least === i) return
    ;[heap[i], heap[least]] = [heap[least]!, heap[i]!]
    i = least
  }
}
