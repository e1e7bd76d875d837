import type { Heard, Way } from '../core/heard.ts'
import { timeOf } from './document.ts'
import { distanceText } from './moment-text.ts'
import type { TextStyle } from './text-style.ts'

/** As JSON shows it; `at` RFC 3339. */
export interface HeardDocument {
  readonly by: Way
  readonly at: string
}

export const heardDocument = (heard: Heard | undefined): HeardDocument | null =>
  heard ? { by: heard.way, at: timeOf(heard.at) } : null

const WORDS: Readonly<Record<Way, string>> = {
  kernel: 'the kernel',
  'nat-pmp': "the router's announcement",
  upnp: 'router event',
  push: "the router's DynDNS client",
  probe: 'asking the router',
}

/** `last heard by router event, 12 s ago`; nothing where nothing was heard. Another version may know other ways. */
export function heardText(heard: HeardDocument | null | undefined, style: TextStyle): readonly string[] {
  if (!heard) return []
  const distance = distanceText(heard.at, style.now)
  return [`last heard by ${WORDS[heard.by] ?? heard.by}${distance && ` ${distance}`}`]
}
