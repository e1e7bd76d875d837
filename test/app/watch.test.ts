import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openWatch } from '../../src/app/daemon/watch.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Way } from '../../src/core/heard.ts'
import type { Watcher, Watching, WatchWay } from '../../src/line/watch/watcher.ts'

const world = {} as Watching['world'] // nobody looks at it here

function open() {
  const stop = new AbortController()
  const told: string[] = []
  const say = (level: string) => (message: string, fields?: object) =>
    void told.push(`${level} ${message} ${JSON.stringify(fields)}`)
  const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const running = new Map<string, Watching>()
  const heard: Way[] = []
  const watchers = (way: WatchWay, interval: number): readonly Watcher[] => [
    async (watching, signal) => {
      const name = way === 'probe' ? `probe ${interval}` : way
      running.set(name, watching)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      if (running.get(name) === watching) running.delete(name)
    },
  ]
  const { follow } = openWatch({ world, log, onHint: (way) => heard.push(way), watchers }, stop.signal)
  return { follow, running, heard, told, stop, names: () => [...running.keys()].toSorted() }
}

const trouble = new Failure('network', 'the router does not answer', { reason: 'silent' })

it('auto hears the kernel and the router, and asks again and again while the router sends no events', async () => {
  const { follow, running, names, told } = open()
  follow({ watch: 'auto', watchInterval: 10_000 })
  expect(names()).toEqual(['kernel', 'router'])
  running.get('router')!.onTrouble('upnp', trouble)
  expect(names()).toEqual(['kernel', 'probe 10000', 'router'])
  running.get('router')!.onTrouble('upnp', undefined)
  await setImmediate()
  expect(names()).toEqual(['kernel', 'router'])
  expect(told).toEqual([
    'debug no change is heard of by this way {"way":"upnp","why":"the router does not answer"}',
    'info changes are heard of by this way again {"way":"upnp"}',
  ])
})

it('a port that another program holds is said; what the user asked for and is not to be had is a warning', () => {
  const all = open()
  all.follow({ watch: 'auto', watchInterval: 10_000 })
  all.running.get('router')!.onTrouble('nat-pmp', new Failure('network', 'port 5350 is taken', { reason: 'in-use' }))
  const asked = open()
  asked.follow({ watch: ['router'], watchInterval: 10_000 })
  asked.running.get('router')!.onTrouble('upnp', trouble)
  expect([...all.told, ...asked.told].map((line) => line.split(' ')[0])).toEqual(['info', 'warn'])
  expect(asked.names()).toEqual(['router'])
})

it('listens anew only where the configuration has changed, and to nothing when it is off', async () => {
  const { follow, running, names } = open()
  follow({ watch: ['kernel', 'probe'], watchInterval: 5000 })
  const before = running.get('kernel')
  follow({ watch: ['kernel', 'probe'], watchInterval: 5000 })
  expect(running.get('kernel')).toBe(before)
  follow({ watch: ['kernel'], watchInterval: 5000 })
  await setImmediate()
  expect(names()).toEqual(['kernel'])
  expect(running.get('kernel')).not.toBe(before)
  follow({ watch: [], watchInterval: 5000 })
  await setImmediate()
  expect(names()).toEqual([])
})

it('ends with the daemon, the probe too, and what is told afterwards starts nothing', async () => {
  const { follow, running, names, stop, told } = open()
  follow({ watch: 'auto', watchInterval: 10_000 })
  const { onTrouble } = running.get('router')!
  onTrouble('upnp', trouble)
  stop.abort()
  await setImmediate()
  expect(names()).toEqual([])
  onTrouble('upnp', trouble)
  follow({ watch: ['kernel'], watchInterval: 10_000 })
  expect(names()).toEqual([])
  expect(told).toHaveLength(1)
})

it('what is heard is handed on', () => {
  const { follow, running, heard } = open()
  follow({ watch: ['router'], watchInterval: 10_000 })
  running.get('router')!.onHint('upnp')
  expect(heard).toEqual(['upnp'])
})
