import { describe, expect, it } from 'vitest'
import { describeProblems } from '../../src/config/describe-problems.ts'
import { ENOUGH, load, withAccount } from './load.ts'

type Row = [setting: string, found: string, expected: string, remedy?: string]

const rowsOf = ({ problems }: Awaited<ReturnType<typeof load>>): Row[] =>
  problems.map(({ setting, found, expected, remedy }) =>
    remedy === undefined ? [setting, found, expected] : [setting, found, expected, remedy],
  )

const NUMBER = (most: number) => `a whole number from 1 to ${most}`
const DURATION = 'a duration from 1ms to 366d, such as 500ms, 30s, 5m, 1h or 2d'
const SOURCES =
  'auto, public-ip, http:URL, dns:NAME/TYPE/CLASS@SERVER[:PORT], interface[:NAME], command:PROGRAM ARGUMENTS, static:ADDRESS'
const NOT_ADDRESS = 'an address cannot be kept up to date: give the name whose A and AAAA records shall hold it'
const SERVER = 'the address of a name server: ADDRESS, ADDRESS:PORT or [IPV6]:PORT'

describe('one wrong variable', () => {
  it.each<[name: string, value: string, ...Row[]]>([
    ['MXHOME_HOSTS', '192.0.2.1', ['MXHOME_HOSTS', '"192.0.2.1"', 'a host name', NOT_ADDRESS]],
    ['MXHOME_HOSTS', '[2001:db8::1]', ['MXHOME_HOSTS', '"[2001:db8::1]"', 'a host name', NOT_ADDRESS]],
    ['MXHOME_HOSTS', '１.２.３.４', ['MXHOME_HOSTS', '"１.２.３.４"', 'a host name', NOT_ADDRESS]],
    [
      'MXHOME_HOSTS',
      '300.1.2.3',
      ['MXHOME_HOSTS', '"300.1.2.3"', 'a host name', 'this looks like an address that is not valid'],
    ],
    ['MXHOME_HOSTS', 'mail', ['MXHOME_HOSTS', '"mail"', 'a full name such as mail.example.com', 'add the domain']],
    [
      'MXHOME_HOSTS',
      'a..example.com',
      ['MXHOME_HOSTS', '"a..example.com"', 'a name without empty labels', 'remove a dot'],
    ],
    [
      'MXHOME_HOSTS',
      'ma il.example.com',
      ['MXHOME_HOSTS', '"ma il.example.com"', 'letters, digits, hyphens and dots only'],
    ],
    [
      'MXHOME_HOSTS',
      '-a.example.com',
      ['MXHOME_HOSTS', '"-a.example.com"', 'labels that neither begin nor end with a hyphen'],
    ],
    [
      'MXHOME_HOSTS',
      'a.*.example.com',
      ['MXHOME_HOSTS', '"a.*.example.com"', 'a * only as the whole first label', 'write *.example.com'],
    ],
    ['MXHOME_HOSTS', 'xn--a.ü', ['MXHOME_HOSTS', '"xn--a.ü"', 'a valid internationalised name', 'check its spelling']],
    [
      'MXHOME_HOSTS',
      'https://a.example/',
      ['MXHOME_HOSTS', '"https://a.example/"', 'a host name', 'give the name alone, without a scheme or a path'],
    ],
    [
      'MXHOME_HOSTS',
      'a.example.com:25',
      ['MXHOME_HOSTS', '"a.example.com:25"', 'a host name', 'give the name alone, without a port'],
    ],
    [
      'MXHOME_DOMAINS',
      'me@example.com',
      ['MXHOME_DOMAINS', '"me@example.com"', 'a host name', 'give what stands behind the @'],
    ],
    [
      'MXHOME_DOMAINS',
      '*.example.com',
      ['MXHOME_DOMAINS', '"*.example.com"', 'a name without a *', 'write example.com'],
    ],
    ['MXHOME_IPV4', 'maybe', ['MXHOME_IPV4', '"maybe"', 'on or off']],
    ['MXHOME_IPV4', 'off', ['MXHOME_IPV4, MXHOME_IPV6', 'both off', 'at least one of them on']],
    ['MXHOME_QUORUM', '0', ['MXHOME_QUORUM', '"0"', NUMBER(100)]],
    [
      'MXHOME_QUORUM',
      '4',
      [
        'MXHOME_QUORUM',
        '4',
        'at most the number of sources in MXHOME_IP_SOURCES, which is 3',
        'lower it, or name more sources',
      ],
    ],
    ['MXHOME_TTL', '2147483648', ['MXHOME_TTL', '"2147483648"', NUMBER(2147483647)]],
    ['MXHOME_TTL', '1.5', ['MXHOME_TTL', '"1.5"', NUMBER(2147483647)]],
    ['MXHOME_DRIFT_INTERVAL', '30', ['MXHOME_DRIFT_INTERVAL', '"30"', `${DURATION}, or off`, 'add a unit: 30s']],
    ['MXHOME_REFRESH_INTERVAL', '5 weeks', ['MXHOME_REFRESH_INTERVAL', '"5 weeks"', `${DURATION}, or off`]],
    ['MXHOME_CONFIRM_TIMEOUT', '2h', ['MXHOME_CONFIRM_TIMEOUT', '"2h"', DURATION.replace('366d', '1h')]],
    ['MXHOME_CONFIRM_TIMEOUT', 'off', ['MXHOME_CONFIRM_TIMEOUT', '"off"', DURATION.replace('366d', '1h')]],
    [
      'MXHOME_SCHEDULE',
      'hourly',
      ['MXHOME_SCHEDULE', '"hourly"', 'a cron expression of five or six fields, such as */5 * * * *'],
    ],
    [
      'MXHOME_SCHEDULE',
      '99 * * * *',
      ['MXHOME_SCHEDULE', '"99 * * * *"', 'a cron expression of five or six fields, such as */5 * * * *'],
    ],
    [
      'MXHOME_WATCH',
      'router',
      ['MXHOME_WATCH', '"router"', 'one of auto, kernel, off', 'the nearest known one is auto'],
    ],
    [
      'MXHOME_LOG_LEVEL',
      'warning',
      ['MXHOME_LOG_LEVEL', '"warning"', 'one of error, warn, info, debug', 'the nearest known one is warn'],
    ],
    [
      'MXHOME_ALLOW_ADDRESSES',
      '10.0.0.0/33',
      ['MXHOME_ALLOW_ADDRESSES', '"10.0.0.0/33"', 'a block of addresses such as 10.0.0.0/8 or fd00::/8'],
    ],
    ['MXHOME_RESOLVERS', 'dns.example', ['MXHOME_RESOLVERS', '"dns.example"', SERVER]],
    ['MXHOME_NAMESERVERS', '1.1.1.1:70000', ['MXHOME_NAMESERVERS', '"1.1.1.1:70000"', SERVER]],
    [
      'MXHOME_LISTEN',
      'localhost:80',
      ['MXHOME_LISTEN', '"localhost:80"', 'ADDRESS:PORT such as 127.0.0.1:8245, or off', 'write 127.0.0.1:80'],
    ],
    [
      'MXHOME_LISTEN',
      '0.0.0.0',
      [
        'MXHOME_LISTEN',
        '0.0.0.0',
        'a loopback address such as 127.0.0.1, or a token beside it',
        'set MXHOME_LISTEN_TOKEN, which callers then have to send',
      ],
    ],
    [
      'MXHOME_LISTEN_TOKEN',
      'two words',
      ['MXHOME_LISTEN_TOKEN', '(hidden)', 'printable ASCII characters without spaces'],
    ],
    [
      'MXHOME_IP_SOURCES',
      'fritzbox',
      ['MXHOME_IP_SOURCES', '"fritzbox"', SOURCES, 'the source fritzbox is not available in this version'],
    ],
    [
      'MXHOME_IP_SOURCES',
      'stun:stun.example:3478',
      ['MXHOME_IP_SOURCES', '"stun:stun.example:3478"', SOURCES, 'the source stun is not available in this version'],
    ],
    [
      'MXHOME_IP_SOURCES',
      'https://ip.example',
      [
        'MXHOME_IP_SOURCES',
        '"https://ip.example"',
        'http: and a URL, such as http:https://api.ipify.org',
        'put http: in front of the URL',
      ],
    ],
    [
      'MXHOME_IP_SOURCES',
      'http:ftp://u:pw@a',
      ['MXHOME_IP_SOURCES', '(hidden)', 'http: and a URL, such as http:https://api.ipify.org'],
    ],
    [
      'MXHOME_IP_SOURCES',
      'http:ftp://a?k=s',
      ['MXHOME_IP_SOURCES', '"http:ftp://a?(hidden)"', 'http: and a URL, such as http:https://api.ipify.org'],
    ],
    ['MXHOME_IP_SOURCES', 'publicip', ['MXHOME_IP_SOURCES', '"publicip"', SOURCES, 'did you mean public-ip?']],
    ['MXHOME_IP_SOURCES', 'static:home', ['MXHOME_IP_SOURCES', '"static:home"', 'static: and an IPv4 or IPv6 address']],
    ['MXHOME_IP_SOURCES', ',', ['MXHOME_IP_SOURCES', 'an empty list', SOURCES]],
    [
      'MXHOME_EXCLUDE',
      'a.example.com,example.com',
      [
        'MXHOME_EXCLUDE',
        'a.example.com, which MXHOME_HOSTS lists as well',
        'hosts that are never written',
        'to have it written remove it from MXHOME_EXCLUDE, to have it left alone from MXHOME_HOSTS',
      ],
    ],
    [
      'MXHOME_PROVIDER',
      'ionoss',
      ['MXHOME_PROVIDER', '"ionoss"', "a provider's id", 'did you mean ionos? "mxhome providers" lists all'],
    ],
    [
      'MXHOME_PROVIDER',
      'ionos,noip',
      ['MXHOME_PROVIDER', '"ionos,noip"', 'one provider', 'list several accounts in YAML, under providers'],
    ],
    [
      'MXHOME_ZONES',
      'example.net',
      [
        'MXHOME_HOSTS',
        'a.example.com, outside the zones of every account',
        'a name in example.net',
        'add its zone to MXHOME_ZONES',
      ],
    ],
    [
      'IONOS_BASE_URL',
      'dns.example',
      ['IONOS_BASE_URL', '"dns.example"', 'a URL that begins with http:// or https://'],
    ],
    [
      'IONOS_CA_BUNDLE',
      '/none',
      ['IONOS_CA_BUNDLE', '/none: no such file', 'a PEM file of certificates that can be read'],
    ],
    [
      'IONOS_CA_BUNDLE',
      '/text',
      ['IONOS_CA_BUNDLE', '/text, which holds no certificate', 'a PEM file of certificates that can be read'],
    ],
    [
      'IONOS_APIKEY',
      'x',
      ['IONOS_APIKEY', 'an unknown variable', 'the name of a setting', 'did you mean IONOS_API_KEY?'],
    ],
    [
      'MXHOME_QUORM',
      '2',
      ['MXHOME_QUORM', 'an unknown variable', 'the name of a setting', 'did you mean MXHOME_QUORUM?'],
    ],
    [
      'MXHOME_PUSH_LISTEN',
      '::1',
      ['MXHOME_PUSH_LISTEN', 'an unknown variable', 'the name of a setting', 'the nearest known one is MXHOME_LISTEN'],
    ],
    [
      'MXHOME_TTL_FILE',
      '/none',
      ['MXHOME_TTL_FILE', '/none: no such file', 'a file that can be read', 'correct the path, or make the file'],
    ],
    ['MXHOME_TTL_FILE', '/empty', ['MXHOME_TTL_FILE', '/empty, which is empty', 'a file that holds the value']],
    [
      'IONOS_API_KEY_FILE',
      '/text',
      ['IONOS_API_KEY', 'IONOS_API_KEY and IONOS_API_KEY_FILE', 'one of the two', 'remove one of them'],
    ],
  ])('%s=%s', async (name, value, ...rows) => {
    const env = { ...ENOUGH, MXHOME_HOSTS: 'a.example.com', [name]: value }
    const loaded = await load({ env, files: { '/text': 'text', '/empty': '\n' } })
    expect(rowsOf(loaded)).toEqual(rows)
    expect(loaded.config).toBeUndefined()
  })

  it.each([
    'MXHOME_NOTIFY',
    'MXHOME_ON_CHANGE',
    'MXHOME_HEARTBEAT',
    'MXHOME_OUTBOUND',
    'MXHOME_DOCTOR_INTERVAL',
    'MXHOME_PROBER',
    'MXHOME_DQS_KEY',
    'MXHOME_WHEN_GONE',
  ])('%s does not exist, and the nearest one that does is named', async (name) => {
    const [problem, ...more] = (await load({ env: { ...ENOUGH, [name]: 'x' } })).problems
    expect(problem).toMatchObject({ setting: name, found: 'an unknown variable' })
    expect(problem?.remedy).toMatch(/ MXHOME_[A-Z_]+\??$/)
    expect(more).toEqual([])
  })
})

describe('one wrong line of YAML', () => {
  it.each<[line: string, ...Row[]]>([
    ['quorum: two', ['quorum', '"two"', NUMBER(100)]],
    ['quorum: 1.5', ['quorum', '1.5', NUMBER(100)]],
    ['quorum: [1]', ['quorum', 'a list', NUMBER(100)]],
    [
      `quorum: "\${HOW_MANY}"`,
      [
        'quorum',
        `\${HOW_MANY}, which is not set`,
        'a variable of the environment',
        `set HOW_MANY; write $\${ for a literal \${`,
      ],
    ],
    [`quorum: "\${WORD}"`, ['quorum', `\${WORD}`, NUMBER(100)]],
    [
      `quorum: "\${two words}"`,
      [
        'quorum',
        `\${...} around what is no name`,
        'the name of an environment variable',
        `write $\${ for a literal \${`,
      ],
    ],
    ['quorm: 2', ['quorm', 'an unknown key', 'a known key', 'did you mean quorum?']],
    ['lines: {}', ['lines', 'an unknown key', 'a known key', 'the nearest known one is listen']],
    ['__proto__: 1', ['__proto__', 'an unknown key', 'a known key', 'the nearest known one is hosts']],
    ['log: debug', ['log', 'text', 'a map such as {level: info, format: json}']],
    ['log: {levle: info}', ['log.levle', 'an unknown key', 'a known key', 'did you mean level?']],
    ['log: {level: loud}', ['log.level', '"loud"', 'one of error, warn, info, debug', 'the nearest known one is warn']],
    [
      'hosts: [a.example.com, {name: mail, ttl: 0}]',
      ['hosts[1].name', '"mail"', 'a full name such as mail.example.com', 'add the domain'],
      ['hosts[1].ttl', '0', NUMBER(2147483647)],
    ],
    [
      'hosts: [{name: a.example.com, constructor: x}]',
      ['hosts[0].constructor', 'an unknown key', 'a known key', 'the nearest known one is ttl'],
    ],
    ['hosts: [{ttl: 5}]', ['hosts[0].name', 'nothing', 'a host name such as mail.example.com']],
    [
      'hosts: [{name: a.example.com, whenGone: keep}]',
      ['hosts[0].whenGone', 'an unknown key', 'a known key', 'the nearest known one is name'],
    ],
    ['hosts: [{name: a.example.com, types: [MX]}]', ['hosts[0].types[0]', '"MX"', 'A or AAAA', 'did you mean A?']],
    [
      'hosts: [{name: a.example.com, types: AAAA}]',
      [
        'hosts',
        'types AAAA of a.example.com, while ipv6 is off',
        'only address families that are on',
        'set ipv6 to on',
      ],
    ],
    [
      'hosts: [{name: a.example.com, provider: ionoss}]',
      ['hosts', 'provider "ionoss" of a.example.com', 'an account: ionos', 'did you mean ionos?'],
    ],
    [
      'hosts: [{name: a.example.com, provider: a b}]',
      [
        'hosts[0].provider',
        '"a b"',
        'the name of an account: letters, digits, dots, hyphens and underscores, at most 63',
      ],
    ],
    [
      'hosts: [a.example.com, {name: A.example.com, ttl: 5}]',
      ['hosts', 'a.example.com with different wishes', 'each name once'],
    ],
    ['hosts: [[a.example.com]]', ['hosts[0]', 'a list', 'a host name such as mail.example.com']],
    ['ipSources:\n  - command: ls', ['ipSources[0]', 'a map', SOURCES, 'put a value that holds ": " in quotes']],
    [
      "exclude: 'a",
      ['mxhome.yaml, line 4, column 12', 'a quotation mark, bracket or comma that is missing', 'valid YAML'],
    ],
    [
      'listen: "[::]:80"',
      [
        'listen',
        '::',
        'a loopback address such as 127.0.0.1, or a token beside it',
        'set listenToken, which callers then have to send',
      ],
    ],
    ['ipSources: ["command:"]', ['ipSources[0]', '"command:"', 'command: and a program with its arguments']],
    [
      'schedule: */5 * * * *',
      [
        'mxhome.yaml, line 4, column 15',
        'something behind the end of a value',
        'valid YAML',
        'put a value that begins with * & ! % @ or ` in quotes',
      ],
    ],
    [
      'exclude: *all',
      [
        'mxhome.yaml, line 4, column 10',
        'an alias that nothing defines',
        'valid YAML',
        'put a value that begins with * & ! % @ or ` in quotes',
      ],
    ],
    [
      'ttl: 5\nttl: 6',
      ['mxhome.yaml, line 5, column 1', 'a key that stands twice in one map', 'valid YAML', 'remove one of the two'],
    ],
    [
      'exclude: [a.example.com',
      [
        'mxhome.yaml, line 4, column 24',
        'an indentation that does not fit, or a bracket that is not closed',
        'valid YAML',
      ],
    ],
    [
      'exclude: !all a',
      [
        'mxhome.yaml, line 4, column 10',
        'an unknown tag',
        'valid YAML',
        'put a value that begins with * & ! % @ or ` in quotes',
      ],
    ],
    [
      'exclude: "\\q"',
      [
        'mxhome.yaml, line 4, column 11',
        'an unknown escape in double quotes',
        'valid YAML',
        'use single quotes, or write \\\\ for a backslash',
      ],
    ],
    [
      'exclude: a: b',
      [
        'mxhome.yaml, line 4, column 10',
        'a second ": " in one line',
        'valid YAML',
        'put a value that holds ": " in quotes',
      ],
    ],
    ['exclude:\n\t- a', ['mxhome.yaml, line 5, column 1', 'a tab as indentation', 'valid YAML', 'use spaces']],
    ['exclude: &a [*a]', ['exclude', 'a value that is nested too deeply', 'what the documentation shows']],
  ])('%s', async (line, ...rows) => {
    const loaded = await load({ env: { WORD: 'two' }, yaml: withAccount(line) })
    const shortened = rowsOf(loaded).map(([setting, ...rest]) => [
      setting.replace(/(?:\[0\])+$/, (all) => (all.length > 9 ? '' : all)),
      ...rest,
    ])
    expect(shortened).toEqual(rows)
  })

  it.each(['- a', 'just text', '7'])('a file that is no map: %s', async (yaml) => {
    const [problem] = (await load({ yaml })).problems
    expect(problem).toMatchObject({
      setting: 'mxhome.yaml',
      expected: 'a map of settings, such as domains: example.com',
    })
  })
})

describe('providers in YAML', () => {
  it.each<[providers: string, ...Row[]]>([
    ['ionos', ['providers', 'text', 'a list of accounts', 'begin each account with "- use: ID"']],
    [
      '[]',
      [
        'providers',
        'nothing',
        'the DNS provider that holds the records',
        'set providers; "mxhome providers" lists all',
      ],
    ],
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
      ['providers[0]', 'providers[0].token, providers[0].mode', 'a user beside the mode'],
    ],
    [
      '[{use: manysided, token: t-1, user: https://api.example}]',
      ['providers[0]', 'the user is the address', 'all that the provider manysided needs', 'change one'],
    ],
    [
      '[{use: either, email: me@a.example}]',
      [
        'providers[0].key',
        'nothing',
        'Global key',
        `write key: \${NAME} into providers[0], and set NAME in the environment`,
      ],
    ],
    [
      '[{use: either, token: s3cr3t, email: me@a.example}]',
      [
        'providers[0].email',
        'a setting that does not go with the others',
        'settings that go together',
        'remove it: EITHER takes it only in another combination',
      ],
    ],
    [
      '[{use: v4only, user: me}]',
      [
        'ipv6',
        'AAAA records (IPv6) wanted for example.com',
        'what V4ONLY can do: no parameter for it (verified 2026-11)',
        "set ipv6 to off, or take the type out of the host's types in YAML",
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

it('nothing at all', async () => {
  const set = 'set MXHOME_DOMAINS to your mail domain, or MXHOME_HOSTS to the hosts to keep'
  expect(rowsOf(await load({}))).toEqual([
    ['MXHOME_DOMAINS', 'nothing', 'at least one mail domain or host', set],
    [
      'MXHOME_PROVIDER',
      'nothing',
      'the DNS provider that holds the records',
      'set MXHOME_PROVIDER; "mxhome providers" lists all',
    ],
  ])
})

describe('warnings, which stop nothing', () => {
  const OPEN = 'a file for the user that mxhome runs as alone'
  it('a secret that others can read', async () => {
    const env = {
      MXHOME_DOMAINS: 'example.com',
      MXHOME_PROVIDER: 'ionos',
      IONOS_API_KEY_FILE: '/key',
      MXHOME_TTL_FILE: '/ttl',
    }
    const file = await load({ env, files: { '/key': 'k', '/ttl': '60' }, mode: 0o644 })
    expect(rowsOf(file)).toEqual([
      ['IONOS_API_KEY_FILE', '/key, which every user of this machine can read', OPEN, 'chmod o-rwx /key'],
    ])
    expect(file.config).toBeDefined()
    const { IONOS_API_KEY, ...rest } = ENOUGH
    const dotenv = await load({ env: rest, dotenv: `IONOS_API_KEY=${IONOS_API_KEY}`, mode: 0o644 })
    expect(dotenv.problems).toMatchObject([{ setting: 'IONOS_API_KEY', severity: 'warn', remedy: 'chmod o-rwx .env' }])
    const yaml = await load({ yaml: withAccount(''), mode: 0o644 })
    expect(yaml.problems).toMatchObject([
      { setting: 'mxhome.yaml', severity: 'warn', remedy: 'chmod o-rwx mxhome.yaml' },
    ])
    expect((await load({ env: ENOUGH, dotenv: 'MXHOME_TTL=60', yaml: 'ttl: 60', mode: 0o644 })).problems).toEqual([])
    expect((await load({ env, files: { '/key': 'k', '/ttl': '60' }, mode: 0o640 })).problems).toEqual([])
  })

  it('a # that ends a value of .env', async () => {
    const lines = [
      'IONOS_API_KEY=abc#def',
      "MXHOME_TTL='60' # quoted",
      'MXHOME_QUORUM=2 # a comment',
      '# MXHOME_A=b#c',
      '',
    ]
    const loaded = await load({
      env: { MXHOME_DOMAINS: 'example.com', MXHOME_PROVIDER: 'ionos' },
      dotenv: lines.join('\n'),
    })
    const remedy = 'write the value in single quotes; without them it ends before the #'
    expect(rowsOf(loaded)).toEqual([
      ['IONOS_API_KEY', 'a value in .env that goes on behind a #', 'quotes around a value that holds a #', remedy],
    ])
  })
})

it('tells all problems at once, aligned, errors first', async () => {
  const { problems } = await load({
    env: { ...ENOUGH, IONOS_API_KEY: '', IONOS_API_KEY_FILE: '/key', MXHOME_TTL: '\u001b[31m', MXHOME_QUORM: '1' },
    files: { '/key': 'k' },
    mode: 0o604,
  })
  expect(describeProblems(problems)).toBe(`The configuration has 2 errors and 1 warning.

MXHOME_TTL
  found     " [31m"
  expected  a whole number from 1 to 2147483647

MXHOME_QUORM
  found     an unknown variable
  expected  the name of a setting
  remedy    did you mean MXHOME_QUORUM?

IONOS_API_KEY_FILE (warning)
  found     /key, which every user of this machine can read
  expected  a file for the user that mxhome runs as alone
  remedy    chmod o-rwx /key
`)
  expect(describeProblems([])).toBe('')
})
