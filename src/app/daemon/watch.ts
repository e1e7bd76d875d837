import type { Config } from '../../config/config.ts'
import type { Failure } from '../../core/failure.ts'
import type { Way } from '../../core/heard.ts'
import type { Milliseconds } from '../../core/instant.ts'
import { watchersOf } from '../../line/watch/index.ts'
import type { Watcher, Watching, WatchWay } from '../../line/watch/watcher.ts'
import type { Log } from '../../ports/log.ts'

type Wish = Pick<Config, 'watch' | 'watchInterval'>

/** The watchers of one way; a test has its own. */
export type Watchers = (way: WatchWay, interval: Milliseconds) => readonly Watcher[]

interface Ears extends Pick<Watching, 'world' | 'onHint'> {
  readonly log: Log
  readonly watchers?: Watchers
}

/**
 * Listens as the configuration says, and anew when that has changed. `auto`: to the kernel and to the router, and while the
 * router sends no events it is asked again and again instead.
 */
export function openWatch({ world, onHint, log, watchers = watchersOf }: Ears, stop: AbortSignal) {
  let known = ''
  let ended = new AbortController()

  function follow(wish: Wish): void {
    const text = JSON.stringify([wish.watch, wish.watchInterval])
    if (text === known || stop.aborted) return
    known = text
    ended.abort()
    ended = new AbortController()
    listen(wish, ended)
  }

  function listen({ watch, watchInterval }: Wish, end: AbortController): void {
    let probing: AbortController | undefined
    const start = (way: WatchWay, until: AbortController) => {
      const signal = until.signal
      for (const watcher of watchers(way, watchInterval)) void watcher({ world, onHint, onTrouble }, signal)
    }
    const onTrouble = (way: Way, why: Failure | undefined) => {
      if (end.signal.aborted) return
      tell(log, way, why, watch === 'auto')
      if (watch !== 'auto' || way !== 'upnp') return
      probing?.abort()
      probing = why && new AbortController()
      if (probing) start('probe', probing)
    }
    end.signal.addEventListener('abort', () => probing?.abort(), { once: true })
    for (const way of watch === 'auto' ? (['kernel', 'router'] as const) : watch) start(way, end)
  }

  stop.addEventListener('abort', () => ended.abort(), { once: true })
  return { follow }
}

/** Many homes have a router that says nothing: only who asked for its word is warned. */
function tell(log: Log, way: Way, why: Failure | undefined, isAuto: boolean): void {
  if (!why) {
    log.info('changes are heard of by this way again', { way })
    return
  }
  const isOurs = why.reason === 'in-use'
  const level = isAuto ? (isOurs ? 'info' : 'debug') : 'warn'
  log[level]('no change is heard of by this way', { way, why: why.message })
}
