import { describe, expect, it } from 'vitest'
import { listsFor } from '../../src/config/init-answers.ts'
import { locateDomain } from '../../src/core/locate.ts'
import { type DomainName, isWithin, parseName } from '../../src/dns/name.ts'

const name = (text: string) => parseName(text)!
const MX = [
  { preference: 10, exchange: 'mail.example.com' },
  { preference: 20, exchange: 'backup.example.com' },
  { preference: 30, exchange: 'mx.hoster.net' },
]

interface Case {
  readonly kept: readonly string[]
  readonly mx?: typeof MX
  readonly aliases?: Readonly<Record<string, string>>
  readonly service?: { readonly ownZonesOnly?: true; readonly suffixes?: readonly string[] }
}

const lists = ({ kept, mx = MX, aliases = {}, service = {} }: Case) =>
  listsFor(kept.map(name), { domain: name('example.com'), mx, aliases: new Map(Object.entries(aliases)) }, service)

/** What the daemon then keeps because of the MX record. */
function followed(one: Case): readonly DomainName[] {
  const { hosts, exclude, zones } = lists(one)
  const served = zones ?? [name('example.com'), ...(one.service?.suffixes ?? []).map(name)]
  return locateDomain({
    domain: name('example.com'),
    answer: { authorities: [one.mx ?? MX], resolver: one.mx ?? MX },
    aliases: new Map(Object.entries(one.aliases ?? {})),
    isOurs: (owner) => served.some((zone) => isWithin(owner, zone)),
    named: hosts,
    excluded: exclude,
    lines: { hosts: String, exclude: String, adopting: () => [] },
    memory: { hosts: [] },
    now: 0,
  }).hosts
}

const two = MX.map((one) => ({ ...one, preference: 10 }))

describe('the lists make exactly the wanted hosts be kept', () => {
  it.each<[string, Case, ReturnType<typeof lists>]>([
    [
      'the MX host that is tried first needs no list',
      { kept: ['mail.example.com'] },
      { hosts: [], exclude: [], zones: undefined },
    ],
    [
      'further hosts are named',
      { kept: ['mail.example.com', 'owa.example.com'] },
      { hosts: [name('owa.example.com')], exclude: [], zones: undefined },
    ],
    [
      'a VPS in the same zone that is preferred is never written',
      { kept: ['backup.example.com'] },
      { hosts: [name('backup.example.com')], exclude: [name('mail.example.com')], zones: undefined },
    ],
    [
      'of two with one preference the other is never written',
      { kept: ['mail.example.com'], mx: two },
      { hosts: [], exclude: [name('backup.example.com')], zones: undefined },
    ],
    [
      'both, where both are wanted, are named',
      { kept: ['mail.example.com', 'backup.example.com'], mx: two },
      { hosts: [name('mail.example.com'), name('backup.example.com')], exclude: [], zones: undefined },
    ],
    [
      'a host elsewhere is all that its account serves',
      { kept: ['mx.hoster.net'] },
      { hosts: [], exclude: [], zones: [name('mx.hoster.net')] },
    ],
    [
      'with a host in the domain, the domain as well',
      { kept: ['mail.example.com', 'owa.hoster.net'] },
      { hosts: [name('owa.hoster.net')], exclude: [], zones: [name('example.com'), name('owa.hoster.net')] },
    ],
    [
      'a service that owns its zones serves them by itself',
      {
        kept: ['anna.duckdns.org'],
        mx: [{ preference: 1, exchange: 'anna.duckdns.org' }],
        service: { ownZonesOnly: true, suffixes: ['duckdns.org'] },
      },
      { hosts: [], exclude: [], zones: undefined },
    ],
    [
      'the end of an alias is kept',
      {
        kept: ['smtp.example.com'],
        mx: [{ preference: 1, exchange: 'smtp.example.com' }],
        aliases: { 'smtp.example.com': 'home.dyn.example' },
      },
      { hosts: [], exclude: [], zones: [name('home.dyn.example')] },
    ],
    [
      'an MX that is no name is nobody',
      { kept: ['mail.example.com'], mx: [{ preference: 1, exchange: '192.0.2.1' }] },
      { hosts: [name('mail.example.com')], exclude: [], zones: undefined },
    ],
    [
      'without an MX all are named',
      { kept: ['mail.example.com'], mx: [] },
      { hosts: [name('mail.example.com')], exclude: [], zones: undefined },
    ],
  ])('%s', (_, given, wanted) => {
    expect(lists(given)).toEqual(wanted)
    const kept = new Set([...followed(given), ...wanted.hosts])
    expect(kept).toEqual(new Set(given.kept.map((host) => name(given.aliases?.[host] ?? host))))
  })
})

it('an alias whose end is no name of a host is kept itself', () => {
  const mx = [{ preference: 1, exchange: 'smtp.example.com' }]
  const found = lists({ kept: ['smtp.example.com'], mx, aliases: { 'smtp.example.com': 'no host' } })
  expect(found).toEqual({ hosts: [name('smtp.example.com')], exclude: [], zones: undefined })
})
