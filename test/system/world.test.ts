import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClock } from '../../src/system/clock.ts'
import { readEnvironment } from '../../src/system/environment.ts'
import { openPublicIp } from '../../src/system/public-ip.ts'
import { openStateStore } from '../../src/system/state-store.ts'
import { openWorld } from '../../src/system/world.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const never = new AbortController().signal

it('the world is complete', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mxhome-world-'))
  const store = await openStateStore({ dir, clock: openClock(), log: quiet })
  const world = openWorld({ dir, version: '1.2.3', log: quiet, store })
  expect(world.store).toBe(store)
  const random = world.random()
  expect(random >= 0 && random < 1).toBe(true)
  const bytes = [world.unguessable(12), world.unguessable(12)]
  expect(bytes.map(({ length }) => length)).toEqual([12, 12])
  expect(bytes[0]).not.toEqual(bytes[1])
  expect((await world.exec.run({ argv: ['echo', 'x'], timeout: 10_000, maxBytes: 10 }, never)).stdout).toBe('x\n')
  expect(await world.history.read(1)).toEqual([])
  expect((await world.interfaces.addresses()).map(({ address }) => address)).toContain('127.0.0.1')
  rmSync(dir, { recursive: true })
})

it('sleep ends with its time, or with the signal', async () => {
  const clock = openClock()
  await clock.sleep(1, never)
  await clock.sleep(1e12, AbortSignal.abort())
  const stop = new AbortController()
  // More than setTimeout can count to must not end at once.
  let ended = false
  const sleeping = clock.sleep(2 ** 31 + 5, stop.signal).then(() => {
    ended = true
  })
  await clock.sleep(20, never)
  expect(ended).toBe(false)
  stop.abort()
  await sleeping
})

it('the environment is a copy', () => {
  const { env, pid } = readEnvironment()
  expect(pid).toBe(process.pid)
  expect(env.PATH).toBe(process.env.PATH)
  expect(env).not.toBe(process.env)
})

it('public-ip: the family asked for; failures are told apart', async () => {
  const asked: string[] = []
  const stop = new AbortController()
  const load =
    (fails = false) =>
    async () => ({
      publicIpv4: async () => {
        asked.push('4')
        if (fails) throw new Error('Could not get the public IP address')
        return '203.0.113.7'
      },
      publicIpv6: ({ signal }: { signal: AbortSignal }) =>
        new Promise<string>((_, reject) => {
          asked.push('6')
          signal.addEventListener('abort', () => reject(signal.reason))
          stop.abort()
        }),
    })
  expect(await openPublicIp(load())('A', never)).toBe('203.0.113.7')
  await expect(openPublicIp(load(true))('A', never)).rejects.toMatchObject({
    kind: 'network',
    message: 'public-ip found no IPv4 address',
  })
  await expect(openPublicIp(load())('AAAA', stop.signal)).rejects.toMatchObject({ kind: 'cancelled' })
  await expect(openPublicIp(load())('A', AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' })
  expect(asked).toEqual(['4', '4', '6'])
})

it('the real public-ip package has what is called', async () => {
  const { publicIpv4, publicIpv6 } = await import('public-ip')
  expect([typeof publicIpv4, typeof publicIpv6]).toEqual(['function', 'function'])
})
