import { expect, it } from 'vitest'
import { openReload } from '../../src/app/daemon/reload.ts'

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
