import type { Milliseconds } from '../core/instant.ts'
import { pause } from '../system/pause.ts'

/** What the demo prints: scenes, and below them what happened and when, counted from the scene's start. */
export interface Timeline {
  /** Numbered. */
  readonly scene: (title: string, about: string) => void
  readonly heading: (title: string, about: string) => void
  /** What somebody does: the line gets an address, the provider goes down. */
  readonly act: (text: string) => void
  /** Waits until there is something to say, and says it. Rejects at its deadline: that is a shortfall. */
  readonly until: (what: string, look: () => Promise<string | undefined> | string | undefined) => Promise<void>
  /** Something that must be so now; else a shortfall. */
  readonly check: (text: string, holds: boolean, found?: string) => void
  /** What did not come out as shown, with its scene. */
  readonly shortfalls: () => readonly string[]
  /** A wait has failed or was ended: what follows cannot be shown. */
  readonly isOver: () => boolean
}

interface Wishes {
  readonly print: (line: string) => void
  readonly colour: boolean
  /** Ends all waiting. */
  readonly signal: AbortSignal
  /** Why waiting is of no use any more. */
  readonly broken: () => string | undefined
}

/** How long one thing may take; what the scenes wait for takes 8 s at most. */
const PATIENCE: Milliseconds = 15_000
const POLL: Milliseconds = 50
const WIDTH = 100
const INDENT = 13

const MARKS = { act: [36, '>'], seen: [32, '+'], held: [32, '='], short: [31, 'x'] } as const
const [BOLD, DIM] = [1, 2]

export function openTimeline({ print, colour, signal, broken }: Wishes): Timeline {
  const shortfalls: string[] = []
  let current = ''
  let count = 0
  let started = Date.now()
  let over = false

  const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  const row = (kind: keyof typeof MARKS, text: string) => {
    const [code, mark] = MARKS[kind]
    const time = seconds(Date.now() - started).padStart(8)
    const [first = '', ...more] = text.split('\n').flatMap((line) => wrap(line, WIDTH - INDENT))
    print(`${paint(DIM, time)}  ${paint(code, mark)} ${first}`)
    for (const line of more) print(`${' '.repeat(INDENT)}${line}`)
  }
  const fail = (text: string) => {
    row('short', `NOT SHOWN: ${text}`)
    shortfalls.push(`${current}: ${text}`)
  }

  const heading = (title: string, about: string) => {
    current = title
    started = Date.now()
    print('')
    print(`${paint(BOLD, title)}  ${paint(DIM, about)}`)
  }

  return {
    scene(title, about) {
      count += 1
      heading(`${count} ${title}`, about)
    },
    heading,
    act: (text) => row('act', text),
    async until(what, look) {
      for (const deadline = Date.now() + PATIENCE; ; await pause(POLL, signal)) {
        const text = await look()
        over = signal.aborted
        if (over) throw new Error('stopped')
        if (text !== undefined) return row('seen', text)
        const reason = broken() ?? (Date.now() > deadline ? `waited ${seconds(PATIENCE)}` : undefined)
        if (reason === undefined) continue
        fail(`${what} (${reason})`)
        over = true
        throw new Error(what)
      }
    },
    check(text, holds, found) {
      if (holds) row('held', text)
      else fail(found === undefined ? text : `${text} (found: ${found})`)
    },
    shortfalls: () => shortfalls,
    isOver: () => over,
  }
}

/** `1.2 s` */
export const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`

/** Between words; a word that is longer stays whole. */
function wrap(text: string, width: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
