import type { Ear } from '../../core/heard.ts'
import type { Watching } from './watcher.ts'

type OnTrouble = Watching['onTrouble']

/** Tells of trouble only what is another word than the last of that way: another reason is one, and another's doing. Nothing is in trouble at first. */
export function onTransitions(onTrouble: OnTrouble, signal: AbortSignal): OnTrouble {
  const last = new Map<Ear, string>()
  return (way, why, whose) => {
    const word = why ? `${whose ?? 'there'}: ${why.message}` : ''
    if (signal.aborted || word === (last.get(way) ?? '')) return
    last.set(way, word)
    onTrouble(way, why, whose)
  }
}
