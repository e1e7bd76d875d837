import { expect, it } from 'vitest'
import type { Hurry, SourceTroubles } from '../../src/app/ask-sources.ts'
import { detect } from '../../src/app/detect.ts'
import { fromLiveNetwork } from '../../src/app/live-network.ts'
import { Failure } from '../../src/core/failure.ts'
import { sourcesOf } from '../../src/line/sources/index.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import type { HostAddress } from '../../src/ports/interfaces.ts'
import type { UdpQuestion } from '../../src/ports/udp.ts'
import { attribute, stunAnswer, xorMapped } from '../support/datagrams.ts'
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
  const internet = { answered, all, silent: '', slow: 0, readable: true, hint: false }
  const asked: string[] = []
  const callerOf = async (what: string, local: string | undefined, signal: AbortSignal) => {
    asked.push(`${what} ${local ?? 'unbound'}`)
    const from = ip(local ?? kernel)
    if (internet.slow > 0) await clock.sleep(internet.slow, signal)
    if (what === internet.silent || !internet.answered.includes(from))
      await new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)))
    return from
  }
  const seen = () => {
    if (internet.readable) return internet.all
    throw new Failure('unavailable', 'no netlink')
  }
  const base = sourceWorld({})
  const world = {
    ...base,
    clock,
    http: async ({ url, localAddress }: HttpRequest, signal: AbortSignal) => ({
      ...{ status: 200, headers: {} },
      body: await callerOf(
        url.includes('::81') ? 'second' : url.includes(':49000') ? 'box' : 'http',
        localAddress,
        signal,
      ),
    }),
    udp: {
      ...base.udp,
      ask: async ({ localAddress, message: asking, read }: UdpQuestion<unknown>, signal: AbortSignal) => {
        const bytes = Buffer.from(asking(ip(localAddress ?? kernel)))
        const caller = await callerOf('stun', localAddress, signal)
        return read(stunAnswer(bytes, [attribute(0x0020, xorMapped(bytes, caller.replace('::', ':0:0:0:0:')))]))
      },
    },
    dns: {
      ...base.dns,
      query: async ({ localAddress }: { localAddress?: string }, signal: AbortSignal) =>
        message('NOERROR', [{ type: 'AAAA', address: await callerOf('dns', localAddress, signal) }]),
    },
    publicIp: async (_: unknown, signal: AbortSignal) => callerOf('public-ip', undefined, signal),
    interfaces: { ...interfacesWith([], { 6: 'eth0' }), addresses: async () => seen() },
  } as unknown as Parameters<typeof detect>[3]
  const troubles: SourceTroubles = new Map()
  const hurry: Hurry = {
    ...{ troubles, shown: new Map(), live: new Map(), hearings: { last: new Map() } },
    hint: false,
    now: clock.now,
    random: () => 0,
  }
  const lines = { default: { sources: sourcesOf(specs), quorum, wantsPrefix: true as const } }
  return {
    internet,
    troubles,
    live: hurry.live,
    /** The choice alone, on a line that is doubted; `cut`: after how many milliseconds nobody waits for it any more. */
    async choice(cut?: number) {
      const late = new AbortController()
      if (cut !== undefined) time.later(cut, () => late.abort())
      let answers = 0
      const circumstances = { hurry, late: late.signal, rests: () => false, onAnswer: () => void answers++ }
      const chosen = fromLiveNetwork('default', sourcesOf(specs), world, new AbortController().signal, circumstances)
      await time.pass(2000)
      const { isAnswered } = await chosen
      return { isAnswered, answers }
    },
    /** `cut`: after how many milliseconds it is ended. */
    async round(cut?: number) {
      asked.length = 0
      const started = clock.now()
      let isOver = false
      const end = new AbortController()
      if (cut !== undefined) time.later(cut, () => end.abort())
      const found = detect(lines, ['AAAA'], [], world, end.signal, { ...hurry, hint: internet.hint }).finally(() => {
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
  [
    'the others are on another interface',
    [CRASHED[0]!, onHost('eth1', NEW), onHost('eth1', THIRD)],
    ['interface:eth0', HTTP],
    1,
  ],
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
  silent.internet.hint = true
  expect(
    (await silent.round()).asked.filter((one) => one.endsWith(OLD)),
    'and for each event',
  ).toHaveLength(1)
  const ended = box(['interface:eth0', HTTP], CRASHED, [])
  ended.troubles.set(`default AAAA ${HTTP.slice(0, -1)}`, { what: 'fails', since: 0, until: 6e8 } as never)
  await ended.round(100)
  ended.internet.answered = [NEW]
  expect((await ended.round()).says, 'a round that was ended has not asked it').toEqual([NEW])
})

it('asks from no more than four networks', async () => {
  const all = [1, 2, 3, 4, 5].map((nth) => onHost('eth0', `2a02:908:${nth}::25`))
  const { asked } = await box([HTTP], all, []).round()
  expect(new Set(asked.filter((one) => !one.endsWith('unbound')))).toHaveLength(4)
})

it('what goes out by IPv4 is bound to nothing: a FRITZ!Box', async () => {
  const { says, asked } = await box(['fritzbox:192.168.178.1', HTTP], CRASHED, [NEW]).round()
  expect(says).toEqual([NEW])
  expect(new Set(asked.filter((one) => one.startsWith('box')))).toEqual(new Set(['box unbound']))
})

it('STUN is asked from the live network too', async () => {
  const { says, asked } = await box(['stun:[2a02:9::53]'], CRASHED, [NEW]).round()
  expect({ says, asked }).toEqual({ says: [NEW], asked: [`stun ${OLD}`, `stun ${NEW}`, `stun ${NEW}`] })
})

it('that one of two networks is called good for longer by now is no new question', async () => {
  const [dead, live] = [
    onHost('eth0', OLD, { preferredLifetime: 1800 }),
    onHost('eth0', NEW, { preferredLifetime: LONG }),
  ]
  const home = box(['interface:eth0', HTTP], [dead, live], [NEW])
  expect((await home.round()).says).toEqual([NEW])
  home.internet.all = CRASHED
  home.internet.answered = [OLD, NEW]
  expect((await home.round()).says, 'it has not gone back').toEqual([NEW])
})

it('where the kernel cannot be asked, the source outside is, as it ever was', async () => {
  const home = box([HTTP], CRASHED, [OLD])
  home.internet.readable = false
  expect((await home.round()).asked).toEqual(['http unbound'])
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

it('what was cut short, as the line is not waited for, has decided nothing: it is asked in full again', async () => {
  const home = box([HTTP], CRASHED, [])
  expect(await home.choice(100)).toEqual({ isAnswered: false, answers: 0 })
  expect(home.live.size).toBe(0)
  await home.choice()
  expect(home.live.get('default')).toMatchObject({ address: undefined })
})

it('that somebody outside has answered is told: a doubted line that was heard is heard out', async () => {
  expect(await box([HTTP], CRASHED, [NEW]).choice()).toEqual({ isAnswered: true, answers: 1 })
})
