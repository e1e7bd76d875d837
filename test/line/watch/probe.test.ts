import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parsePrefix } from '../../../src/dns/prefix.ts'
import type { IpAddress } from '../../../src/dns/rrset.ts'
import type { IpSource } from '../../../src/line/source.ts'
import { watchProbe } from '../../../src/line/watch/probe.ts'
import type { Watching } from '../../../src/line/watch/watcher.ts'
import { sourceWorld } from '../../support/source-world.ts'
import { stoppedClock } from '../../support/stopped-clock.ts'
import { ip } from '../../support/targets.ts'

const SECOND = 1000
const down = new Failure('network', 'upnp: the router does not answer')

interface Told {
  answer: readonly string[] | Failure
  /** 'none': the line has none; absent: it is no source of prefixes. */
  prefix?: string | Failure
  readonly times: number[]
}

const prefixIn = ({ prefix = 'none' }: Told) => {
  if (prefix instanceof Failure) throw prefix
  return prefix === 'none' ? undefined : parsePrefix(prefix)
}

/** A source that says what it is made to say. */
function sourceOf(id: string, first: readonly string[] | Failure, prefix?: Told['prefix']) {
  const told: Told = { answer: first, times: [], ...(prefix !== undefined && { prefix }) }
  const source = (now: () => number): IpSource => ({
    ...{ id, view: 'gateway', types: ['A'] },
    ...('prefix' in told && { prefix: async () => prefixIn(told) }),
    addresses: async () => {
      told.times.push(now())
      if (told.answer instanceof Failure) throw told.answer
      return told.answer.map(ip) as readonly IpAddress[]
    },
  })
  return { told, source }
}

function start(...all: ReturnType<typeof sourceOf>[]) {
  const time = { now: 0 }
  const { clock, pass, sleeping } = stoppedClock(time)
  const asked = sourceWorld({})
  const hints: string[] = []
  const troubles: (string | undefined)[] = []
  const stop = new AbortController()
  const watching: Watching = {
    world: { ...asked, clock, serve: async () => expect.unreachable() },
    onHint: (way) => hints.push(way),
    onTrouble: (way, why) => troubles.push(why && `${way}: ${why.message}`),
    onProof: () => expect.unreachable(),
  }
  const sources = all.map(({ source }) => source(() => time.now))
  const done = watchProbe(sources, 10 * SECOND)(watching, stop.signal)
  return { pass, sleeping, hints, troubles, stop, done }
}

it('asks once an interval, and hints at another answer', async () => {
  const router = sourceOf('upnp', ['5.9.1.7'])
  const { pass, hints } = start(router)
  await pass(60 * SECOND)
  expect(router.told.times).toEqual([0, 10, 20, 30, 40, 50, 60].map((seconds) => seconds * SECOND))
  expect(hints).toEqual([])
  router.told.answer = ['5.9.1.8']
  await pass(10 * SECOND)
  expect(hints).toEqual(['probe'])
  await pass(60 * SECOND)
  expect(hints).toEqual(['probe'])
  router.told.answer = []
  await pass(10 * SECOND)
  expect(hints).toEqual(['probe', 'probe'])
})

it('lets a source that fails rest ever longer, and compares with what it said before', async () => {
  const router = sourceOf('upnp', ['5.9.1.7'])
  const { pass, hints, troubles } = start(router)
  await pass(5 * SECOND)
  router.told.answer = down
  await pass(60 * 60 * SECOND)
  const pauses = router.told.times.slice(1).map((at, i) => (at - router.told.times[i]!) / SECOND)
  expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600, 600])
  expect(troubles).toEqual(['probe: upnp: the router does not answer'])
  router.told.answer = ['5.9.1.7']
  await pass(600 * SECOND)
  expect([hints, troubles.slice(1)]).toEqual([[], [undefined]])
  router.told.answer = ['5.9.1.8']
  await pass(10 * SECOND)
  expect(hints).toEqual(['probe'])
})

it.each(['offline', 'hidden'] as const)(
  'goes on asking a router that has no address to tell now (%s)',
  async (reason) => {
    const router = sourceOf('upnp', ['5.9.1.7'])
    const { pass, hints, troubles } = start(router)
    await pass(5 * SECOND)
    router.told.answer = new Failure('unavailable', 'upnp: no connection', { reason })
    await pass(10 * SECOND)
    expect(hints, 'once says little').toEqual([])
    await pass(20 * SECOND)
    expect(hints, 'the line is gone').toEqual(['probe'])
    await pass(10 * 60 * SECOND)
    const pauses = router.told.times.slice(1).map((at, i) => (at - router.told.times[i]!) / SECOND)
    expect([...new Set(pauses)]).toEqual([10, 20, 30])
    router.told.answer = ['5.9.1.8']
    await pass(30 * SECOND)
    expect([hints, troubles]).toEqual([['probe', 'probe'], []])
    const late = sourceOf('upnp', router.told.answer && new Failure('unavailable', 'upnp: no connection', { reason }))
    const other = start(late)
    await other.pass(SECOND)
    late.told.answer = ['5.9.1.9']
    await other.pass(30 * SECOND)
    expect(other.hints, 'the first address of a line that was down when it began').toEqual(['probe'])
  },
)

const offline = new Failure('unavailable', 'upnp: no connection', { reason: 'offline' })

it.each([down, offline])(
  'hints once at the first word of a router that was down from the start (%s)',
  async (first) => {
    const [one, other] = [sourceOf('upnp', first), sourceOf('nat-pmp', first)]
    const { pass, hints } = start(one, other)
    await pass(5 * 60 * SECOND)
    one.told.answer = ['5.9.1.7']
    await pass(10 * 60 * SECOND)
    expect(hints).toEqual(['probe'])
    other.told.answer = ['5.9.1.7']
    await pass(10 * 60 * SECOND)
    expect(hints, 'the same router, by another way').toEqual(['probe'])
    for (const answer of [down, ['5.9.1.7'], down, ['5.9.1.7']]) {
      one.told.answer = answer
      await pass(20 * 60 * SECOND)
    }
    expect(hints, 'its address is the same again').toEqual(['probe'])
  },
)

it('hints at a first word that is another one than that of the router’s other way', async () => {
  const [one, other] = [sourceOf('upnp', ['5.9.1.7']), sourceOf('nat-pmp', down)]
  const { pass, hints } = start(one, other)
  await pass(60 * SECOND)
  other.told.answer = ['5.9.1.8']
  await pass(120 * SECOND)
  expect(hints).toEqual(['probe'])
})

it('asks for the prefix too, where a source can tell it, and hints at another one', async () => {
  const box = sourceOf('fritzbox', ['5.9.1.7'], '2a02:908:1::/56')
  const { pass, hints, troubles } = start(box)
  await pass(60 * SECOND)
  expect(hints).toEqual([])
  box.told.prefix = '2a02:908:2::/56'
  await pass(10 * SECOND)
  expect(hints).toEqual(['probe'])
  box.told.prefix = down
  await pass(60 * SECOND)
  expect(box.told.times, 'as often as ever').toHaveLength(14)
  box.told.prefix = '2a02:908:2::/56'
  await pass(60 * SECOND)
  expect([hints, troubles]).toEqual([['probe'], []])
  box.told.answer = offline // IPv6 may be there before IPv4 is
  box.told.prefix = '2a02:908:3::/56'
  await pass(10 * SECOND)
  expect(hints).toHaveLength(2)
  box.told.prefix = 'none'
  await pass(60 * SECOND)
  expect(hints).toHaveLength(3)
})

it('a prefix that comes after the address is a hint of its own', async () => {
  const box = sourceOf('fritzbox', down, down)
  const { pass, hints } = start(box)
  await pass(60 * SECOND)
  box.told.answer = ['5.9.1.7']
  box.told.prefix = 'none'
  await pass(120 * SECOND)
  expect(hints).toEqual(['probe'])
  box.told.prefix = '2a02:908:1::/56'
  await pass(60 * SECOND)
  expect(hints).toEqual(['probe', 'probe'])
})

it('is in trouble only where no source answers', async () => {
  const [one, other] = [sourceOf('upnp', down), sourceOf('nat-pmp', ['5.9.1.7'])]
  const { pass, hints, troubles } = start(one, other)
  await pass(60 * SECOND)
  expect(troubles).toEqual([])
  other.told.answer = ['5.9.1.8']
  await pass(10 * SECOND)
  expect(hints).toEqual(['probe'])
  other.told.answer = down
  await pass(10 * SECOND)
  expect(troubles).toEqual(['probe: upnp: the router does not answer'])
})

it('ends when it is told to, whatever it does', async () => {
  for (const sources of [[], [sourceOf('upnp', ['5.9.1.7'])], [sourceOf('upnp', down)]]) {
    const { pass, stop, done, sleeping, troubles } = start(...sources)
    await pass(5 * SECOND)
    const told = troubles.length
    stop.abort()
    await done
    expect([sleeping(), troubles.length]).toEqual([0, told])
  }
})

it('a source that breaks is a source that fails', async () => {
  const broken = sourceOf('upnp', ['5.9.1.7'])
  const source = broken.source
  const { pass, troubles } = start({
    ...broken,
    source: (now) => ({ ...source(now), addresses: async () => Promise.reject(new TypeError('x')) }),
  })
  await pass(SECOND)
  expect(troubles).toHaveLength(1)
})
