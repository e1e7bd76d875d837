import { describe, expect, it } from 'vitest'
import { type Row, rowsOf } from '../support/problem-rows.ts'
import { load } from './load.ts'

const WHETHER = 'Whether to hurry (Invalid input: expected boolean, received string)'
const NONE: Row = [
  'providers',
  'nothing',
  'the DNS provider that holds the records',
  'set providers; "mxhome providers" lists all, "mxhome init" asks and writes the rest',
]

describe('providers in YAML', () => {
  it.each<[providers: string, ...Row[]]>([
    ['ionos', ['providers', 'text', 'a list of accounts', 'begin each account with "- use: ID"']],
    ['[]', NONE],
    ['', NONE],
    ['~', NONE],
    ['[ionos]', ['providers[0]', 'text', 'an account such as {use: ionos, apiKey: ...}']],
    ['[{apiKey: s3cr3t}]', ['providers[0].use', 'nothing', "a provider's id"]],
    [
      '[{use: ionos}]',
      [
        'providers[0].apiKey',
        'nothing',
        'API key, in the form publicprefix.secret',
        `write apiKey: \${NAME} into providers[0], and set NAME in the environment`,
      ],
    ],
    ['[{use: ionos, apiKey: 12345}]', ['providers[0].apiKey', '(hidden)', 'text', 'put it in quotes']],
    [
      '[{use: ionos, apiKey: s3cr3t, zone: example.com}]',
      ['providers[0].zone', 'an unknown key', 'a known key', 'did you mean zones?'],
    ],
    [
      '[{use: ionos, apiKey: s3cr3t, zones: []}]',
      ['providers[0].zones', 'an empty list', 'a domain name such as example.com'],
    ],
    [
      '[{use: ionos, apiKey: a}, {use: ionos, apiKey: b}]',
      ['providers[1].name', '"ionos", as in providers[0]', 'a name of its own for each account', 'give each a name'],
    ],
    [
      '[{use: ionos, apiKey: a}, {use: ionos, name: b, apiKey: b}]',
      [
        'domains',
        'example.com, which ionos and b serve alike',
        'one account for each host',
        'give the accounts different zones',
      ],
    ],
    ['[{use: manysided, token: s3cr3t}]', ['providers[0].token', '(hidden)', 'a token that begins with t-']],
    [
      '[{use: manysided, token: t-1, port: 70000}]',
      ['providers[0].port', '70000', 'Port (Too big: expected number to be <=65535)'],
    ],
    ['[{use: manysided, token: t-1, mode: three}]', ['providers[0].mode', '"three"', 'one of one, two']],
    [
      '[{use: manysided, token: t-1, mode: one}]',
      ['providers[0].user', 'nothing', 'a user beside the mode', 'write user into providers[0]'],
    ],
    ['[{use: manysided, token: s}]', ['providers[0].token', '(hidden)', 'a token of three characters at least']],
    ['[{use: manysided, token: zq}]', ['providers[0].token', '(hidden)', 'a token of three characters at least']],
    ['[{use: manysided, token: ""}]', ['providers[0].token', '(hidden)', 'a token of three characters at least']],
    ['[{use: manysided, token: t-1, fast: maybe}]', ['providers[0].fast', '"maybe"', WHETHER]],
    ['[{use: manysided, token: t-1, fast: [on]}]', ['providers[0].fast', 'a list', WHETHER.replace('string', 'array')]],
    [
      '[{use: manysided, token: t-1, user: https://api.example}]',
      ['providers[0]', 'the user is the address', 'all that the provider manysided needs', 'change one'],
    ],
    [
      '[{use: either, email: me@a.example}]',
      [
        'providers[0].token',
        'nothing',
        'token, or both email and key',
        `write token: \${NAME} into providers[0], and set NAME in the environment`,
      ],
    ],
    ['[{use: v4only}]', ['providers[0].user', 'nothing', 'User', 'write user into providers[0]']],
    [
      '[{use: v4only, user: me}]',
      [
        'ipv6',
        'AAAA records (IPv6) wanted for example.com',
        'what V4ONLY can do: no parameter for it (verified 2026-11)',
        "set ipv6 to off, or take the type out of the host's types in YAML",
      ],
    ],
    [
      '[{use: v6only, user: me}]',
      [
        'ipv4',
        'A records (IPv4) wanted for example.com',
        'what V6ONLY can do: no IPv4 at all (verified 2026-11)',
        "set ipv4 to off, or take the type out of the host's types in YAML",
      ],
    ],
  ])('%s', async (providers, ...rows) => {
    expect(rowsOf(await load({ yaml: `domains: example.com\nipv6: on\nproviders: ${providers}` }))).toEqual(rows)
  })

  it('a host in no zone, in two alike, and in a service that has only its own', async () => {
    const at = async (hosts: string, providers: string) =>
      rowsOf(await load({ yaml: `hosts: ${hosts}\nproviders: ${providers}` }))
    const [a, b] = [
      '{use: ionos, name: a, zones: example.com, apiKey: k}',
      '{use: ionos, name: b, zones: example.com, apiKey: l}',
    ]
    expect(await at('[mail.example.com]', `[${a}, ${b}]`)).toEqual([
      [
        'hosts',
        'mail.example.com, which a and b serve alike',
        'one account for each host',
        'give the accounts different zones, or the host a provider',
      ],
    ])
    expect(await at('[{name: mail.example.com, provider: b}]', `[${a}, ${b}]`)).toEqual([])
    expect(await at('[{name: mail.example.net, provider: b}]', `[${a}, ${b}]`)).toEqual([
      [
        'hosts',
        'mail.example.net, outside the zones of b',
        'a name in example.com',
        'add its zone to providers[].zones',
      ],
    ])
    expect(await at('[mail.example.com]', '[{use: duckdns, token: t}]')).toEqual([
      [
        'hosts',
        'mail.example.com, outside the zones of every account',
        'a name in duckdns.org',
        'the service keeps names in its own zones only: take one of those, or another provider',
      ],
    ])
    expect(await at('[me.duckdns.org]', '[{use: duckdns, token: t}]')).toEqual([])
  })

  it('variables that two accounts would have to share', async () => {
    const yaml = `domains: example.com\nproviders: [{use: ionos, apiKey: a, zones: example.com}, {use: ionos, name: b, apiKey: "\${IONOS_B}", zones: example.org}]`
    const remedy = `write the settings into each account in YAML, there as \${NAME} if they stay in the environment`
    expect(
      rowsOf(await load({ yaml, env: { IONOS_B: 'k', IONOS_API_KEY: 'k', MXHOME_ZONES: 'example.com' } })),
    ).toEqual([
      [
        'MXHOME_ZONES',
        'one list for 2 accounts',
        'zones for each account',
        'remove MXHOME_ZONES, and write zones into each account in YAML',
      ],
      ['IONOS_API_KEY', 'a variable for 2 accounts that use ionos', 'settings for each account', remedy],
    ])
  })
})
