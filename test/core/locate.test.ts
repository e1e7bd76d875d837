import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR } from '../../src/core/instant.ts'
import { locateDomain, type MxSet } from '../../src/core/locate.ts'
import type { Lines } from '../../src/core/locate-findings.ts'
import type { MxMemory } from '../../src/core/state.ts'
import { isWithin } from '../../src/dns/name.ts'
import { name } from '../support/config.ts'

const NOW = 1000 * DAY
const SILENT = new Failure('network', 'no answer')
const CUT = new Failure('cancelled', 'not heard out')
const REFUSED = new Failure('rejected', 'lame')
const NONE: MxSet = []

const mx = (text: string): MxSet =>
  text.split(', ').map((one) => {
    const [preference, exchange] = one.split(' ')
    return { preference: Number(preference), exchange: exchange! }
  })

const HOME = mx('10 mail.example.com')
const remembered = (owner: string, droppedHoursAgo?: number): MxMemory => ({
  hosts: [{ owner: name(owner), ...(droppedHoursAgo !== undefined && { droppedAt: NOW - droppedHoursAgo * HOUR }) }],
})

interface Given {
  readonly at?: readonly (MxSet | Failure)[]
  readonly resolver?: MxSet | Failure
  readonly nxdomain?: boolean
  readonly aliases?: Record<string, string>
  readonly named?: readonly string[]
  readonly excluded?: readonly string[]
  readonly memory?: MxMemory
}

/** Ours are example.com and ddns.net; the servers agree on HOME unless `at` says otherwise. */
const TABLE: readonly [situation: string, given: Given, hosts: string, findings: string][] = [
  ['one MX, ours', {}, 'mail.example.com', ''],
  ['one MX, the domain itself', { at: [mx('10 example.com')] }, 'example.com', ''],
  ['a backup elsewhere', { at: [mx('10 mail.example.com, 20 mx.isp.net')] }, 'mail.example.com', ''],
  ['a backup in our own zone', { at: [mx('10 mail.example.com, 20 vps.example.com')] }, 'mail.example.com', ''],
  ['a foreign one preferred', { at: [mx('5 mx.isp.net, 10 mail.example.com')] }, 'mail.example.com', ''],
  ['two of ours with one preference', { at: [mx('10 a.example.com, 10 b.example.com')] }, '', 'mx-ambiguous error'],
  [
    'two of ours with one preference, one named',
    { at: [mx('10 a.example.com, 10 b.example.com')], named: ['b.example.com'] },
    'b.example.com',
    '',
  ],
  [
    'two of ours with one preference, one excluded',
    { at: [mx('10 a.example.com, 10 b.example.com')], excluded: ['a.example.com'] },
    'b.example.com',
    '',
  ],
  [
    'three of ours with one preference, one excluded',
    { at: [mx('10 a.example.com, 10 b.example.com, 10 c.example.com')], excluded: ['a.example.com'] },
    '',
    'mx-ambiguous error',
  ],
  [
    'two of ours with one preference, both excluded: no backup becomes ours',
    {
      at: [mx('10 a.example.com, 10 b.example.com, 20 vps.example.com')],
      excluded: ['a.example.com', 'b.example.com'],
    },
    '',
    '',
  ],
  [
    'excluded after it was kept: nothing is said of keeping it',
    { at: [mx('10 new.example.com')], memory: remembered('mail.example.com'), excluded: ['mail.example.com'] },
    'new.example.com',
    '',
  ],
  ['the same host twice', { at: [mx('10 mail.example.com, 20 mail.example.com')] }, 'mail.example.com', ''],
  ['no MX', { at: [NONE] }, '', 'mx-missing error'],
  ['no MX, the apex is named', { at: [NONE], named: ['example.com'] }, '', 'mx-missing info'],
  ['it does not exist', { at: [NONE], resolver: NONE, nxdomain: true }, '', 'mx-missing error'],
  [
    'it does not exist, and is named',
    { at: [NONE], nxdomain: true, resolver: NONE, named: ['example.com'] },
    '',
    'mx-missing info',
  ],
  [
    'no server is known, the resolver denies the domain',
    { at: [], resolver: NONE, nxdomain: true },
    '',
    'mx-missing error',
  ],
  [
    'no server is known, the resolver denies the domain, a host is known',
    { at: [SILENT], resolver: NONE, nxdomain: true, memory: remembered('mail.example.com') },
    'mail.example.com',
    'mx-unknown unknown',
  ],
  ['null MX', { at: [mx('0 .')] }, '', 'null-mx info'],
  ['an alias of ours', { aliases: { 'mail.example.com': 'home.ddns.net' } }, 'home.ddns.net', 'mx-is-alias warn'],
  [
    'an alias elsewhere',
    { aliases: { 'mail.example.com': 'box.isp.net' } },
    '',
    'mx-is-alias warn, mx-elsewhere error',
  ],
  ['an address literal', { at: [mx('10 192.0.2.1')] }, '', 'mx-is-address error'],
  [
    'an address literal beside ours',
    { at: [mx('5 192.0.2.1, 10 mail.example.com')] },
    'mail.example.com',
    'mx-is-address error',
  ],
  ['elsewhere', { at: [mx('10 mx.isp.net')] }, '', 'mx-elsewhere error'],
  ['elsewhere, a name that only ends alike', { at: [mx('10 mail.notexample.com')] }, '', 'mx-elsewhere error'],
  [
    'the resolver has another view',
    { resolver: mx('10 exchange.office.lan') },
    'mail.example.com',
    'split-horizon info',
  ],
  ['the resolver knows of none', { resolver: NONE }, 'mail.example.com', 'split-horizon info'],
  [
    'the resolver still has the MX from before',
    { resolver: mx('10 old.example.com'), memory: remembered('old.example.com', 1) },
    'mail.example.com, old.example.com',
    'mx-host-dropped info',
  ],
  ['one server is silent', { at: [SILENT, HOME] }, 'mail.example.com', ''],
  ['no server answers, the resolver does', { at: [SILENT, REFUSED], resolver: HOME }, 'mail.example.com', ''],
  ['no server answers, the resolver denies', { at: [SILENT], resolver: NONE }, '', 'mx-unknown unknown'],
  ['no server is known, the resolver denies', { at: [], resolver: NONE }, '', 'mx-unknown unknown'],
  ['no server is known, the resolver answers', { at: [], resolver: HOME }, 'mail.example.com', ''],
  [
    'not heard out, a host is known',
    { at: [], resolver: CUT, memory: remembered('mail.example.com') },
    'mail.example.com',
    '',
  ],
  ['nobody answers', { at: [SILENT], resolver: SILENT }, '', 'mx-unknown unknown'],
  [
    'nobody answers, a host is known',
    { at: [SILENT], resolver: SILENT, memory: remembered('mail.example.com') },
    'mail.example.com',
    'mx-unknown unknown',
  ],
  [
    'the servers differ',
    { at: [HOME, mx('10 new.example.com')] },
    'mail.example.com, new.example.com',
    'mx-servers-differ warn',
  ],
  [
    'the MX has moved',
    { at: [mx('10 new.example.com')], resolver: mx('10 new.example.com'), memory: remembered('mail.example.com') },
    'new.example.com, mail.example.com',
    'mx-host-dropped info',
  ],
  [
    'dropped 23 h ago',
    { memory: remembered('old.example.com', 23) },
    'mail.example.com, old.example.com',
    'mx-host-dropped info',
  ],
  ['dropped 24 h ago', { memory: remembered('old.example.com', 24) }, 'mail.example.com', ''],
  [
    'dropped in the future',
    { memory: remembered('old.example.com', -5) },
    'mail.example.com, old.example.com',
    'mx-host-dropped info',
  ],
  ['dropped, and named again', { memory: remembered('mail.example.com', 5) }, 'mail.example.com', ''],
  [
    'null MX after ours',
    { at: [mx('0 .')], memory: remembered('mail.example.com') },
    'mail.example.com',
    'null-mx info, mx-host-dropped info',
  ],
]

const isOurs = (owner: ReturnType<typeof name>) =>
  ['example.com', 'ddns.net'].some((zone) => isWithin(owner, name(zone)))

const LINES: Lines = {
  hosts: (host) => `hosts ${host}`,
  exclude: (host) => `exclude ${host}`,
  adopting: (host) => (host === 'mx.isp.net' ? [] : [`zones ${host}`, `hosts ${host}`]),
}

function located({
  at = [HOME],
  resolver,
  nxdomain = false,
  aliases = {},
  named = [],
  excluded = [],
  memory = { hosts: [] },
}: Given) {
  const answer = {
    authorities: at,
    nxdomain,
    resolver: resolver ?? at.find((one) => !(one instanceof Failure)) ?? SILENT,
  }
  const known = { aliases: new Map(Object.entries(aliases)), named: named.map(name), memory, now: NOW }
  const wishes = { excluded: excluded.map(name), lines: LINES }
  return locateDomain({ domain: name('example.com'), answer, isOurs, ...known, ...wishes })
}

it.each(TABLE)('%s', (_, given, hosts, findings) => {
  const found = located(given)

  expect(found.hosts.join(', ')).toBe(hosts)
  expect(found.findings.map(({ id, severity }) => `${id} ${severity}`).join(', ')).toBe(findings)
})

it('remembers since when a host is dropped, and forgets that once it is named again', () => {
  const moved = located({ at: [mx('10 new.example.com')], memory: remembered('mail.example.com') })
  expect(moved.memory.hosts).toEqual([{ owner: 'new.example.com' }, { owner: 'mail.example.com', droppedAt: NOW }])
  expect(located({ memory: moved.memory }).memory.hosts[0]).toEqual({ owner: 'mail.example.com' })
})

it('the host that would adopt an alias elsewhere is the one behind it', () => {
  const { findings } = located({ aliases: { 'mail.example.com': 'box.isp.net' } })
  expect(findings.find(({ id }) => id === 'mx-elsewhere')?.remedy).toContain('zones box.isp.net or hosts box.isp.net')
})

it('elsewhere: the line adopts the host that is tried first, or says that none can', () => {
  const remedyOf = (set: string) => located({ at: [mx(set)] }).findings[0]?.remedy
  expect(remedyOf('20 mx2.isp.net, 10 mx1.isp.net')).toContain('If mx1.isp.net is yours, write: zones mx1.isp.net or')
  expect(remedyOf('10 mx.isp.net')).toContain('add a provider that serves mx.isp.net')
})

it('unknown since all name servers are at special-purpose addresses: how they are asked all the same', () => {
  const special = new Failure('unavailable', 'all are ...', { reason: 'special-purpose' })
  const [found] = located({ at: [special], resolver: NONE }).findings
  expect(found).toMatchObject({ id: 'mx-unknown', severity: 'unknown' })
  expect(found?.remedy).toContain('MXHOME_NAMESERVERS')
})

it('ambiguous: the remedy has the line that names one, and the line that leaves one out', () => {
  const [found] = located({ at: [mx('10 a.example.com, 10 b.example.com')] }).findings
  expect(found?.remedy).toContain('hosts a.example.com; or those that are not: exclude b.example.com')
})

it('what could not be looked up changes nothing', () => {
  const memory: MxMemory = {
    hosts: [{ owner: name('a.example.com') }, { owner: name('b.example.com'), droppedAt: NOW - HOUR }],
  }
  expect(located({ at: [SILENT], resolver: SILENT, memory }).memory).toBe(memory)
})

it('never keeps a host that is not ours, whatever the servers say', () => {
  const host = fc.constantFrom('mail.example.com', 'b.example.com', 'mx.isp.net', '.', '192.0.2.1', 'home.ddns.net')
  const set = fc.array(fc.record({ preference: fc.nat(3), exchange: host }), { maxLength: 4 })
  const answer = fc.oneof(set, fc.constant(SILENT))
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 3 }), answer, (at, resolver) => {
      for (const owner of located({ at, resolver }).hosts) expect(isOurs(owner)).toBe(true)
    }),
  )
})
