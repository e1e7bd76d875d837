import { expect, it } from 'vitest'
import type { Hurry, SourceTroubles } from '../../src/app/ask-sources.ts'
import { detect } from '../../src/app/detect.ts'
import { sourcesOf } from '../../src/line/sources/index.ts'
import type { HostAddress } from '../../src/ports/interfaces.ts'
import { interfacesWith, message, onHost, sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const [OLD, NEW, THIRD] = [ip('2a02:908:1::25'), ip('2a02:908:2::25'), ip('2a02:908:3::25')]
const HTTP = 'http:http://[2a02:9::80]/'
const LONG = 86_400

/** A box behind a router that came back with another prefix: the old one is still called good, for longer. */
const CRASHED = [onHost('eth0', OLD, { preferredLifetime: LONG }), onHost('eth0', NEW, { preferredLifetime: 1800 })]
const UNKNOWN = CRASHED.map((one) => ({ ...one, preferredLifetime: Number.NaN }))

/** Rounds of one process. Servers outside answer to the addresses in `answered`, and to `kernel` where nothing is bound. */
function box(
  specs: readonly string[],
  all: readonly HostAddress[],
  answered: readonly string[],
  kernel = OLD,
  quorum?: number,
) {
  const { clock, ...time } = stoppedClock()
  const internet = { answered, all, silent: '', slow: 0 }
  const asked: string[] = []
  const callerOf = async (what: string, local: string | undefined, signal: AbortSignal) => {
    asked.push(`${what} ${local ?? 'unbound'}`)
    const from = ip(local ?? kernel)
    if (internet.slow > 0) await clock.sleep(internet.slow, signal)
    if (what === internet.silent || !internet.answered.includes(from))
      await new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)))
    return from
  }
  const base = sourceWorld({})
  const world = {
    ...base,
    clock,
    http: async ({ url, localAddress }: { url: string; localAddress?: string }, signal: AbortSignal) => ({
      ...{ status: 200, headers: {} },
      body: await callerOf(url.includes('::81') ? 'second' : 'http', localAddress, signal),
    }),
    dns: {
      ...base.dns,
      query: async ({ localAddress }: { localAddress?: string }, signal: AbortSignal) =>
        message('NOERROR', [{ type: 'AAAA', address: await callerOf('dns', localAddress, signal) }]),
    },
    publicIp: async (_: unknown, signal: AbortSignal) => callerOf('public-ip', undefined, signal),
    interfaces: { ...interfacesWith([], { 6: 'eth0' }), addresses: async () => internet.all },
  } as unknown as Parameters<typeof detect>[3]
  const troubles: SourceTroubles = new Map()
  const hurry: Hurry = {
    ...{ troubles, shown: new Map(), live: new Map() },
    hint: false,
    now: clock.now,
    random: () => 0,
  }
  const lines = { default: { sources: sourcesOf(specs), quorum } }
  return {
    internet,
    troubles,
    /** `cut`: after how many milliseconds it is ended. */
    async round(cut?: number) {
      asked.length = 0
      const started = clock.now()
      let isOver = false
      const end = new AbortController()
      if (cut !== undefined) time.later(cut, () => end.abort())
      const found = detect(lines, ['AAAA'], [], world, end.signal, hurry).finally(() => {
        isOver = true
      })
      for (let nth = 0; nth < 300 && !isOver; nth++) await time.pass(nth === 0 ? 0 : 100)
      const ms = clock.now() - started
      const { detected } = await found
      expect(time.sleeping()).toBe(0)
      return { says: detected.default?.AAAA, ms, asked: [...asked] }
    },
  }
}

it.each([
  ['the kernel calls the dead one good for longer', CRASHED],
  ['how long they last is not known', UNKNOWN],
  ['the dead one is of DHCPv6', [{ ...CRASHED[0]!, prefixLength: 128 }, CRASHED[1]!]],
  ['the dead one was set by hand', [{ ...CRASHED[0]!, dynamic: false }, CRASHED[1]!]],
])('of two networks the one that is answered from outside: %s', async (_, all) => {
  const { says, asked } = await box(['interface:eth0', HTTP], all, [NEW]).round()
  expect(says).toEqual([NEW])
  expect(asked.toSorted(), 'one question to each, and then from the live one').toEqual(
    [`http ${OLD}`, `http ${NEW}`, `http ${NEW}`].toSorted(),
  )
})

it('sources outside alone are asked from the live network, whichever the kernel would have taken', async () => {
  const dns = 'dns:myip.test/AAAA/IN@[2a02:9::53]'
  expect((await box([HTTP], CRASHED, [NEW]).round()).says).toEqual([NEW])
  expect((await box([HTTP, dns, 'http:http://[2a02:9::81]/'], CRASHED, [NEW]).round()).says).toEqual([NEW])
  expect((await box([dns], CRASHED, [NEW]).round()).asked).toEqual([`dns ${OLD}`, `dns ${NEW}`, `dns ${NEW}`])
})

it('a dead network costs a second, once; then the live one is asked alone', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [NEW])
  expect((await home.round()).ms).toBe(1000)
  expect(await home.round()).toEqual({ says: [NEW], ms: 0, asked: [`http ${NEW}`, `http ${NEW}`] })
})

it('of two that are answered the preferred one, and the record stays with what was answered last', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [OLD, NEW])
  expect((await home.round()).says).toEqual([OLD])
  home.internet.answered = [NEW]
  expect((await home.round()).says).toEqual([NEW])
  home.internet.answered = [OLD, NEW]
  expect((await home.round()).says, 'it has not gone back').toEqual([NEW])
  home.internet.all = [...CRASHED, onHost('eth0', THIRD, { preferredLifetime: 2 * LONG })]
  home.internet.answered = [OLD, NEW, THIRD]
  expect((await home.round()).says, 'a new network is a new question').toEqual([THIRD])
})

it('where nobody answers from either, all is as if nobody had been asked', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [])
  expect((await home.round()).says).toEqual([OLD])
  const doubtful = await box(['interface:eth0', HTTP], UNKNOWN, []).round()
  expect(doubtful.says).toMatchObject({ message: expect.stringMatching(/does not tell which is in use.*http:URL/s) })
})

it('another source outside is tried where the first does not answer', async () => {
  const home = box(['interface:eth0', HTTP, 'http:http://[2a02:9::81]/'], CRASHED, [NEW])
  home.internet.silent = 'http'
  const { says, asked } = await home.round()
  expect({ says, tried: asked.filter((one) => one.endsWith(OLD)) }).toEqual({
    says: [NEW],
    tried: [`http ${OLD}`, `second ${OLD}`],
  })
})

it('one that rests is not asked which network lives', async () => {
  const home = box(['interface:eth0', HTTP, 'http:http://[2a02:9::81]/'], CRASHED, [NEW])
  home.troubles.set(`default AAAA ${HTTP.slice(0, -1)}`, { what: 'fails', since: 0, until: 6e8 } as never)
  const { says, asked } = await home.round()
  expect({ says, tried: asked.filter((one) => one.endsWith(OLD)) }).toEqual({ says: [NEW], tried: [`second ${OLD}`] })
})

it.each([
  [
    'there is one network',
    [CRASHED[0]!, onHost('eth0', '2a02:908:1::99', { dynamic: false })],
    ['interface:eth0', HTTP],
    1,
  ],
  ['the other is deprecated', [CRASHED[0]!, { ...CRASHED[1]!, deprecated: true }], ['interface:eth0', HTTP], 1],
  ['the other is temporary', [CRASHED[0]!, { ...CRASHED[1]!, temporary: true }], ['interface:eth0', HTTP], 1],
  ['the other is unique-local', [CRASHED[0]!, onHost('eth0', 'fd00::25')], ['interface:eth0', HTTP], 1],
  ['the other is on another interface', [CRASHED[0]!, onHost('eth1', NEW)], ['interface:eth0', HTTP], 1],
  ['no source outside is named', CRASHED, ['interface:eth0'], 0],
])('nobody is asked twice where %s', async (_, all, specs, times) => {
  const { asked } = await box(specs, all, [OLD, '2a02:908:1::99']).round()
  expect(asked).toEqual(Array(times).fill('http unbound'))
})

it('public-ip, which cannot be asked from an address, is asked as it ever was', async () => {
  const { says, asked } = await box(['public-ip'], CRASHED, [OLD]).round()
  expect({ says, asked }).toEqual({ says: [OLD], asked: ['public-ip unbound'] })
})

it('beside others it is left out then: it may see the other network, and would stand against them', async () => {
  const { says, asked } = await box(['public-ip', HTTP], CRASHED, [OLD, NEW], NEW).round()
  expect(says).toEqual([OLD])
  expect(asked.filter((one) => one.startsWith('public-ip'))).toEqual([])
})

it('where nobody answers the choice costs two seconds in all, however many there are to ask', async () => {
  const home = box([HTTP, 'http:http://[2a02:9::81]/'], CRASHED, [NEW])
  await home.round()
  home.internet.answered = []
  expect((await home.round()).ms).toBe(2000 + 5000) // and what sources may take
})

it('while nobody answers, the one that was answered last stands, and nothing is put back to a dead one', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [NEW])
  await home.round()
  home.internet.answered = []
  expect((await home.round()).says).toEqual([NEW])
  home.internet.answered = [OLD]
  expect((await home.round()).says, 'until another one is').toEqual([OLD])
})

it('where all rest, new networks are a question for once', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [NEW])
  home.troubles.set(`default AAAA ${HTTP.slice(0, -1)}`, { what: 'fails', since: 0, until: 6e8 } as never)
  expect((await home.round()).says).toEqual([NEW])
  const silent = box(['interface:eth0', HTTP], CRASHED, [])
  silent.troubles.set(`default AAAA ${HTTP.slice(0, -1)}`, { what: 'fails', since: 0, until: 6e8 } as never)
  expect((await silent.round()).asked.filter((one) => one.endsWith(OLD))).toHaveLength(1)
  expect((await silent.round()).asked.filter((one) => one.endsWith(OLD))).toEqual([])
})

it('one that answers late is used, although the one before it never does', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [NEW])
  home.internet.slow = 1500
  expect(await home.round()).toMatchObject({ says: [NEW], ms: 2000 + 1500 })
})

it('while no other answers, public-ip is asked', async () => {
  const home = box(['public-ip', HTTP], CRASHED, [NEW], NEW)
  await home.round()
  home.internet.silent = 'http'
  expect((await home.round()).says).toEqual([NEW])
})

it('where the user wants so many to agree, public-ip counts as it ever did', async () => {
  const { says, asked } = await box(['public-ip', HTTP], CRASHED, [NEW], NEW, 2).round()
  expect(says).toEqual([NEW])
  expect(asked).toContain('public-ip unbound')
})

it('a round that is ended before the choice is made forgets nothing', async () => {
  const home = box(['interface:eth0', HTTP], CRASHED, [NEW])
  await home.round()
  home.internet.silent = 'http'
  await home.round(100)
  home.internet.silent = ''
  expect((await home.round()).asked).toEqual([`http ${NEW}`, `http ${NEW}`])
})
