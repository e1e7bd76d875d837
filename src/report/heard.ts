import type { Ear, Heard, Unheard, Way } from '../core/heard.ts'
import type { Instant } from '../core/instant.ts'
import { timeOf } from './document.ts'
import { distanceText } from './moment-text.ts'
import type { TextStyle } from './text-style.ts'
import { hanging } from './wrap.ts'

/** What one way has told of since the daemon began, as JSON shows it; `at` RFC 3339, of the last time. */
export interface HeardWayDocument {
  readonly by: Way
  readonly at: string
  readonly times: number
}

/** The latest of all, and each way. */
export interface HeardDocument extends Omit<HeardWayDocument, 'times'> {
  /** The latest first. A daemon of an older version tells none. */
  readonly ways?: readonly HeardWayDocument[]
}

/** `all`: the latest first. */
export function heardDocument(all: readonly Heard[]): HeardDocument | null {
  const ways = all.map(({ way, at, times }) => ({ by: way, at: timeOf(at), times }))
  const [last] = ways
  return last ? { by: last.by, at: last.at, ways } : null
}

/** A way by which nothing is heard, as JSON shows it. */
export interface UnheardDocument {
  readonly by: Ear
  readonly interface?: string
  readonly why: string
}

export const unheardDocument = (all: readonly Unheard[]): readonly UnheardDocument[] =>
  all.map(({ way, ...more }) => ({ by: way, ...more }))

const WORDS: Readonly<Record<Ear, string>> = {
  kernel: 'the kernel',
  'nat-pmp': "the router's announcement",
  upnp: 'router event',
  push: "the router's DynDNS client",
  probe: 'asking the router',
  ssdp: "the router's farewells",
}

/** Another version may know other ways. */
const wordsOf = (way: Ear): string => WORDS[way] ?? way
const ago = (at: string, now: Instant, before: string): string => {
  const distance = distanceText(at, now)
  return distance && `${before}${distance}`
}

/** `last heard by router event, 12 s ago`; nothing where nothing was heard. */
export const heardText = (heard: HeardDocument | null | undefined, { now }: TextStyle): readonly string[] =>
  heard ? [`last heard by ${wordsOf(heard.by)}${ago(heard.at, now, ', ')}`] : []

/** `heard by router event (3 times, 12 s ago), the kernel (once, 3 h ago)`, where there was more than one way. */
export function waysText(heard: HeardDocument | null | undefined, style: TextStyle): readonly string[] {
  const ways = heard?.ways ?? []
  if (ways.length < 2) return []
  const each = ways.map(
    ({ by, at, times }) => `${wordsOf(by)} (${times === 1 ? 'once' : `${times} times`}${ago(at, style.now, ', ')})`,
  )
  return hanging(style, 'heard by ', each.join(', '))
}

/** `not heard by router event: let its TCP connections through the firewall`, a line each. */
export const unheardText = (all: readonly UnheardDocument[] | undefined, style: TextStyle): readonly string[] =>
  (all ?? []).flatMap(({ by, interface: name, why }) => {
    const where = name === undefined ? '' : ` (${name})`
    return hanging(style, 'not heard by ', `${wordsOf(by)}${where}: ${why}`, undefined, 'yellow')
  })
