import type { Milliseconds } from '../core/instant.ts'
import { pause } from '../system/pause.ts'

/** Something did not come out as shown: the demo ends here. */
export interface Shortfall {
  readonly scene: string
  readonly text: string
}

/** What the demo prints: scenes, and below them what happened and after how long. Times count from the scene's start. */
export interface Timeline {
  readonly scene: (title: string, about: string) => void
  /** What somebody does: the line gets an address, the provider goes down. */
  readonly act: (text: string) => void
  /** Waits until there is something to say, and says it; throws the Shortfall at the deadline. Returns the time since the scene's start. */
  readonly until: (what: string, look: () => Promise<string | undefined> | string | undefined) => Promise<Milliseconds>
  /** Something that must be so now. */
  readonly check: (text: string, holds: boolean, found?: string) => void
  readonly shortfalls: () => readonly Shortfall[]
}

export interface Look {
  readonly print: (line: string) => void
  readonly colour: boolean
  /** Ends all waiting. */
  readonly signal: AbortSignal
}

/** How long one thing may take; what the scenes wait for takes 8 s at most. */
const PATIENCE: Milliseconds = 15_000
const POLL: Milliseconds = 50

export function openTimeline({ print, colour, signal }: Look): Timeline {
  const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  const shortfalls: Shortfall[] = []
  let current = ''
  let number = 0
  let started = 0
  const since = () => Date.now() - started
  const row = (mark: string, text: string) => print(`  ${seconds(since()).padStart(7)}  ${mark} ${text}`)
  const fail = (text: string) => {
    row(paint(31, 'x'), `${paint(31, 'NOT SHOWN')}: ${text}`)
    shortfalls.push({ scene: current, text })
  }
  return {
    scene(title, about) {
      number += 1
      current = `${number} ${title}`
      started = Date.now()
      print('')
      print(`${paint(1, current)}   ${paint(2, about)}`)
    },
    act: (text) => row(paint(36, '>'), text),
    async until(what, look) {
      const deadline = Date.now() + PATIENCE
      for (;;) {
        const text = await look()
        if (signal.aborted) throw new Error('stopped')
        if (text !== undefined) {
          row(paint(32, '+'), text)
          return since()
        }
        if (Date.now() > deadline) break
        await pause(POLL, signal)
      }
      fail(`${what} (waited ${seconds(PATIENCE)})`)
      throw shortfalls.at(-1)
    },
    check(text, holds, found) {
      if (holds) row(paint(32, '='), text)
      else fail(found === undefined ? text : `${text}; found: ${found}`)
    },
    shortfalls: () => shortfalls,
  }
}

/** `1.2 s` */
export const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`
