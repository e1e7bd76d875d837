import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../src/core/instant.ts'
import type { Chance } from './chance.ts'
import type { Happening } from './happenings.ts'

/** What alone is hardly ever met by anyone mostly comes together with what makes somebody meet it. */
export function withCompany(happening: Happening, chance: Chance): readonly Happening[] {
  const { at, kind } = happening
  // Who sees nothing happen says it again.
  if (kind === 'force' && chance.happens(0.15))
    return [0, 1, 2, 3, 4].map((nth) => ({ ...happening, at: at + nth * MINUTE }))
  if (kind === 'service' && chance.happens(0.6))
    return [happening, reconnect(at + Math.floor(Math.min(happening.ms, HOUR) * chance.next()), chance)]
  if (kind === 'stop' && chance.happens(0.6)) return [happening, reconnect(at - 2 * SECOND, chance)]
  // A lie is outvoted, unless another source is silent; a new address makes everybody ask.
  if (kind === 'source' && happening.fault === 'lies' && chance.happens(0.5))
    return [happening, { ...happening, nth: happening.nth + 1, fault: 'silent' }, reconnect(at + SECOND, chance)]
  // Name servers stand still for days, while one family changes and then both.
  if (kind === 'server' && happening.fault === 'frozen' && chance.happens(0.1)) {
    const both = { ...reconnect(at + 20 * HOUR, chance), prefix: true }
    return [{ ...happening, ms: 3 * DAY }, { ...reconnect(at + HOUR, chance), prefix: false }, both]
  }
  return [happening]
}

function reconnect(at: Instant, chance: Chance): Extract<Happening, { kind: 'reconnect' }> {
  return { at, kind: 'reconnect', ms: 2 * SECOND, back: chance.happens(0.3), prefix: chance.happens(0.5) }
}
