import { describe, expect, it } from 'vitest'
import { type MxDomainDocument, whole, withDifference } from '../../src/report/mx-document.ts'
import { mxText } from '../../src/report/mx-text.ts'
import { NEW, PLAIN } from './documents.ts'

describe('mx', () => {
  const mx = (host: string, preference: number) => ({ host, preference })
  const [mail, backup, old] = [mx('mail.example.com', 10), mx('backup.example.net', 20), mx('old.example.com', 20)]
  const server = (n: number, set: MxDomainDocument['servers'][number]['mx'], problem?: string) => ({
    name: `ns${n}.example.net`,
    address: `192.0.2.${n}`,
    mx: set,
    ...(problem && { problem }),
  })
  const shown = (one: Partial<MxDomainDocument>, style = PLAIN) =>
    mxText({ domains: [{ domain: 'example.com', wanted: null, servers: [], differs: false, ...one }] }, style)

  it('puts the servers side by side against the wish, the silent ones and the hosts below', () => {
    const servers = [server(1, [backup, mail]), { ...server(1, [mail, backup]), address: '2001:db8::1' }]
    const others = [server(2, [mail, old]), server(3, null, 'no answer within 2 s')]
    const hosts = [
      { host: 'mail.example.com', role: 'ours', addresses: [NEW] },
      { host: 'backup.example.net', role: 'backup', addresses: [] },
      { host: 'old.example.com', role: 'ours', addresses: null, alias: 'dyn.example.net' },
    ] as const
    expect(shown({ wanted: [mail, backup], servers: [...servers, ...others], differs: true, hosts })).toBe(
      `example.com
                          wanted  ns1.example.net  ns2.example.net  ns3.example.net
   10 mail.example.com    yes     yes              yes              ?
   20 backup.example.net  yes     yes              no               ?
   20 old.example.com     no      no               yes              ?
  ? ns3.example.net (192.0.2.3): no answer within 2 s

  mail.example.com    ours                 203.0.113.7
  backup.example.net  backup               no address
  old.example.com     ours, to be removed  address unknown  alias of dyn.example.net: let the MX name dyn.example.net itself

  Not as wanted at ns2.example.net: another server has it so, and it may be on its way. Look again later; if it lasts, look at the transfer
  of the zone to ns2.example.net.`,
    )
  })

  it('says at which servers what is missing or not wanted, and which command writes it', () => {
    const differing = (n: number) => ({ ...server(n, [old]), missing: [mail], unwanted: [old] })
    const servers = [differing(1), { ...differing(1), address: '2001:db8::1' }, differing(2)]
    const text = shown({ wanted: [mail], servers, differs: true, writable: true })
    const where = 'ns1.example.net, ns2.example.net'
    expect(text).toContain(`  ! ${where}: missing 10 mail.example.com; not wanted 20 old.example.com`)
    expect(text).toContain('run "mxhome mx apply example.com", or correct the wish.')
    const unnamed = { ...differing(3), name: '' }
    expect(shown({ wanted: [mail], servers: [unnamed], differs: true })).toContain('  ! 192.0.2.3: missing 10 mail')
    const right = { ...server(1, [mail]), missing: [], unwanted: [] }
    expect(shown({ wanted: [mail], servers: [right] })).not.toContain('!')
  })

  it('compares the wish with what a server says', () => {
    const given = { name: 'ns1.example.net', address: '192.0.2.1', mx: [backup, old] }
    const wanted = [mail, backup].map(({ host, preference }) => ({ exchange: host, preference }))
    expect(withDifference(given, wanted)).toEqual({ ...given, missing: [mail], unwanted: [old] })
    expect(withDifference(given, undefined)).toEqual(given)
  })

  it('for scripts has every key: null where there is nothing to tell', () => {
    const bare = { domain: 'example.com', wanted: null, differs: false }
    const hosts = [{ host: 'mail.example.com', role: 'ours', addresses: null }] as const
    expect(
      whole({
        domains: [
          { ...bare, servers: [server(1, [mail])], hosts },
          { ...bare, servers: [] },
        ],
      }),
    ).toEqual({
      domains: [
        {
          ...{ ...bare, writable: false, problem: null, nxdomain: false, alias: null },
          servers: [{ ...server(1, [mail]), missing: null, unwanted: null, problem: null }],
          hosts: [{ ...hosts[0], alias: null }],
        },
        { ...bare, writable: false, problem: null, nxdomain: false, alias: null, servers: [], hosts: [] },
      ],
    })
  })

  it('for scripts loses nothing of what is told', () => {
    const told: MxDomainDocument = {
      ...{ domain: 'example.com', wanted: [mail], differs: true, writable: true, nxdomain: true, alias: 'example.net' },
      problem: 'no zone found',
      servers: [{ ...server(1, [old]), missing: [mail], unwanted: [old], problem: 'lame' }],
      hosts: [{ host: 'mail.example.com', role: 'ours', addresses: [NEW], alias: 'dyn.example.net' }],
    }
    expect(whole({ domains: [told] })).toEqual({ domains: [told] })
  })

  it('keeps two addresses of one server apart where they differ', () => {
    const text = shown({ servers: [server(1, [mail]), { ...server(1, [old]), address: '2001:db8::1' }], differs: true })
    expect(text).toContain('ns1.example.net (192.0.2.1)  ns1.example.net (2001:db8::1)')
    expect(text).toContain('The name servers differ.')
  })

  it('names a server by its address where the user has named it so', () => {
    const unnamed = (n: number, set: Parameters<typeof server>[1]) => ({ ...server(n, set), name: '' })
    const servers = [unnamed(1, [mail]), unnamed(2, [old]), unnamed(3, null)]
    const text = shown({ wanted: [mail], servers, differs: true })
    expect(text).toContain('wanted  192.0.2.1  192.0.2.2  192.0.2.3\n')
    expect(text).toContain('  ? 192.0.2.3: no answer\n')
    expect(text).toContain('Not as wanted at 192.0.2.2: ')
  })

  it('continues below what does not fit beside each other', () => {
    const text = shown({ servers: [1, 2, 3, 4, 5].map((n) => server(n, [mail])) }, { ...PLAIN, width: 60 })
    expect(text.split('\n').filter((line) => line.includes('10 mail.example.com'))).toHaveLength(3)
  })

  it('does not advise to write once more what a server has already', () => {
    const servers = [server(1, [mail]), server(2, [old]), server(3, [])]
    const text = shown({ wanted: [mail], servers, differs: true, writable: true })
    expect(text).toContain('Not as wanted at ns2.example.net, ns3.example.net: another server has it so, and')
    expect(text).not.toContain('mx apply')
  })

  it('says of an address in the place of a host that it takes no mail', () => {
    const address = { host: '192.0.2.25', role: 'backup', addresses: null } as const
    const text = shown({ servers: [server(1, [mx('192.0.2.25', 10)])], hosts: [address] })
    expect(text).toContain('  192.0.2.25  an address, which takes no mail: an MX names a host (RFC 5321 5.1)\n')
    expect(text).not.toContain('address unknown')
  })

  it('says of an alias whose MX it shows', () => {
    const alias = 'example.net'
    const line = 'example.com\n  an alias (CNAME) of example.net, and so is its MX: mxhome mx example.net\n'
    expect(shown({ alias, servers: [server(1, [mail])] })).toContain(line)
    const none = shown({ alias, servers: [server(1, [])] })
    expect(none).toContain('agree: of an alias the MX of example.net counts.')
    expect(none).not.toContain('there is no MX record')
  })

  const verdicts: [string, Partial<MxDomainDocument>][] = [
    [
      'The domain example.com does not exist (NXDOMAIN): check its spelling.',
      { servers: [server(1, [])], nxdomain: true },
    ],
    ['The domain example.com does not exist (NXDOMAIN): check its spelling.', { problem: 'no zone', nxdomain: true }],
    [
      'does not exist (NXDOMAIN): check its spelling. If it is right, run "mxhome mx apply example.com".',
      { wanted: [mail], servers: [server(1, [])], differs: true, writable: true, nxdomain: true },
    ],
    [
      'check its spelling. If it is right, enter the wanted records at the provider.',
      { wanted: [mail], servers: [server(1, [])], differs: true, nxdomain: true },
    ],
    ['Nothing is known: no name server answered.', { servers: [server(1, null)] }],
    ['Nothing is known: no zone found.', { problem: 'no zone found' }],
    ['All name servers that answer agree (1 of 2).', { servers: [server(1, [mail]), server(2, null)] }],
    ['All name servers that answer agree: there is no MX record.', { servers: [server(1, [])] }],
    ['As wanted at every name server that answers.', { wanted: [mail], servers: [server(1, [mail])] }],
    [
      'Not as wanted at any name server that answers: ',
      { wanted: [mail], servers: [server(1, [old]), server(2, null)], differs: true },
    ],
    ['agree: a null MX, the domain takes no mail.', { servers: [server(1, [mx('.', 0)])] }],
    ['Not as wanted at any name server: ', { wanted: [mail], servers: [server(1, [old])], differs: true }],
  ]
  it.each(verdicts)('%s', (words, one) => {
    expect(shown(one)).toContain(words)
  })

  it.each([
    ['', '192.0.2.1:5353', '192.0.2.1:5353 answers REFUSED', '  ? 192.0.2.1:5353: answers REFUSED\n'],
    ['', '192.0.2.1', 'name server 192.0.2.1 did not answer (3 tries of 2 s)', '  ? 192.0.2.1: did not answer (3'],
    ['ns1.example', '192.0.2.1', '192.0.2.1 is lame', '  ? ns1.example (192.0.2.1): is lame\n'],
    ['', '192.0.2.1', 'stopped before 192.0.2.1 answered', '  ? 192.0.2.1: stopped before it answered\n'],
    ['', '192.0.2.1', '192.0.2.10 has no address', '  ? 192.0.2.1: 192.0.2.10 has no address\n'],
    ['ns1.example', '', 'ns1.example has no address', '  ? ns1.example: ns1.example has no address\n'],
  ])('names a silent server once: "%s" %s, %s', (name, address, problem, expected) => {
    expect(shown({ servers: [{ name, address, mx: null, problem }] })).toContain(expected)
  })

  it('says which hosts the wish has no longer', () => {
    const host = (name: string, role: 'ours' | 'backup') => ({ host: name, role, addresses: [NEW] })
    const hosts = [
      host('mail.example.com', 'ours'),
      host('backup.example.net', 'backup'),
      host('old.example.com', 'backup'),
    ]
    const servers = [server(1, [old])]
    const text = shown({ wanted: [mail, backup], servers, hosts, differs: true })
    expect(text).toMatch(/mail\.example\.com +ours +203/)
    expect(text).toMatch(/backup\.example\.net +backup +203/)
    expect(text).toMatch(/old\.example\.com +to be removed +203/)
    expect(shown({ servers, hosts })).toMatch(/old\.example\.com +backup +203/)
  })

  it('of no domain', () => {
    expect(mxText({ domains: [] }, PLAIN)).toBe('No mail domain is configured: see MXHOME_DOMAINS.')
  })
})
