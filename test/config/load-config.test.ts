import { describe, expect, it } from 'vitest'
import { ENOUGH, load, withAccount } from './load.ts'

describe('a configuration from the environment alone', () => {
  it('is complete with a domain, a provider and its key', async () => {
    const { config, problems, secrets, providers } = await load({ env: ENOUGH })
    expect(problems).toEqual([])
    expect(secrets).toEqual(['abc.s3cr3t'])
    expect([...providers.keys()]).toEqual(['ionos'])
    expect(config).toEqual({
      domains: [{ name: 'example.com' }],
      hosts: [],
      exclude: [],
      names: { hosts: 'MXHOME_HOSTS', exclude: 'MXHOME_EXCLUDE' },
      accounts: [{ name: 'ionos', use: 'ionos', zonesName: 'MXHOME_ZONES', settings: { apiKey: 'abc.s3cr3t' } }],
      types: ['A'],
      ipSources: ['auto'],
      allowAddresses: [],
      schedule: '*/5 * * * *',
      watch: 'auto',
      watchInterval: 10_000,
      resolvers: [],
      nameservers: [],
      confirmTimeout: 120_000,
      driftInterval: 3_600_000,
      dailyUpdates: 40,
      listen: { address: '127.0.0.1', port: 8245 },
      stateDir: '/var/lib/mxhome',
      outbound: 'unknown',
      doctorInterval: 86_400_000,
      dkimSelectors: [],
      log: { level: 'info', format: 'text' },
    })
  })

  it('reads every setting', async () => {
    const env = {
      ...ENOUGH,
      MXHOME_HOSTS: ' Mail.Example.COM. ,*.example.com,, mail.example.com',
      MXHOME_EXCLUDE: 'www.bücher.de',
      MXHOME_ZONES: 'example.com, example.net',
      MXHOME_IPV4: 'off',
      MXHOME_IPV6: 'yes',
      MXHOME_IP_SOURCES:
        'public-ip, http:https://ip.example/, dns:whoami.cloudflare/TXT/CH@[2606:4700:4700::1111]:53, interface:eth0, command:/usr/bin/my-ip -4, static:203.0.113.7',
      MXHOME_QUORUM: '2',
      MXHOME_ALLOW_ADDRESSES: '10.0.0.0/8, FD00::/8, 192.0.2.1, ::FFFF:0.0.0.0/96',
      MXHOME_SCHEDULE: '30  */10 * * * *',
      MXHOME_WATCH: 'Kernel',
      MXHOME_RESOLVERS: '127.0.0.1:5353, ::1',
      MXHOME_NAMESERVERS: '[::1]:5300',
      MXHOME_CONFIRM_TIMEOUT: '500ms',
      MXHOME_DRIFT_INTERVAL: 'off',
      MXHOME_REFRESH_INTERVAL: '25d',
      MXHOME_DAILY_UPDATES: '12',
      MXHOME_LISTEN: '192.0.2.1:80',
      MXHOME_LISTEN_TOKEN: 'let-me-in',
      MXHOME_STATE_DIR: '/srv/mxhome',
      MXHOME_OUTBOUND: 'Direct',
      MXHOME_DOCTOR_INTERVAL: '6h',
      MXHOME_PROBER: 'https://t0ken%2B@prober.example/ask',
      MXHOME_DQS_KEY: 'abcd1234',
      MXHOME_DKIM_SELECTORS: 'Mail, s2026.home',
      MXHOME_LOG_LEVEL: 'debug',
      MXHOME_LOG_FORMAT: 'json',
      MXHOME_TTL: '300',
      IONOS_BASE_URL: 'http://127.0.0.1:9000/dns/',
      IONOS_PROXY: 'http://user:pa%24s@proxy.example:3128',
      IONOS_CA_BUNDLE: '/etc/ca.pem',
    }
    const { config, problems, secrets } = await load({ env, files: { '/etc/ca.pem': '-----BEGIN CERTIFICATE-----' } })
    expect(problems).toEqual([])
    expect(secrets).toEqual(['pa%24s', 'pa$s', btoa('user:pa$s'), 'abc.s3cr3t', 'let-me-in', 'abcd1234', 't0ken+'])
    expect(config).toMatchObject({
      hosts: [{ name: 'mail.example.com' }, { name: '*.example.com' }],
      exclude: ['www.xn--bcher-kva.de'],
      accounts: [
        {
          zones: ['example.com', 'example.net'],
          baseUrl: 'http://127.0.0.1:9000/dns/',
          proxy: 'http://user:pa%24s@proxy.example:3128',
          caBundle: '/etc/ca.pem',
        },
      ],
      types: ['AAAA'],
      quorum: 2,
      allowAddresses: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1/32', '::ffff:0:0/96'],
      schedule: '30 */10 * * * *',
      watch: ['kernel'],
      resolvers: [
        { address: '127.0.0.1', port: 5353 },
        { address: '::1', port: 53 },
      ],
      nameservers: [{ address: '::1', port: 5300 }],
      confirmTimeout: 500,
      driftInterval: 'off',
      refreshInterval: 25 * 86_400_000,
      dailyUpdates: 12,
      listen: { address: '192.0.2.1', port: 80 },
      listenToken: 'let-me-in',
      stateDir: '/srv/mxhome',
      outbound: 'direct',
      doctorInterval: 6 * 3_600_000,
      prober: { kind: 'http', url: 'https://prober.example/ask', token: 't0ken+' },
      dqsKey: 'abcd1234',
      dkimSelectors: ['mail', 's2026.home'],
      log: { level: 'debug', format: 'json' },
      ttl: 300,
    })
    expect(config?.ipSources).toHaveLength(6)
  })

  it.each([
    [{ STATE_DIRECTORY: '/var/lib/private/mxhome:/other' }, true, '/var/lib/private/mxhome'],
    [{ XDG_STATE_HOME: '/home/me/state' }, true, '/var/lib/mxhome'],
    [{ XDG_STATE_HOME: '/home/me/state', HOME: '/home/me' }, false, '/home/me/state/mxhome'],
    [{ HOME: '/home/me' }, false, '/home/me/.local/state/mxhome'],
  ])('with %j keeps its state in the right folder', async (where, hasVarLib, stateDir) => {
    expect((await load({ env: { ...ENOUGH, ...where }, hasVarLib })).config?.stateDir).toBe(stateDir)
  })

  it('logs JSON where there is no terminal', async () => {
    expect((await load({ env: ENOUGH, tty: false })).config?.log.format).toBe('json')
  })
})

describe('which layer wins', () => {
  const yaml = withAccount('ttl: 100\nlog: {level: warn}\n')
  it.each([
    [{}, undefined, 100, 'mxhome.yaml'],
    [{}, 'MXHOME_TTL=200', 200, '.env'],
    [{ MXHOME_TTL: '300' }, 'MXHOME_TTL=200', 300, 'environment'],
    [{ MXHOME_TTL: ' ' }, 'MXHOME_TTL=200', 200, '.env'],
    [{ MXHOME_TTL_FILE: '/ttl' }, 'MXHOME_TTL=200', 400, 'file /ttl'],
    [{ CREDENTIALS_DIRECTORY: '/cred' }, undefined, 500, 'credential MXHOME_TTL'],
    [{ CREDENTIALS_DIRECTORY: '/cred' }, 'MXHOME_TTL=200', 200, '.env'],
  ])('%j and .env %j: %d of %s', async (env, dotenv, ttl, origin) => {
    const files = { '/ttl': '400\n', '/cred/MXHOME_TTL': '500\r\n' }
    const { config, problems, effective } = await load({ env, ...(dotenv ? { dotenv } : {}), yaml, files })
    expect(problems).toEqual([])
    expect(config?.ttl).toBe(ttl)
    expect(config?.log.level).toBe('warn')
    expect(effective.find(({ setting }) => setting === 'ttl')).toMatchObject({ value: String(ttl), origin })
  })

  it('an environment that names a provider replaces the whole list of the file', async () => {
    const yaml = `domains: example.com\nproviders:\n  - {use: noip, name: a}\n  - {use: noip, password: "\${NOT_SET}"}\n`
    const { config, problems } = await load({ env: { MXHOME_PROVIDER: 'ionos', IONOS_API_KEY: 'k' }, yaml })
    expect(problems).toEqual([])
    expect(config?.accounts.map(({ use }) => use)).toEqual(['ionos'])
  })

  it('a credential belongs to no account where two use the adapter', async () => {
    const yaml = `domains: example.com
providers: [{use: ionos, apiKey: a, zones: example.com}, {use: ionos, name: b, apiKey: b, zones: example.org}]`
    const { config } = await load({ yaml, env: { CREDENTIALS_DIRECTORY: '/c' }, files: { '/c/IONOS_API_KEY': 'c' } })
    expect(config?.accounts.map(({ settings }) => settings)).toEqual([{ apiKey: 'a' }, { apiKey: 'b' }])
  })

  it("a provider's variable wins over its entry in the file", async () => {
    const { config } = await load({ env: { IONOS_API_KEY: 'from.env' }, yaml: withAccount('') })
    expect(config?.accounts[0]?.settings).toEqual({ apiKey: 'from.env' })
  })
})

describe('mxhome.yaml', () => {
  it('holds what the environment cannot say', async () => {
    const yaml = `
domains:
  - example.com
  - {name: Example.ORG, mx: [{host: mail.example.com, preference: 10}, {host: backup.example.net., preference: 20}]}
hosts:
  - name: mail.example.com
    provider: home
    types: [A, AAAA]
    ttl: 60
    refreshInterval: off
  - vpn.example.org
ipv6: on
ipSources: ["command:/bin/echo 1,2", auto]
driftInterval: false
listen: off
providers:
  - {use: ionos, name: home, zones: [example.com], apiKey: "\${KEY}"}
  - {use: ionos, name: office, zones: example.org, apiKey: "a$\${b}\${IONOS_OFFICE}"}
`
    const { config, problems, secrets } = await load({
      yaml,
      env: { KEY: 'k-1', IONOS_OFFICE_FILE: '/office' },
      files: { '/office': 'k-2\n' },
    })
    expect(problems).toEqual([])
    expect(secrets).toEqual(['k-1', `a\${b}k-2`])
    expect(config).toMatchObject({
      domains: [
        { name: 'example.com' },
        {
          name: 'example.org',
          mx: [
            { host: 'mail.example.com', preference: 10 },
            { host: 'backup.example.net', preference: 20 },
          ],
        },
      ],
      hosts: [
        { name: 'mail.example.com', provider: 'home', types: ['A', 'AAAA'], ttl: 60, refreshInterval: 'off' },
        { name: 'vpn.example.org' },
      ],
      types: ['A', 'AAAA'],
      ipSources: ['command:/bin/echo 1,2', 'auto'],
      driftInterval: 'off',
      listen: 'off',
      accounts: [
        { name: 'home', zones: ['example.com'], settings: { apiKey: 'k-1' } },
        { name: 'office', zones: ['example.org'], settings: { apiKey: `a\${b}k-2` } },
      ],
    })
  })

  it('takes one where a list is wanted, written as a map too', async () => {
    const account = 'providers: [{use: ionos, apiKey: k}]'
    const { config } = await load({
      yaml: `domains: {name: example.com}\nhosts: a.example.com, b.example.com\n${account}`,
    })
    expect(config?.domains).toEqual([{ name: 'example.com' }])
    expect(config?.hosts).toEqual([{ name: 'a.example.com' }, { name: 'b.example.com' }])
  })

  it.each([
    '',
    '# nothing yet\n',
    '---\n',
    'domains:\nhosts: ~\n',
    'hosts: [{name: mail.example.com, ttl: ~}]\nlog:\n',
  ])('may be empty: %j', async (yaml) => {
    expect((await load({ env: ENOUGH, yaml })).problems).toEqual([])
  })
})
