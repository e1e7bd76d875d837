import { DAY, HOUR, type Instant, MINUTE } from '../../src/core/instant.ts'
import { memoryOf } from '../../src/core/state.ts'
import { type AddressType, sameAddresses } from '../../src/dns/rrset.ts'
import { linesOfHost } from './arrivals.ts'
import { stateOn } from './disk.ts'
import type { Parts } from './parts.ts'

export const START = Date.UTC(2026, 0, 1)
/** Every so often all is well for a while: by its end the name servers must show the line's address. */
export const PERIOD = 20 * DAY
export const CALM = 3 * DAY

export const isCalm = (at: Instant) => (at - START) % PERIOD >= PERIOD - CALM
export const nextCalm = (at: Instant) => START + Math.floor((at - START) / PERIOD) * PERIOD + (PERIOD - CALM)

/** From now on nothing is wrong. How long it may take until all is right follows from what the disk says. */
export function allIsWell(parts: Parts): void {
  const { home, time, out, disk, foreignWrites, count } = parts
  const calm = time.now()
  const skew = time.clock.now() - time.now()
  // While the disk was full, the daemon remembers what is not on it.
  const { targets } = parts.box.daemon()?.store.last() ?? stateOn(disk.written)
  const held = Object.values(targets).some(({ trouble }) => trouble?.until === 'hold')
  const ends = Object.values(targets).flatMap(({ trouble, writes }) => [
    typeof trouble?.until === 'number' ? trouble.until - skew : 0,
    writes.length >= home.config.dailyUpdates ? writes.at(-home.config.dailyUpdates)! + DAY - skew : 0,
  ])
  const foreign = [...foreignWrites.values()].some((at) => at > calm - 3 * DAY)
  const begin = Math.max(calm, ...ends) + (held ? DAY : 0) + (foreign ? 25 * HOUR : 0)
  // A line that came and went is trusted again at the latest after eight times its time.
  const returns = Math.max(0, ...(home.config.lines ?? []).map((one) => one.lineDownAfter + 8 * one.failbackAfter))
  const bound = begin + returns + 2 * home.schedule + 30 * MINUTE + 10 * MINUTE + 35 * MINUTE + out.settles()
  if (bound >= calm + CALM) {
    count('bounds beyond the calm')
    return
  }
  time.at(bound, () => {
    count('calms')
    for (const key of Object.keys(stateOn(disk.written).targets)) judgeConverged(key, parts)
  })
}

function judgeConverged(key: string, { home, out, box, disk, onBroken }: Parts): void {
  const [account, owner, type] = key.split(' ') as [string, never, AddressType]
  const provider = out.providers.find((one) => one.account === account)!
  const isTarget =
    box.daemon()?.setup.config.hosts.some(({ name }) => name === owner) || out.mx()[0]?.exchange === owner
  if (!isTarget || !home.config.types.includes(type)) return
  const truth = out.lineNamed(linesOfHost(home, owner)[0]!).now(type)
  if (truth === undefined) return
  for (const server of out.names.own(provider.service.apex)) {
    const shown = out.names.shows(server, owner, type)
    const memory = memoryOf(stateOn(disk.written), key as never)
    if (!sameAddresses(shown, [truth]))
      onBroken(
        'converges',
        `${server.name} shows ${shown} for ${owner} ${type}, the line has ${truth}: ${JSON.stringify(memory)}`,
      )
  }
}
