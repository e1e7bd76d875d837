import { DAY, HOUR, type Instant, MINUTE, type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { Chance } from './chance.ts'
import { withCompany } from './company.ts'

/** What may be wrong with one account's service, for a while. */
export const SERVICE_FAULTS = [
  'unreachable', //  nothing is sent
  'error', //        503 before anything is done
  'busy', //         429, with a Retry-After or without
  'refuses', //      the credentials are no longer taken; ends when the user corrects them
  'unknown-host', // the first host of the account is gone; ends when the user has made it anew
  'blocks', //       dyndns2: abuse, until the user has had the block lifted; elsewhere as `refuses`
  'cannot', //       !donator, NOTIMP, a record that no write could keep; ends when the user has seen to it; elsewhere as `refuses`
  'breaks', //       our own code meets what it never expected
  'garbage', //      a web page in place of an answer, before anything is done
  'lost-request', // the connection breaks, nothing arrives
  'lost-answer', //  the connection breaks after the work is done
  'bad-gateway', //  502 after the work is done
  'cut', //          the answer ends in its middle
  'late', //         the work is done, the answer comes after the time limit
  'twice', //        the network delivers the request twice
] as const
export type ServiceFault = (typeof SERVICE_FAULTS)[number]
/** What few services say in words of their own, and only of what is sent: more often, lest it is hardly ever met. */
const HELD_FAULTS = ['unknown-host', 'blocks', 'cannot'] as const satisfies readonly ServiceFault[]

export const SERVER_FAULTS = ['silent', 'lame', 'servfail', 'frozen', 'lies', 'slow'] as const
export type ServerFault = (typeof SERVER_FAULTS)[number]

export const SOURCE_FAULTS = ['silent', 'error', 'page', 'lies', 'private', 'two', 'cut'] as const
export type SourceFault = (typeof SOURCE_FAULTS)[number]

/**
 * One thing that happens to the home line, at a moment. `nth` chooses among what is there, modulo its number; `second`: it
 * happens to the second line.
 */
export type Happening = { readonly at: Instant; readonly second?: true } & (
  | { readonly kind: 'reconnect'; readonly ms: Milliseconds; readonly back: boolean; readonly prefix: boolean }
  | { readonly kind: 'outage'; readonly ms: Milliseconds }
  | { readonly kind: 'carrier-nat'; readonly ms: Milliseconds }
  | { readonly kind: 'source'; readonly nth: number; readonly fault: SourceFault; readonly ms: Milliseconds }
  | { readonly kind: 'service'; readonly nth: number; readonly fault: ServiceFault; readonly ms: Milliseconds }
  | { readonly kind: 'server'; readonly nth: number; readonly fault: ServerFault; readonly ms: Milliseconds }
  | { readonly kind: 'resolver'; readonly ms: Milliseconds }
  | { readonly kind: 'port-53'; readonly how: 'blocked' | 'intercepted'; readonly ms: Milliseconds }
  | { readonly kind: 'lag'; readonly nth: number; readonly lag: Milliseconds }
  | { readonly kind: 'foreign-write'; readonly nth: number }
  | { readonly kind: 'mx'; readonly how: 'moves' | 'gone' | 'elsewhere' | 'back' }
  | { readonly kind: 'crash'; readonly calls: number; readonly how: 'killed' | 'power'; readonly ms: Milliseconds }
  | { readonly kind: 'stop'; readonly calls: number; readonly ms: Milliseconds }
  | { readonly kind: 'disk-full'; readonly ms: Milliseconds }
  | { readonly kind: 'clock'; readonly by: Milliseconds; readonly ms: Milliseconds }
  | { readonly kind: 'suspend'; readonly ms: Milliseconds }
  | { readonly kind: 'reload'; readonly change: 'ttl' | 'host' | 'nothing' }
  | { readonly kind: 'force'; readonly calls: number }
)
export type Kind = Happening['kind']

/** Mean time between two of a kind, in days, where the weather is fair. */
const MEAN_DAYS: Readonly<Record<Kind, number>> = {
  reconnect: 1,
  outage: 20,
  'carrier-nat': 120,
  source: 12,
  service: 6,
  server: 12,
  resolver: 30,
  'port-53': 60,
  lag: 30,
  'foreign-write': 40,
  mx: 60,
  crash: 10,
  stop: 30,
  'disk-full': 60,
  clock: 60,
  suspend: 60,
  reload: 30,
  force: 40,
}

/** How many days an address lasts: some services delete a host that has not been updated for a month. */
const LINES = { dsl: MEAN_DAYS.reconnect, cable: 20, still: 80 }

/** How often things happen: `roughness` 1 is fair, 10 ten times as much. */
export interface Weather {
  readonly roughness: number
  readonly line: keyof typeof LINES
}

/** Everything that happens in so many days, in its order. */
export function happeningsOf(
  chance: Chance,
  start: Instant,
  days: number,
  { roughness, line }: Weather,
): readonly Happening[] {
  const end = start + days * DAY
  const all = (Object.keys(MEAN_DAYS) as Kind[]).flatMap((kind) => {
    const own = chance.fork(kind)
    const mean = (kind === 'reconnect' ? LINES[line] : MEAN_DAYS[kind] / roughness) * DAY
    const found: Happening[] = []
    for (let at = start + own.wait(mean); at < end; at += own.wait(mean))
      found.push(...withCompany(one(kind, Math.floor(at), own), own))
    return found
  })
  return all.toSorted((first, second) => first.at - second.at)
}

/** What happens to a second line: LTE gets new addresses often, and is away now and then. */
export function happeningsOfSecond(chance: Chance, start: Instant, days: number): readonly Happening[] {
  const end = start + days * DAY
  const all = (['reconnect', 'outage'] as const).flatMap((kind) => {
    const own = chance.fork(kind)
    const mean = own.pick([1, 4, 20]) * DAY
    const found: Happening[] = []
    for (let at = start + own.wait(mean); at < end; at += own.wait(mean))
      found.push({ ...one(kind, Math.floor(at), own), second: true })
    return found
  })
  return all
}

/** Mostly minutes, now and then days: an outage of weeks is rare, and happens. */
const duration = (chance: Chance): Milliseconds =>
  Math.floor(chance.wait(chance.pick([20 * SECOND, 5 * MINUTE, 5 * MINUTE, HOUR, HOUR, 8 * HOUR, 2 * DAY])))

function one(kind: Kind, at: Instant, chance: Chance): Happening {
  const ms = duration(chance)
  const nth = chance.whole(0, 999)
  switch (kind) {
    case 'reconnect': {
      const seconds = chance.happens(0.8) ? chance.whole(0, 20) : chance.whole(20, 900)
      return { at, kind, ms: seconds * SECOND, back: chance.happens(0.15), prefix: chance.happens(0.7) }
    }
    case 'outage':
      return { at, kind, ms: chance.happens(0.05) ? chance.whole(2, 20) * DAY : ms }
    case 'source':
      return { at, kind, nth, fault: chance.pick(SOURCE_FAULTS), ms }
    case 'service':
      return { at, kind, nth, fault: chance.pick(chance.happens(0.2) ? HELD_FAULTS : SERVICE_FAULTS), ms }
    case 'server':
      return { at, kind, nth, fault: chance.pick(SERVER_FAULTS), ms }
    case 'port-53':
      return { at, kind, how: chance.pick(['blocked', 'intercepted']), ms }
    case 'lag':
      return { at, kind, nth, lag: chance.pick([0, 2 * SECOND, 20 * SECOND, MINUTE, 4 * MINUTE]) }
    case 'foreign-write':
      return { at, kind, nth }
    case 'mx':
      return { at, kind, how: chance.pick(['moves', 'moves', 'gone', 'elsewhere', 'back', 'back']) }
    case 'crash':
      return {
        at,
        kind,
        calls: chance.whole(0, 40),
        how: chance.pick(['killed', 'power']),
        ms: chance.whole(1, 600) * SECOND,
      }
    case 'clock':
      return { at, kind, by: Math.floor((chance.next() - 0.5) * 2 * chance.pick([MINUTE, HOUR, DAY, 30 * DAY])), ms }
    case 'suspend':
      return { at, kind, ms: Math.max(ms, MINUTE) }
    case 'reload':
      return { at, kind, change: chance.pick(['ttl', 'host', 'nothing']) }
    case 'force':
      return { at, kind, calls: chance.happens(0.2) ? chance.whole(0, 40) : 9999 }
    case 'stop':
      return { at, kind, calls: chance.whole(0, 40), ms }
    case 'carrier-nat':
    case 'resolver':
    case 'disk-full':
      return { at, kind, ms }
  }
}
