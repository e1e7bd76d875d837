import { describe, expect, it } from 'vitest'
import { load, withAccount } from './load.ts'

const MINUTE = 60_000
const problemsOf = async (yaml: string, env: Record<string, string> = {}) => {
  const { config, problems } = await load({ yaml: withAccount(yaml), env: { MXHOME_IPV6: 'on', ...env } })
  expect(config === undefined).toBe(problems.length > 0)
  return problems.map(({ setting, found, remedy }) => ({ setting, found, remedy }))
}
const TWO = 'lines: {dsl: {interface: eth0}, lte: {interface: wwan0}}\n'

describe('lines', () => {
  it('are read, each with what holds for all where it says nothing itself', async () => {
    const { config, problems, effective } = await load({
      env: { MXHOME_IP_SOURCES: 'http:https://ip.example/', MXHOME_QUORUM: '1' },
      yaml: withAccount(`
failbackAfter: 20m
lines:
  dsl: {interface: eth0}
  lte: {ipSources: [interface, 'http:https://other.example/'], quorum: 2, interface: wwan0, lineDownAfter: 2m, failbackAfter: 1h}
hosts:
  - {name: mail.example.com, line: [dsl, lte]}
  - {name: mail2.example.com, line: lte}
  - mail3.example.com
`),
    })
    expect(problems).toEqual([])
    expect(config?.lines).toEqual([
      {
        ...{ name: 'dsl', interface: 'eth0', ipSources: ['http:https://ip.example/'], quorum: 1 },
        ...{ lineDownAfter: MINUTE / 2, failbackAfter: 20 * MINUTE },
      },
      {
        ...{ name: 'lte', interface: 'wwan0', ipSources: ['interface', 'http:https://other.example/'], quorum: 2 },
        ...{ lineDownAfter: 2 * MINUTE, failbackAfter: 60 * MINUTE },
      },
    ])
    expect(config?.hosts.map(({ line }) => line)).toEqual([['dsl', 'lte'], ['lte'], undefined])
    expect(effective).toContainEqual({
      setting: 'lines.lte.lineDownAfter',
      env: undefined,
      value: '2m',
      origin: 'mxhome.yaml',
    })
  })

  it.each([
    ['no line at all', 'lines: {}\n', 'lines', 'no line', 'name a line, or leave lines out: then there is one'],
    ['a list', 'lines: [dsl]\n', 'lines', 'a list', undefined],
    ['a line that says nothing', 'lines: {dsl: {}}\n', 'lines.dsl', 'neither interface nor ipSources', undefined],
    ['a line that is empty', 'lines: {dsl: }\n', 'lines.dsl', 'nothing', undefined],
    [
      'an unknown key',
      'lines: {dsl: {interfaces: eth0}}\n',
      'lines.dsl.interfaces',
      'an unknown key',
      'did you mean interface?',
    ],
    ['a bad name', 'lines: {"dsl 1": {interface: eth0}}\n', 'lines', 'a line with the name "dsl 1"', undefined],
    ['a bad interface', 'lines: {dsl: {interface: eth0/1}}\n', 'lines.dsl.interface', '"eth0/1"', undefined],
    ['an empty list of sources', 'lines: {dsl: {ipSources: []}}\n', 'lines.dsl.ipSources', 'an empty list', undefined],
    ['a bad source', 'lines: {dsl: {ipSources: [htp]}}\n', 'lines.dsl.ipSources[0]', '"htp"', 'did you mean http?'],
    ['a bad duration', `${TWO}lineDownAfter: 30\n`, 'lineDownAfter', '30', 'add a unit: 30s'],
    [
      'too many votes',
      'lines: {dsl: {interface: eth0, quorum: 3}}\n',
      'lines.dsl.quorum',
      '3',
      'lower it, or name more sources',
    ],
    [
      'too many votes at the top, of which not all can be asked through an interface',
      'quorum: 3\nlines: {dsl: {interface: eth0}}\n',
      'quorum',
      '3, which holds for line dsl',
      'lower it, or name more sources',
    ],
    [
      'public-ip at the top',
      'ipSources: [public-ip]\nlines: {dsl: {interface: eth0}}\n',
      'ipSources',
      'public-ip, while lines.dsl.interface is eth0',
      'take public-ip out (auto leaves it out by itself), or the interface',
    ],
    [
      'public-ip, which nobody can bind',
      'lines: {dsl: {interface: eth0, ipSources: [public-ip]}}\n',
      'lines.dsl.ipSources',
      'public-ip, while interface is eth0',
      'take public-ip out (auto leaves it out by itself), or the interface',
    ],
    [
      'the same line twice under two names',
      'lines: {dsl: {ipSources: auto}, lte: {ipSources: auto}}\n',
      'lines.lte',
      'the same sources, asked the same way, as in lines.dsl',
      undefined,
    ],
  ])('%s', async (_, yaml, setting, found, remedy) => {
    const problems = await problemsOf(yaml)
    expect(problems).toContainEqual(expect.objectContaining({ setting, found, ...(remedy && { remedy }) }))
  })

  it('a key that is left empty says nothing', async () => {
    const { config } = await load({ yaml: withAccount('lines: {dsl: {interface: eth0, ipSources: , quorum: }}\n') })
    expect(config?.lines).toMatchObject([{ interface: 'eth0', ipSources: ['auto'], quorum: undefined }])
    const found = 'neither interface nor ipSources'
    expect(await problemsOf('lines: {dsl: {interface: , ipSources: }}\n')).toMatchObject([{ found }])
  })

  it('have no variables: one that looks like it is unknown', async () => {
    expect(await problemsOf(TWO, { MXHOME_LINES: 'dsl' })).toMatchObject([{ setting: 'MXHOME_LINES' }])
  })

  it('the secrets in a URL of a line are never shown', async () => {
    const { secrets } = await load({
      yaml: withAccount('lines: {dsl: {ipSources: "http:https://anna:s3cr3tpw@ip.example/"}}'),
    })
    expect(secrets).toContain('s3cr3tpw')
  })
})

describe('what a host says of its line', () => {
  const host = (wishes: string, lines = TWO) => problemsOf(`${lines}hosts: [{name: mail.example.com, ${wishes}}]\n`)

  it.each([
    ['an unknown line', 'line: dls', 'hosts', 'line "dls" of mail.example.com', 'did you mean dsl?'],
    ['an unknown line in a list', 'line: [dsl, lta]', 'hosts', 'line "lta" of mail.example.com', 'did you mean lte?'],
    ['the same line twice', 'line: [dsl, lte, dsl]', 'hosts[0].line', 'dsl twice', 'remove one dsl'],
    ['an empty list', 'line: []', 'hosts[0].line', 'an empty list', undefined],
    ['a number', 'line: 7', 'hosts[0].line', '7', undefined],
  ])('%s', async (_, wishes, setting, found, remedy) => {
    expect(await host(wishes)).toContainEqual({ setting, found, remedy: remedy ?? undefined })
  })

  it('a line where none is named, by its name or not', async () => {
    expect(await host('line: dsl', '')).toMatchObject([
      { found: 'line "dsl" of mail.example.com', remedy: 'name the lines under lines, or leave line out' },
    ])
    expect(await host('line: default', '')).toEqual([])
  })

  it('of a line that is wrong itself that alone is told', async () => {
    expect(await host('line: lte', 'lines: {"lte 1": {interface: wwan0}}\n')).toMatchObject([
      { setting: 'lines', found: 'a line with the name "lte 1"' },
    ])
  })

  it('all that is wrong is told together', async () => {
    const problems = await problemsOf(
      'lines: {dsl: {interface: "a b"}, lte: {}}\nhosts: [{name: mail.example.com, ipv6Suffix: "::", whenGone: never, line: []}]\n',
    )
    expect(problems.map(({ setting }) => setting).toSorted()).toEqual([
      'hosts[0].ipv6Suffix',
      'hosts[0].line',
      'hosts[0].whenGone',
      'lines.dsl.interface',
      'lines.lte',
    ])
  })
})

describe('ipv6Suffix', () => {
  const suffix = (text: string, env = {}) =>
    problemsOf(`hosts: [{name: mail.example.com, ipv6Suffix: "${text}"}]\n`, env)

  it.each(['::25', '::25/56', '::1:0:0:0:25/56', 'mac:00:11:22:33:44:55'])('%s', async (text) => {
    expect(await suffix(text)).toEqual([])
  })

  it.each([
    ['::', undefined],
    [
      '2001:db8::25',
      'give the last 64 bits alone (::25), or the length of the prefix behind a slash (::1:0:0:0:25/56)',
    ],
    ['mac:00:11:22:33:44', undefined],
    ['mac:00:11:22:33:44:55/56', 'leave the length out'],
    ['25', undefined],
    ['::25/200', 'leave it out for a /64, as nearly every network has'],
    ['::1:0:0:0:0/56', "put the host's own bits behind the network's, such as ::1:0:0:0:25/56"],
  ])('%s', async (text, remedy) => {
    expect(await suffix(text)).toEqual([{ setting: 'hosts[0].ipv6Suffix', found: `"${text}"`, remedy }])
  })

  it('is nothing for a host without IPv6', async () => {
    expect(await suffix('::25', { MXHOME_IPV6: 'off' })).toMatchObject([
      { setting: 'hosts', found: 'ipv6Suffix of mail.example.com, while no AAAA record is kept for it' },
    ])
  })
})

describe('whenGone', () => {
  it('is a setting, and a wish of a host', async () => {
    const { config } = await load({
      env: { MXHOME_WHEN_GONE: 'remove' },
      yaml: withAccount('hosts: [{name: mail.example.com, whenGone: keep}]'),
    })
    expect(config).toMatchObject({ whenGone: 'remove', hosts: [{ whenGone: 'keep' }] })
  })

  const ACCOUNTS = 'providers: [{use: duckdns, token: t-s3cr3t}]\n'
  it.each([
    ['for all', { MXHOME_WHEN_GONE: 'remove' }, 'hosts: [me.duckdns.org]\n', 'MXHOME_WHEN_GONE'],
    ['for all, of a mail domain', { MXHOME_WHEN_GONE: 'remove' }, 'domains: me.duckdns.org\n', 'MXHOME_WHEN_GONE'],
    ['for one host', {}, 'hosts: [{name: me.duckdns.org, whenGone: remove}]\n', 'hosts (whenGone)'],
  ])('what no service can do is told beforehand: %s', async (_, env, hosts, setting) => {
    const { problems } = await load({ env, yaml: ACCOUNTS + hosts })
    expect(problems).toMatchObject([{ setting, found: 'remove, for me.duckdns.org' }])
  })

  it('is no matter for what another account can do', async () => {
    const { problems } = await load({
      env: { MXHOME_WHEN_GONE: 'remove' },
      yaml: `providers: [{use: ionos, apiKey: k, zones: example.com}, {use: duckdns, token: t-s3cr3t}]
domains: example.com
hosts: [mail.example.com]
`,
    })
    expect(problems).toEqual([])
  })

  it('is no matter where the host keeps it', async () => {
    const { problems } = await load({
      env: { MXHOME_WHEN_GONE: 'remove' },
      yaml: `${ACCOUNTS}hosts: [{name: me.duckdns.org, whenGone: keep}]\n`,
    })
    expect(problems).toEqual([])
  })
})
