import { expect, it } from 'vitest'
import { openReload } from '../../src/app/daemon/reload.ts'
import { carriedOver } from '../../src/app/setup.ts'
import { homeLine } from '../support/home-line.ts'

it('what is thrown on the way is told, and the next time is as if it had not been', async () => {
  const told: unknown[] = []
  const done: string[] = []
  const all = ['broken', 'good']
  const reload = openReload(
    async () => {
      const what = all.shift()!
      if (what === 'broken') throw new Error('a provider broke')
      done.push(what)
    },
    { error: (message, fields) => void told.push({ message, ...fields }) },
  )
  await Promise.all([reload(), reload()])
  expect(told).toEqual([
    {
      message: 'the configuration cannot be used; the old one stays in force',
      problems: [expect.stringContaining('a provider broke')],
    },
  ])
  expect(done).toEqual(['good'])
})

it('two signals that come together are worked off one after the other', async () => {
  const seen: string[] = []
  const reload = openReload(
    async () => {
      seen.push('begins')
      await Promise.resolve()
      seen.push('ends')
    },
    { error: () => expect.unreachable() },
  )
  await Promise.all([reload(), reload()])
  expect(seen).toEqual(['begins', 'ends', 'begins', 'ends'])
})

it('what was seen of lines is kept only where they lead out as before: another router is not the one that shared an address', async () => {
  const { setup, setupWith } = await homeLine({ lag: 0 })
  setup.shown.set('default A nat-pmp', { at: 1 } as never)
  const after = (change: Parameters<typeof setupWith>[0]) => carriedOver(setup, setupWith(change))
  const same = after({ dailyUpdates: 7 })
  expect([same.shown, same.troubles, same.live, same.mxHeard]).toEqual([
    setup.shown,
    setup.troubles,
    setup.live,
    setup.mxHeard,
  ])
  expect(same.shown).toBe(setup.shown)
  expect(same.config.dailyUpdates).toBe(7)
  const line = { name: 'main', ipSources: ['auto'], quorum: undefined, lineDownAfter: 1, failbackAfter: 1 }
  for (const change of [{ ipSources: ['upnp'] }, { lines: [{ ...line, interface: 'eth0' }] }]) {
    expect(after(change).shown.size).toBe(0)
    expect(after(change).mxHeard).toBe(setup.mxHeard)
  }
})
