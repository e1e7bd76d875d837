import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import type { LineName } from '../../core/plan.ts'
import { afterPush, type PushNews, withPushed } from '../../core/pushed.ts'
import type { State } from '../../core/state.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Update } from '../../line/protocols/dyndns2-server.ts'
import type { World } from '../../ports/world.ts'
import { linesToldOf } from '../lines.ts'
import type { Setup } from '../setup.ts'
import { followersOf, isMissed, knownTargets, mayBeMore, mayBeOurs, standingOf } from './push-targets.ts'
import type { WatchedStore } from './watched-store.ts'

export interface Pushing {
  readonly world: Pick<World, 'clock' | 'log'>
  readonly watched: WatchedStore
  readonly setupOf: () => Setup
  readonly onHint: () => void
}

interface Asked {
  readonly from: IpAddress
  readonly line: LineName
  readonly update: Update
  readonly refuse: (answer: string, why: string) => void
}

/** How long a router waits for its answer at most: its own limit is not known. */
const PATIENCE = 5 * SECOND
/** Nothing was taken note of: it shall come again. */
export const LATER = '911'

/** Takes note of what a router told, has a round started, and waits until the services have accepted it: the body of the answer. */
export async function answerUpdate(asked: Asked, pushing: Pushing): Promise<string> {
  const over = new AbortController()
  try {
    return await answered(asked, pushing, pushing.world.clock.sleep(PATIENCE, over.signal))
  } finally {
    over.abort()
  }
}

async function answered({ from, line, update, refuse }: Asked, pushing: Pushing, late: Promise<void>): Promise<string> {
  const { world, watched, setupOf, onHint } = pushing
  const { clock, log } = world
  const { last } = watched.store
  const since = clock.now()
  const targets = () => knownTargets(setupOf(), last(), clock.now())
  const named = update.names.filter((name) => name !== undefined)
  const strangers = () => {
    const owners = new Set(targets().map(({ owner }) => owner))
    return named.filter((name) => !owners.has(name))
  }
  const users = () => targets().filter(({ lines }) => lines.includes(line))
  const isAll = update.names.length === 0
  const undecided = (): string | undefined => {
    if (isAll) return mayBeMore(line, users(), setupOf(), last()) ? 'which hosts are ours' : undefined
    const unknown = strangers().filter((name) => mayBeOurs(name, setupOf(), last()))
    return unknown.length > 0 ? `whether ${unknown.join(', ')} is a host of ours` : undefined
  }
  await waitFor(() => undecided() === undefined, late, watched)
  const unknown = undecided()
  if (unknown !== undefined) {
    // It may not come again: what it tells of the line holds, whichever hosts there are. Who names one may mean another line.
    const told = { ...update.news, hosts: [] }
    const isNews = isAll && afterPush(last().pushed?.[line], told, since) !== last().pushed?.[line]
    if (isNews) void recorded(line, told, pushing).then((isWritten) => isWritten && onHint())
    refuse(LATER, `${unknown} is not known: no MX has been found yet`)
    return LATER
  }
  const foreign = strangers()
  if (foreign.length > 0) refuse('nohost', `mxhome does not keep ${foreign.join(', ')}`)
  if (update.refused !== undefined) refuse('dnserr', update.refused)

  // Who names only strangers means another line, or is mistaken: nothing of it is believed but the names.
  const ours = named.filter((name) => !foreign.includes(name))
  const isMeant = isAll || ours.length > 0
  const before = last().pushed?.[line]
  const isRepeat = before !== undefined && afterPush(before, update.news, since) === before
  const hint = () => {
    const told = textsOf(update)
    if (!isRepeat && Object.keys(told).length > 0) log.info('the router tells an address', { from, line, ...told })
    onHint()
  }
  const writing = recorded(line, { ...(isMeant && update.news), hosts: named }, pushing)
  if (!(await Promise.race([writing, late.then(() => false)]))) {
    // The router may not come again: what is written once the folder is free must be heard then.
    if (isMeant) void writing.then((isWritten) => isWritten && hint())
    return LATER
  }

  const meant = () => users().filter(({ owner }) => isAll || ours.includes(owner))
  const prefixAt = last().pushed?.[line]?.prefix?.at ?? since
  const standing = () => standingOf(followersOf(meant(), line, last()), { news: update.news, since, prefixAt }, last())
  const isKnown = isRepeat && update.refused === undefined && !isMissed(line, last()) && standing() === 'published'
  // Of a line that no host uses nothing is published, nor will be: it is taken note of, and that is all.
  const isOld = isKnown && meant().length > 0
  if (isMeant && !isKnown) {
    hint()
    if (update.refused === undefined) await waitFor(() => standing() !== 'open', late, watched)
  }
  const taken = update.refused === undefined ? `${isOld ? 'nochg' : 'good'} ${wordOf(update)}` : 'dnserr'
  if (isAll) return taken
  return update.names
    .map((name) => (name === undefined ? 'notfqdn' : foreign.includes(name) ? 'nohost' : taken))
    .join('\n')
}

async function waitFor(isDone: () => boolean, late: Promise<void>, { changed }: WatchedStore): Promise<void> {
  const end = new AbortController()
  void late.then(() => end.abort())
  while (!isDone() && !end.signal.aborted) await changed(end.signal)
}

/** Resolves once it is on disk, which takes as long as another process holds the state folder; to false: it cannot be written. */
async function recorded(line: LineName, news: PushNews, { world, watched, setupOf }: Pushing): Promise<boolean> {
  const { clock, log } = world
  const { last, update } = watched.store
  const change = (state: State): { readonly state: State } => {
    const lines = linesToldOf(setupOf().lines)
    const pushed = withPushed(state.pushed, { line, news, at: clock.now(), lines })
    return { state: pushed === state.pushed ? state : { ...state, pushed } }
  }
  if (change(last()).state === last()) return true
  return update(change).then(
    () => true,
    (error: unknown) => {
      log.error('what the router told could not be written down', { error: Failure.from(error).message })
      return false
    },
  )
}

const textsOf = ({ news: { A, AAAA, prefix } }: Update) => ({
  ...(A && { A }),
  ...(AAAA && { AAAA }),
  ...(prefix && { prefix: `${prefix.address}/${prefix.length}` }),
})

const wordOf = (update: Update): string => Object.values(textsOf(update))[0] ?? ''
