import { expect, it } from 'vitest'
import { detect, type LineSources } from '../../src/app/detect.ts'
import { Failure } from '../../src/core/failure.ts'
import type { AddressType, IpAddress } from '../../src/dns/rrset.ts'
import type { IpSource } from '../../src/line/source.ts'
import { onHost, sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const BOTH: readonly AddressType[] = ['A', 'AAAA']
const X = ip('5.9.1.7')
const Y = ip('5.9.1.8')
const V6 = ip('2a02:908::7')

const source = (id: string, addresses: IpSource['addresses'], types = BOTH): IpSource => ({
  id,
  view: 'outside',
  types,
  addresses,
})
const saying = (id: string, ...addresses: IpAddress[]) =>
  source(id, async (type) => addresses.filter((one) => one.includes(':') === (type === 'AAAA')))
const failing = (id: string, reason: Failure['reason'], view: IpSource['view'] = 'outside') => {
  const addresses = () => Promise.reject(new Failure('network', id, { reason }))
  return { ...source(id, addresses), view }
}
const never = (id: string) => source(id, () => new Promise(() => {}))

function start(lines: Record<string, LineSources>, types = BOTH, allow: string[] = []) {
  const { clock, ...time } = stoppedClock()
  const stop = new AbortController()
  const found = detect(lines, types, allow, { ...sourceWorld({}), clock }, stop.signal)
  return { found, stop, ...time }
}
const one = (...sources: IpSource[]) => ({ default: { sources, quorum: undefined } })

it('learns both families from sources that agree, and leaves no timer behind', async () => {
  const { found, sleeping } = start(one(saying('a', X, V6), saying('b', X, V6), saying('c', Y, V6)))
  expect(await found).toMatchObject({
    detected: { default: { A: [X], AAAA: [V6] } },
    sightings: {
      default: {
        A: [
          { source: 'a', judgement: 'agreed' },
          { source: 'b', judgement: 'agreed' },
          { source: 'c', judgement: 'disagreed' },
        ],
      },
    },
    findings: [{ id: 'sources-disagree', severity: 'info' }],
  })
  expect(sleeping()).toBe(0)
})

it('a line without a way is cut, whoever has no address of the family to be asked at', async () => {
  const sources = [failing('interface', 'no-route', 'host'), failing('a', 'no-route'), failing('six', 'no-family')]
  const { default: line } = (await start(one(...sources), ['A']).found).detected
  expect(line?.A).toMatchObject({ reason: 'no-route' })
})

it('asks all sources side by side', async () => {
  const waiting: (() => void)[] = []
  const meeting = (id: string) =>
    source(id, async () => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return [X]
    })
  const { found } = start({ dsl: one(meeting('a'), meeting('b')).default, lte: one(meeting('c')).default }, ['A'])
  expect(waiting).toHaveLength(3)
  for (const go of waiting) go()
  expect((await found).detected).toEqual({ dsl: { A: [X] }, lte: { A: [X] } })
})

it('asks the kernel for the gateway once in each detection, however many sources need it', async () => {
  let asked = 0
  const gateway = async () => {
    asked += 1
    return { address: ip('192.168.1.1'), interface: 'eth0', own: ip('192.168.1.2') }
  }
  const outside = sourceWorld({})
  const { clock } = stoppedClock()
  const world = { ...outside, clock, interfaces: { ...outside.interfaces, gateway } }
  const router = (id: string) =>
    source(id, async (_, { interfaces }) => ((await interfaces.gateway())?.own === ip('192.168.1.2') ? [X] : []), ['A'])
  const look = () => detect(one(router('a'), router('b')), ['A'], [], world, new AbortController().signal)
  expect((await look()).detected).toEqual({ default: { A: [X] } })
  expect(asked).toBe(1)
  await look() // it may be another by now
  expect(asked).toBe(2)
})

it('an address seen outside that is a temporary one of this box stands for the lasting one beside it', async () => {
  const temporary = ip('2a02:908::dead')
  const outside = sourceWorld({})
  const here = [
    onHost('eth0', temporary, { temporary: true }),
    onHost('eth0', V6),
    onHost('eth0', '2a02:909::7'),
    onHost('eth1', '2a02:908::8'),
  ]
  const { clock } = stoppedClock()
  const look = (all: typeof here, id = 'a', view: IpSource['view'] = 'outside') => {
    const world = { ...outside, clock, interfaces: { ...outside.interfaces, addresses: async () => all } }
    const lines = one({ ...saying(id, temporary), view })
    return detect(lines, ['AAAA'], [], world, new AbortController().signal)
  }
  expect((await look(here)).detected).toEqual({ default: { AAAA: [V6] } })
  const without = (await look([here[0]!, here[2]!, here[3]!])).detected.default?.AAAA
  expect(without).toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/eth0 that does not last, .* privacy/),
  })
  expect((await look([])).detected, 'another machine').toEqual({ default: { AAAA: [temporary] } })
  expect((await look(here, 'static', 'given')).detected, "the user's word").toEqual({
    default: { AAAA: [temporary], unseen: ['AAAA'] },
  })
})

it.each<[string, Failure | IpAddress, boolean]>([
  ['silence', new Failure('network', 'no answer', { reason: 'silent' }), true],
  ['no way', new Failure('network', 'no route', { reason: 'no-route' }), true],
  ['a refusal, which may come from nearer', new Failure('network', 'refused', { reason: 'refused' }), false],
  ['a name that is none', new Failure('network', 'ENOTFOUND'), false],
  ['a service that is busy', new Failure('rate-limited', '429'), false],
  ['another address', Y, false],
])(
  'of a line that can be left it says where those outside are heard through another alone: %s',
  async (_, said, is) => {
    const outside = source('a', async () => {
      if (said instanceof Failure) throw said
      return [said]
    })
    const router = { ...saying('router', X), view: 'gateway' as const }
    const six = failing('six', 'no-family') // which cannot be asked for IPv4
    const look = async (hasRival: object) => {
      const dsl = { sources: [outside, six, router], quorum: undefined, ...hasRival }
      return (await start({ dsl, lte: one(saying('b', X)).default }, ['A']).found).detected.dsl
    }
    expect((await look({ hasRival: true }))?.unproven).toEqual(is ? ['A'] : undefined)
    expect((await look({}))?.unproven).toBeUndefined()
  },
)

it('asks a source only for what it can tell, and only for what is wanted', async () => {
  const types: string[] = []
  const noting = (id: string, able: readonly AddressType[]) =>
    source(
      id,
      async (type) => {
        types.push(`${id} ${type}`)
        return type === 'A' ? [X] : [V6]
      },
      able,
    )
  const { found } = start(one(noting('a', ['A']), noting('b', BOTH)), ['A'])
  expect((await found).detected).toEqual({ default: { A: [X] } })
  expect(types).toEqual(['a A', 'b A'])
})

it('does without a source that is silent for 5 s', async () => {
  const { found, pass, sleeping } = start(one(never('slow'), saying('a', X), saying('b', X)), ['A'])
  await expect.poll(() => sleeping()).toBe(1) // only the silent one is still waited for
  await pass(4999)
  expect(sleeping()).toBe(1)
  await pass(1)
  const { detected, sightings } = await found
  expect(detected).toEqual({ default: { A: [X] } })
  expect(sightings.default?.A?.[0]).toMatchObject({
    judgement: 'failed',
    answer: { kind: 'network', message: 'slow: no answer within 5 s' },
  })
})

it('tells the source that it is no longer waited for', async () => {
  const signals: AbortSignal[] = []
  const hanging = source('slow', (_type, _world, signal) => {
    signals.push(signal)
    return new Promise(() => {})
  })
  const { found, pass } = start(one(hanging), ['A'])
  expect(signals[0]?.aborted).toBe(false)
  await pass(5000)
  await found
  expect(signals[0]?.aborted).toBe(true)
})

it('ends at once when the round does, as cancelled', async () => {
  const { found, stop, sleeping } = start(one(never('a'), never('b')), ['A'])
  stop.abort()
  expect((await found).detected).toMatchObject({ default: { A: { kind: 'cancelled' } } })
  expect(sleeping()).toBe(0)
})

it('makes values of everything that is thrown', async () => {
  const broken = source('a', async () => {
    throw new TypeError('x is not a function')
  })
  const crash = source('b', () => {
    throw new Failure('network', 'refused')
  })
  const { detected, sightings } = await start(one(broken, crash), ['A']).found
  expect(sightings.default?.A).toMatchObject([{ answer: { kind: 'bug' } }, { answer: { kind: 'network' } }])
  const message = 'the IPv4 address is unknown: a: TypeError: x is not a function; b: refused'
  expect(detected.default?.A).toMatchObject({ message })
})

it('refuses what cannot be public unless it is allowed', async () => {
  const lines = one(saying('a', ip('192.0.2.1')))
  expect((await start(lines, ['A']).found).detected.default?.A).toMatchObject({ kind: 'rejected' })
  expect((await start(lines, ['A'], ['192.0.2.0/24']).found).detected).toEqual({ default: { A: ['192.0.2.1'] } })
})

it('keeps lines apart, each with its quorum, and names the line', async () => {
  const lines = {
    dsl: { sources: [saying('a', X), saying('b', X), saying('c', Y)], quorum: 3 },
    lte: { sources: [saying('d', Y)], quorum: undefined },
  }
  const { detected, findings } = await start(lines, ['A']).found
  expect(detected).toMatchObject({ dsl: { A: { kind: 'protocol' } }, lte: { A: [Y] } })
  expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('IPv4 on line dsl')])
})

it('says of a family that no source can tell that it is unknown, not absent', async () => {
  const { found } = start(one(source('static', async () => [X], ['A'])))
  expect((await found).detected).toMatchObject({ default: { A: [X], AAAA: { kind: 'unsupported' } } })
})
