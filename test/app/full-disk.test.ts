import { expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { DAY, MINUTE } from '../../src/core/instant.ts'
import { name } from '../support/config.ts'
import { daemon } from '../support/daemon.ts'
import { type Home, homeLine, published } from '../support/home-line.ts'
import { memoryStore } from '../support/memory-store.ts'
import { planText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const WWW = { owner: name('www.example.net'), type: 'A' } as const

/** A process before has sent a new address while its disk was full, and has ended; the line has the old one again. */
async function afterFullDisk(driftInterval: Config['driftInterval'] = DAY): Promise<Home> {
  const home = await homeLine({ lag: 0, config: { driftInterval } })
  await home.run({ ...home.start(), store: memoryStore(home.disk, { problem: 'no space left on device' }) })
  expect(String(home.service.held(WWW))).toBe('192.0.2.2')
  home.line.A = [ip('192.0.2.1')]
  home.time.now += 10 * MINUTE
  return home
}

it('a daemon that starts sees what was sent without a disk, and puts it right when it has stood for long', async () => {
  const home = await afterFullDisk()
  const one = await daemon(home)
  await one.rested(1)
  expect(planText(one.rounds[0]!)).toContain('www A skip up-to-date')
  expect(published(home)).toBe(1)
  await one.pass(31 * MINUTE)
  one.hints.give('schedule')
  await one.rested(2)
  expect(planText(one.rounds[1]!)).toContain('www A publish drifted')
  expect({ right: published(home), repeats: home.service.repeats }).toEqual({ right: 4, repeats: 0 })
  one.stop.abort()
  await one.end
})

it('it looks back once: later rounds that have nothing to do ask no name server', async () => {
  const home = await homeLine({ lag: 0, config: { driftInterval: DAY } })
  home.line.A = [ip('192.0.2.1')]
  const one = await daemon(home)
  await one.rested(1)
  const asked = home.queries.length
  expect(home.queries.some((query) => query.includes('www.example.net A'))).toBe(true)
  one.hints.give('schedule')
  await one.rested(2)
  expect(home.queries.length).toBe(asked)
  one.stop.abort()
  await one.end
})

it('it looks back when it knows an address, not while the network is not there yet', async () => {
  const home = await afterFullDisk()
  home.line.A = 'silent'
  home.line.AAAA = 'silent'
  const one = await daemon(home)
  await one.rested(1)
  const drift = () => JSON.stringify(home.disk.synced).includes('drift')
  expect(drift()).toBe(false)
  home.line.A = [ip('192.0.2.1')]
  home.line.AAAA = [ip('2001:db8::1')]
  one.hints.give('schedule')
  await one.rested(2)
  expect(drift()).toBe(true)
  one.stop.abort()
  await one.end
})

it('it does not where the user wants nobody to look for foreign addresses', async () => {
  const home = await afterFullDisk('off')
  const asked = home.queries.length
  const one = await daemon(home)
  await one.rested(1)
  expect(planText(one.rounds[0]!)).toContain('www A skip up-to-date')
  expect(home.queries.length).toBe(asked)
  one.stop.abort()
  await one.end
})

it('a process that ends after one round does not', async () => {
  const home = await afterFullDisk()
  const asked = home.queries.length
  await home.run(home.start(), { afresh: true, needsDisk: true })
  expect(home.queries.length).toBe(asked)
})
