import { expect, it } from 'vitest'
import { DAY, MINUTE } from '../../src/core/instant.ts'
import { keyOf, type TargetKey } from '../../src/core/plan.ts'
import { memoryOf } from '../../src/core/state.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { type Home, homeLine } from '../support/home-line.ts'
import { ip } from '../support/targets.ts'

const HOST = name('home.ddns.net')
const [A, AAAA] = (['A', 'AAAA'] as const).map((type) => keyOf('noip', { owner: HOST, type })) as [TargetKey, TargetKey]
const hosts = [{ name: HOST, types: ['A', 'AAAA'] as const }]

/** How many requests a stretch of time has cost. */
async function requestsDuring(home: Home, work: () => Promise<unknown>): Promise<number> {
  const before = home.service.requests
  await work()
  return home.service.requests - before
}

it('the family that goes along with a change needs no refresh of its own for as long', async () => {
  const home = await homeLine({ lag: 0, config: { hosts } })
  home.time.now += 20 * DAY
  await home.run(home.start()) // only A has changed, AAAA goes along
  home.time.now += 6 * DAY
  expect(await requestsDuring(home, () => home.live(2))).toBe(0)
  const { targets } = JSON.parse(home.disk.synced)
  expect(targets[AAAA].published.at).toBe(targets[A].published.at)
  home.time.now += 20 * DAY
  expect(await requestsDuring(home, () => home.live(2))).toBe(1)
  expect(home.service.repeats).toBe(1)
})

it('both families of a host that fail together are tried again together', async () => {
  const home = await homeLine({ lag: 0, config: { hosts } })
  home.line.AAAA = [ip('2001:db8::2')]
  let isDown = true
  let sent = 0
  const draws = [0.1, 0.9, 0.3, 0.7]
  const real = home.start()
  const http: World['http'] = async (request, signal) => {
    if (request.purpose === 'read') return real.http(request, signal)
    sent += 1
    return isDown ? { status: 503, headers: {}, body: '' } : real.http(request, signal)
  }
  const world: World = { ...real, http, random: () => draws[sent++ % 4] ?? 0 }
  const { state } = await home.run(world)
  const [one, other] = [A, AAAA].map((key) => memoryOf(state, key).trouble?.until as number) as [number, number]
  expect(Math.abs(one - other)).toBeLessThan(1000)
  isDown = false
  home.time.now += 6 * MINUTE
  expect(await requestsDuring(home, () => home.run(world))).toBe(1)
})
