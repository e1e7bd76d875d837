import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { watchStore } from '../../src/app/daemon/watched-store.ts'
import { emptyDisk, memoryStore } from '../support/memory-store.ts'

const never = new AbortController().signal
const salted = (salt: string) => (state: object) => ({ state: { ...state, salt, targets: {}, mx: {} } })

it('who waits hears of what this process changes, and of what another one has written', async () => {
  const disk = emptyDisk()
  const { store, changed } = watchStore(memoryStore(disk))
  let told = 0
  const wait = () => void changed(never).then(() => told++)
  wait()
  await store.catchUp()
  await setImmediate()
  expect(told, 'nothing is new').toBe(0)
  await store.update(salted('mine'))
  await setImmediate()
  expect(told).toBe(1)
  wait()
  await memoryStore(disk).update(salted('theirs'))
  await store.catchUp()
  await setImmediate()
  expect([told, store.last().salt]).toEqual([2, 'theirs'])
})

it('nobody waits longer than he wants', async () => {
  const { changed } = watchStore(memoryStore(emptyDisk()))
  await changed(AbortSignal.abort())
  const end = new AbortController()
  const over = changed(end.signal)
  end.abort()
  await over
})
