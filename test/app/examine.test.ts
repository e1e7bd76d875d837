import { describe, expect, it } from 'vitest'
import type { Examination } from '../../src/core/examination.ts'
import { Failure } from '../../src/core/failure.ts'
import type { HistoryEntry } from '../../src/core/history.ts'
import type { World } from '../../src/ports/world.ts'
import { EXAMPLE, RESOLVER, withRecords } from '../support/asking.ts'
import { name } from '../support/config.ts'
import { DOMAIN, examining } from '../support/examining.ts'
import { memoryStore } from '../support/memory-store.ts'
import { ip } from '../support/targets.ts'

const ids = ({ findings }: Examination) => findings.map(({ id }) => id)
const answer = (one: Examination, question: RegExp) =>
  one.domains[0]?.answers.find((said) => question.test(said.question))?.answer

/** example.com with other MX records. */
const withMx = (mx: string, more: Record<string, string> = {}) =>
  withRecords(EXAMPLE, 'example.com', { 'example.com MX': mx, ...more })

describe('a domain of the user', () => {
  it('is compared with the line, and its host is ours', async () => {
    const found = await examining().run()
    expect(found.domains).toMatchObject([
      {
        ...{ domain: 'example.com', isOwn: true },
        hosts: [{ host: 'mail.example.com', preference: 10, role: 'ours', addresses: ['5.9.1.7'] }],
      },
    ])
    expect(answer(found, /IPv4 of this line/)).toBe('5.9.1.7')
    expect(answer(found, /MX of example.com at ns1.example.com \(5.9.1.1\)/)).toBe('10 mail.example.com')
    expect(found.domains[0]?.isPortSeen).toBe(false)
    expect(answer(found, /A of mail.example.com at ns2.hoster.net/)).toBe('5.9.1.7 (TTL 300 s)')
  })

  it('has one host of ours, the preferred: a backup in a zone of ours is a backup', async () => {
    const vps = { 'vps.example.com A': '5.9.1.8' }
    const found = await examining({ internet: withMx('20 vps.example.com, 10 mail.example.com', vps) }).run()
    expect(found.domains[0]?.hosts.map(({ host, role }) => `${host} ${role}`)).toEqual([
      'mail.example.com ours',
      'vps.example.com backup',
    ])
  })

  it('a host that is excluded is none of ours; one that the user listed is', async () => {
    const internet = withMx('10 mail.example.com, 20 mx.hoster.net')
    const excluded = await examining({ internet, config: { exclude: [name('mail.example.com')] } }).run()
    expect(excluded.domains[0]?.hosts.map(({ role }) => role)).toEqual(['backup', 'backup'])
    const hosts = [{ name: name('mx.hoster.net') }]
    const listed = await examining({ internet: withMx('10 mx.hoster.net'), config: { hosts } }).run()
    expect(listed.domains[0]).toMatchObject({ isOwn: true, hosts: [{ role: 'ours' }] })
  })

  it('an alias is ours by its end', async () => {
    const internet = withMx('10 mx.example.com', { 'mx.example.com CNAME': 'mail.example.com' })
    const found = await examining({ internet }).run()
    expect(ids(found)).toContain('mx-is-alias')
    expect(found.domains[0]?.hosts).toMatchObject([{ host: 'mx.example.com', role: 'ours' }])
    expect(answer(found, /CNAME of mx.example.com/)).toBe('mail.example.com')
  })

  it('is examined where its aliases lead, and compared with the line there', async () => {
    const dialled: string[] = []
    const tcp: World['tcp'] = {
      connect({ server }) {
        dialled.push(`${server.address} ${server.port}`)
        return Promise.reject(new Failure('network', 'nothing listens', { reason: 'refused' }))
      },
    }
    const more = { 'mx.example.com CNAME': 'home.example.com', 'home.example.com A': '5.9.1.6' }
    const internet = withMx('10 mx.example.com', more)
    const found = await examining({ internet, world: { tcp } }).run()
    expect(found.domains[0]?.hosts).toMatchObject([{ host: 'mx.example.com', addresses: ['5.9.1.6'] }])
    expect(found.findings).toContainEqual(
      expect.objectContaining({
        id: 'host-address-differs',
        message: expect.stringContaining('home.example.com has 5.9.1.6, and the line has 5.9.1.7'),
      }),
    )
    expect(ids(found)).toContain('port-25-inconclusive')
    expect(dialled, 'where the mail server is, not where another line is by now').toContain('5.9.1.7 25')
    expect(dialled).not.toContain('5.9.1.6 25')
  })

  it('is examined at the address of its line, whatever a resolver remembers', async () => {
    const view = { 'example.com': { ...EXAMPLE.zones['example.com'], 'mail.example.com A': '5.9.1.5' } }
    const found = await examining({ internet: { ...EXAMPLE, view } }).run()
    expect(found.domains[0]?.hosts).toMatchObject([{ addresses: ['5.9.1.7'] }])
    expect(ids(found)).not.toContain('host-address-differs')
  })

  it('has no more MX records than its provider takes', async () => {
    const mx = [1, 2, 3, 4].map((n) => `20 mx${n}.hoster.net`).join(', ')
    const use = { use: 'ionos', settings: { apiKey: 'prefix.secret' } }
    const account = { name: 'ionos', zones: [DOMAIN], ...use }
    const five = examining({ internet: withMx(`10 mail.example.com, ${mx}`), config: { accounts: [account] } })
    expect((await five.run()).findings).toContainEqual(
      expect.objectContaining({ id: 'mx-too-many', message: 'example.com has 5 MX records, and ionos takes 4' }),
    )
  })

  it.each([
    ['100.64.3.4', true],
    ['192.168.178.2', false],
    ['5.9.1.7', false],
  ])('whose line ends at this machine with %s: behind carrier-grade NAT %s', async (address, wanted) => {
    const own = {
      ...{ interface: 'ppp0', address: ip(address), prefixLength: 32, scope: 'global' as const, dynamic: true },
      ...{ temporary: false, deprecated: false, tentative: false, dadFailed: false, preferredLifetime: 60 },
    }
    const interfaces = {
      addresses: async () => [own],
      defaultRoute: async () => 'ppp0',
      defaultRoutes: async () => [],
      gateway: async () => undefined,
    }
    const ipSources = ['http:http://ip.example.org/', 'interface']
    const found = await examining({ config: { ipSources }, world: { interfaces } }).run()
    expect(ids(found).includes('behind-cgnat')).toBe(wanted)
    expect(ids(found)).not.toContain('double-nat')
    expect(found.verdict === 'not-reachable').toBe(wanted)
    const router = found.domains[0]?.unasked.map(({ what }) => what).filter((what) => what.startsWith('the router'))
    expect(router).toContain('the router: its forwarding of port 25')
    expect(router).toHaveLength(wanted ? 1 : 2)
  })

  it.each([
    ['10 mx.hoster.net', 'mx-elsewhere'],
    ['', 'mx-missing'],
    ['0 .', 'null-mx'],
  ])('MX "%s": %s, and nobody is reached', async (mx, id) => {
    const found = await examining({ internet: withMx(mx) }).run()
    expect(ids(found)).toContain(id)
    expect(found.verdict).toBe('not-reachable')
  })

  it('is judged by what the history and the configuration say', async () => {
    const entry = { after: [ip('5.9.1.5'), ip('5.9.1.7')] } as unknown as HistoryEntry
    const mx = [{ host: name('mail.example.com'), preference: 10 }]
    const found = await examining({ history: [entry], config: { domains: [{ name: DOMAIN, mx }] } }).run()
    expect(found.domains[0]?.isOwn).toBe(true)
  })

  it('tells of a state that cannot be written, and of sources that disagree', async () => {
    const store = memoryStore({ synced: '{"salt":"","targets":{},"mx":{}}', written: '' }, { problem: 'disk full' })
    const ipSources = [1, 2, 3].map((n) => `http:http://ip${n}.example.org/`)
    const http = async ({ url }: { url: string }) => ({
      status: 200,
      headers: {},
      body: url.includes('ip1') ? '5.9.1.9' : '5.9.1.7',
    })
    const found = await examining({ config: { ipSources }, world: { store, http } }).run()
    expect(ids(found)).toEqual(expect.arrayContaining(['state-unwritable', 'sources-disagree']))
    expect(found.findings[0]).toMatchObject({ id: 'state-unwritable', severity: 'error', message: 'disk full' })
  })
})

describe('any other domain', () => {
  const OTHER = name('hoster.net')
  const internet = withRecords(EXAMPLE, 'hoster.net', {
    'hoster.net MX': '10 mx1.hoster.net, 10 mx2.hoster.net, 20 mx3.hoster.net',
    'mx1.hoster.net A': '5.9.1.3',
  })

  it('is examined as anybody can: nothing of it is missing in the configuration', async () => {
    const found = await examining({ internet }).run([OTHER])
    expect(ids(found)).not.toEqual(expect.arrayContaining(['mx-elsewhere']))
    expect(ids(found)).not.toContain('mx-ambiguous')
    expect(found.domains[0]).toMatchObject({ isOwn: false })
    expect(found.domains[0]?.hosts.map(({ role }) => role)).toEqual(['ours', 'ours', 'backup'])
    expect(found.domains[0]?.unasked.map(({ what }) => what).join()).toContain('the address of this line')
    expect(answer(found, /of this line/)).toBeUndefined()
  })

  it('so is every domain without an account', async () => {
    const found = await examining({ config: { accounts: [] } }).run()
    expect(found.domains[0]).toMatchObject({ isOwn: false, hosts: [{ role: 'ours' }] })
    expect(ids(found)).not.toContain('mx-elsewhere')
  })

  it('several at once, each with its own findings', async () => {
    const found = await examining({ internet }).run([OTHER, DOMAIN, name('nothing.example')])
    expect(found.domains.map(({ domain }) => domain)).toEqual(['hoster.net', 'example.com', 'nothing.example'])
    expect(found.domains.at(-1)?.verdict).toBe('not-known')
  })

  it('of one that does not exist one thing is said, and nothing else is asked', async () => {
    const found = await examining({ internet }).run([name('exmaple.com')])
    const [one, ...more] = found.findings.filter(({ domain }) => domain === 'exmaple.com')
    expect(one).toMatchObject({ id: 'mx-missing', severity: 'error' })
    expect(one?.message).toBe('the domain exmaple.com does not exist (NXDOMAIN): check its spelling')
    expect(more).toEqual([])
    expect(found.domains[0]).toMatchObject({ verdict: 'not-reachable', unasked: [] })
  })
})

describe('what could not be asked', () => {
  it('is no fault: with silent servers nothing is known', async () => {
    const faults = { [RESOLVER]: 'down', '5.9.1.1': 'down', '5.9.1.2': 'down', '2a02:908::1': 'down' } as const
    const found = await examining({ internet: { ...EXAMPLE, faults } }).run()
    expect(found.verdict).toBe('not-known')
    expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(found.findings.map(({ id }) => id)).toContain('mx-unknown')
  })

  it('one who ends it gets nothing', async () => {
    const stop = new AbortController()
    const onWaiting = () => stop.abort()
    const ended = examining().run([DOMAIN], { onWaiting }, stop.signal)
    await expect(ended).rejects.toMatchObject({ kind: 'cancelled' })
  })

  it('says what it waits for', async () => {
    const told: string[] = []
    await examining().run([DOMAIN], { onWaiting: (what) => told.push(what.join(', ')) })
    expect(told.join('\n')).toContain('the MX')
    expect(told.at(-1)).toBe('')
  })

  it('an unreadable history keeps nothing back', async () => {
    const read = () => Promise.reject(new Failure('rejected', 'not readable'))
    const found = await examining({ world: { history: { append: async () => {}, read } } }).run()
    expect(found.domains).toHaveLength(1)
  })
})

it('the cheap examination speaks to no mail server', async () => {
  let dialled = 0
  const tcp = {
    connect: () => {
      dialled++
      return Promise.reject(new Failure('network', 'nothing listens', { reason: 'refused' }))
    },
  }
  const found = await examining({ world: { tcp } }).run([DOMAIN], { cheap: true })
  expect([dialled, found.domains[0]?.isPortSeen]).toEqual([0, undefined])
  expect(found.domains[0]?.unasked).toEqual([])
})

it('who publishes hundreds of hosts and addresses does not make it ask for all of them', async () => {
  const hosts = Array.from({ length: 200 }, (_, i) => `mx${i}.hoster.net`)
  const addresses = Array.from({ length: 100 }, (_, i) => `5.9.7.${i}`).join(', ')
  const internet = withRecords(EXAMPLE, 'hoster.net', {
    'hoster.net MX': hosts.map((host, i) => `${i} ${host}`).join(', '),
    ...Object.fromEntries(hosts.map((host) => [`${host} A`, addresses])),
  })
  const knocked: string[] = []
  const connect: World['tcp']['connect'] = ({ server }) => {
    if (server.port === 25) knocked.push(server.address)
    return Promise.reject(new Failure('network', 'nothing listens', { reason: 'refused' }))
  }
  const { run, asked } = examining({ internet, world: { tcp: { connect } } })
  const found = await run([name('hoster.net')])
  expect(found.domains[0]?.hosts).toHaveLength(20)
  expect(knocked).toHaveLength(20 * 5)
  expect(new Set(asked.filter((text) => /mx\d+\.hoster/.test(text)).map((text) => text.split(' ')[1])).size).toBe(40)
  expect(found.domains[0]?.unasked.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      '180 further MX hosts of hoster.net',
      'port 25 of mx0.hoster.net at 95 further addresses (IPv4)',
    ]),
  )
})

it('no secret of the mail path is in it', async () => {
  const prober = { kind: 'http', url: 'https://prober.example/', token: 'tok3n-s3cr3t' } as const
  const query = async () => Promise.reject(new Failure('network', 'dqsk3ys3cr3t.zen.example: tok3n-s3cr3t is silent'))
  const { dns } = examining().world
  const found = await examining({
    config: { prober, dqsKey: 'dqsk3ys3cr3t' },
    world: { dns: { ...dns, query } },
  }).run()
  expect(JSON.stringify(found)).not.toMatch(/s3cr3t/)
  expect(JSON.stringify(found)).toContain('***.zen.example: *** is silent')
})

it('nor the beginning of one, where an answer was cut off in the middle of it', async () => {
  const prober = { kind: 'http', url: 'https://prober.example/', token: 'tok3n-s3cr3t' } as const
  const http = async ({ url }: { url: string }) =>
    url.startsWith(prober.url)
      ? { status: 400, headers: {}, body: `${'x '.repeat(77)}${prober.token}` }
      : { status: 200, headers: {}, body: '5.9.1.7' }
  const found = await examining({ config: { prober }, world: { http } }).run()
  expect(JSON.stringify(found)).toContain('the prober answered 400')
  expect(JSON.stringify(found)).not.toContain('tok3n')
})
