import { describe, expect, it } from 'vitest'
import { lookUpThrough } from '../../src/app/line-names.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import type { Rdata } from '../../src/dns/message.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
import type { Dns, DnsQuestion, LookUp } from '../../src/ports/dns.ts'
import { endpoint } from '../support/config.ts'
import { message, sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const OWN = { 4: ip('192.168.2.2'), 6: undefined }
const A: Rdata = { type: 'A', address: ip('192.0.2.80') }
const AAAA: Rdata = { type: 'AAAA', address: ip('2001:db8::80') }
const ALIAS: Rdata = { type: 'CNAME', target: 'other.example' }
const lost = new Failure('network', 'no address found for tell.example (EAI_AGAIN)')
const silent = () => new Promise<never>(() => {})

type Answers = (question: DnsQuestion, signal: AbortSignal) => readonly Rdata[] | Promise<never>

/** Who was asked for what, from where; the router at home is 192.168.2.1. */
function look(
  system: Dns['lookup'],
  answers: Answers,
  {
    named = ['9.9.9.9'],
    how = {},
    own = OWN,
    router = true,
  }: {
    named?: (string | Endpoint)[] | Failure
    how?: LookUp
    own?: Record<4 | 6, IpAddress | undefined>
    router?: boolean
  } = {},
) {
  const asked: string[] = []
  const time = stoppedClock()
  const world = sourceWorld({})
  const lookup = lookUpThrough(own, {
    clock: time.clock,
    interfaces: {
      ...world.interfaces,
      gateway: async () =>
        router ? { address: ip('192.168.2.1'), interface: 'eth1', own: ip('192.168.2.2') } : undefined,
    },
    dns: {
      ...world.dns,
      lookup: system,
      resolvers: async () => {
        if (named instanceof Failure) throw named
        return named.map((one) => (typeof one === 'string' ? endpoint(one) : one))
      },
      query: async (question, signal) => {
        expect(question).toMatchObject({ name: 'tell.example', recursion: true })
        asked.push(`${question.server.address} ${question.type} from ${question.localAddress}`)
        return message('NOERROR', await answers(question, signal))
      },
    },
  })
  return { asked, ...time, found: lookup('tell.example', how) }
}
const byRouter: Answers = ({ server, type }) =>
  server.address === '192.168.2.1' ? (type === 'A' ? [ALIAS, A] : [AAAA]) : silent()

const untilStopped: Answers = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Failure('cancelled', 'stopped'))))

describe("a source's name is looked up", () => {
  it("by this machine's resolver alone while that answers", async () => {
    const how = { family: 4, signal: new AbortController().signal } as const
    const system: Dns['lookup'] = async (...about) => {
      expect(about, 'as somebody has asked').toEqual(['tell.example', how])
      return [ip('192.0.2.1')]
    }
    const { found, asked, sleeping } = look(system, byRouter, { how })
    expect(await found).toEqual(['192.0.2.1'])
    expect({ asked, sleeping: sleeping() }).toEqual({ asked: [], sleeping: 0 })
  })

  it("through the line where that fails: by its router, and by each public server of resolv.conf, from the line's address", async () => {
    const { found, asked } = look(() => Promise.reject(lost), byRouter, { how: { family: 4 } })
    expect(await found).toEqual(['192.0.2.80'])
    expect(asked).toEqual(['192.168.2.1 A from 192.168.2.2', '9.9.9.9 A from 192.168.2.2'])
  })

  it('through the line where that is silent for a quarter of a second, and not before', async () => {
    const { found, asked, pass } = look(silent, byRouter, { how: { family: 4 } })
    await pass(249)
    expect(asked).toEqual([])
    await pass(1)
    expect(await found).toEqual(['192.0.2.80'])
  })

  it('by whoever knows it first: the resolver may be slow only', async () => {
    let answer = (_: readonly IpAddress[]) => {}
    const system = new Promise<readonly IpAddress[]>((resolve) => {
      answer = resolve
    })
    const { found, pass } = look(() => system, silent)
    await pass(250)
    answer([ip('192.0.2.1')])
    expect(await found).toEqual(['192.0.2.1'])
  })

  it('for both families where any will do, and a server that knows none of them does not count', async () => {
    const answers: Answers = ({ server, type }) => (server.address === '9.9.9.9' ? [] : type === 'A' ? [A] : [AAAA])
    const { found } = look(() => Promise.reject(lost), answers)
    expect(await found).toEqual(['192.0.2.80', '2001:db8::80'])
  })

  it('by whoever is left, where there is no router, or resolv.conf cannot be read', async () => {
    const fails = () => Promise.reject(lost)
    const unread = look(fails, byRouter, { named: new Failure('unavailable', 'no resolv.conf') })
    expect(await unread.found).toEqual(['192.0.2.80', '2001:db8::80'])
    const alone = look(fails, ({ type }) => (type === 'A' ? [A] : []), { router: false })
    expect(await alone.found).toEqual(['192.0.2.80'])
    expect(alone.asked).toEqual(['9.9.9.9 A from 192.168.2.2', '9.9.9.9 AAAA from 192.168.2.2'])
  })

  it('with what a server knows of one family, although it does not answer for the other; what was not asked for does not count', async () => {
    const fails = () => Promise.reject(lost)
    const half = look(fails, ({ type }) => (type === 'A' ? [A] : Promise.reject(lost)))
    expect(await half.found).toEqual(['192.0.2.80'])
    const more = look(fails, () => [AAAA, A], { how: { family: 4 } })
    expect(await more.found).toEqual(['192.0.2.80'])
  })

  it('nobody else is asked than who can be from there: no server at this machine, no stranger at a private address, none of a family that the line lacks', async () => {
    const named = [
      '127.0.0.53',
      '[::1]:53',
      '192.168.1.1',
      '100.64.0.53',
      '[fe80::1]:53',
      '[2a02:908::53]:53',
      '9.9.9.9',
    ]
    const { found, asked } = look(() => Promise.reject(lost), byRouter, { named, how: { family: 4 } })
    await found
    expect(asked.map((text) => text.split(' ')[0])).toEqual(['192.168.2.1', '9.9.9.9'])
    const six = look(
      () => Promise.reject(lost),
      () => [],
      {
        named: [...named, { address: ip('fe80::1'), port: 53, zone: 'eth0' }],
        how: { family: 6 },
        own: { 4: undefined, 6: ip('2001:db8::2') },
      },
    )
    await expect(six.found).rejects.toBeDefined()
    expect(six.asked).toEqual(['2a02:908::53 AAAA from 2001:db8::2'])
  })

  it("what is told when nobody knows it is the resolver's reason", async () => {
    const { found } = look(
      () => Promise.reject(lost),
      () => [],
    )
    await expect(found).rejects.toBe(lost)
  })

  it('nor is it kept back by a server that is silent: a second is what others have', async () => {
    const answers: Answers = ({ server }) => (server.address === '9.9.9.9' ? silent() : [])
    const { found, pass } = look(() => Promise.reject(lost), answers)
    let told: unknown
    found.catch((thrown) => {
      told = thrown
    })
    await pass(999)
    expect(told).toBeUndefined()
    await pass(1)
    expect(told).toBe(lost)
  })

  it.each([0, 250])('not any longer than somebody waits (%i ms)', async (waits) => {
    const end = new AbortController()
    const { found, asked, sleeping, pass } = look(silent, untilStopped, { how: { signal: end.signal } })
    const ends = expect(found).rejects.toMatchObject({ kind: 'cancelled' })
    await pass(waits)
    expect(asked.length > 0).toBe(waits > 0)
    end.abort('over')
    await ends
    expect(sleeping()).toBe(0)
  })
})
