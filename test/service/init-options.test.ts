import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOME, type HomeLine, startHomeLine } from '../../src/demo/home-line.ts'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { freePort } from '../support/free-port.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const WRONG = 'wr0ng.s3cr3t-canary'
const ZONES = [
  createZone('co.uk', []),
  createZone('ddns.net', []),
  createZone('null.example', [{ owner: 'null.example', ttl: 60, data: { type: 'MX', preference: 0, exchange: '.' } }]),
  createZone('literal.example', [
    { owner: 'literal.example', ttl: 60, data: { type: 'MX', preference: 10, exchange: '192.0.2.25' } },
  ]),
  createZone('xn--mller-kva.example', [
    {
      owner: 'xn--mller-kva.example',
      ttl: 60,
      data: { type: 'MX', preference: 10, exchange: 'mail.xn--mller-kva.example' },
    },
    { owner: 'xn--mller-kva.example', ttl: 60, data: { type: 'NS', target: 'ns1045.ui-dns.de' } },
  ]),
  createZone('dynamic.example', [
    { owner: 'dynamic.example', ttl: 60, data: { type: 'MX', preference: 10, exchange: HOME.dynamic } },
  ]),
]

let home: HomeLine
let others: NameServer
let settings: Settings
let elsewhere: Settings
let folder: ReturnType<typeof openFolder>
const at = (path: string) => join(folder.path, path)

beforeAll(async () => {
  home = await startHomeLine(parseAddress('203.0.113.7')!, new AbortController().signal)
  others = await startNameServer({ zones: ZONES })
  const common = {
    MXHOME_IP_SOURCES: `http:${home.line.url}`,
    MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
    MXHOME_CONFIRM_TIMEOUT: '5s',
    IONOS_BASE_URL: home.hosted.url(),
  }
  const nameservers = home.servers.map(({ endpoint }) => describeEndpoint(endpoint)).join(',')
  settings = { ...common, MXHOME_RESOLVERS: describeEndpoint(home.resolver.endpoint), MXHOME_NAMESERVERS: nameservers }
  const other = describeEndpoint(others.endpoint)
  elsewhere = { ...common, MXHOME_RESOLVERS: other, MXHOME_NAMESERVERS: `${other},${nameservers}` }
})
beforeEach(() => {
  folder = openFolder()
  for (const [name, text] of Object.entries({ key: HOME.apiKey, wrong: WRONG, password: HOME.password })) {
    writeFileSync(at(name), `${text}\n`, { mode: 0o600 })
  }
  return () => folder.leave()
})
afterAll(async () => {
  await Promise.all([home?.close(), others?.close()])
})

/** Runs it where nobody can be asked: no secret is shown, and no fault. */
async function init(args: readonly string[], env = settings) {
  const ended = await mxhome(['init', '--dir', 'conf', ...args], env, folder.path)
  const said = ended.stdout + ended.stderr
  for (const secret of [HOME.apiKey, HOME.password, WRONG]) expect(said).not.toContain(secret)
  expect(said).not.toMatch(/fault of mxhome|^\s+at .*:\d+/m)
  expect(said).not.toContain('\u001b')
  return ended
}
const written = () => (existsSync(at('conf')) ? readdirSync(at('conf'), { recursive: true }).toSorted() : [])
const ENOUGH = ['--yes', '--domain', 'example.com', '--provider', 'ionos', '--setting-file', 'apiKey=key']

describe('init by options alone', () => {
  it('at a domain that takes no mail says so', async () => {
    const { stderr } = await init(
      ['--yes', '--domain', 'null.example', '--provider', 'ionos', '--setting-file', 'apiKey=key'],
      elsewhere,
    )
    expect(stderr).toContain('null.example has a null MX: it says that it takes no mail.')
    expect(stderr).not.toContain('has no MX record')
  })

  it('of an MX that names an address it says that no mail comes there', async () => {
    const args = [
      '--yes',
      '--no-test',
      '--domain',
      'literal.example',
      '--provider',
      'ionos',
      '--setting-file',
      'apiKey=key',
    ]
    const { code, stderr } = await init(args, elsewhere)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('MX  10  192.0.2.25  an address, which takes no mail: let the MX name a host\n')
  })

  it.each([
    [['--domain', '192.0.2.1'], '"192.0.2.1" is an address, and mail goes to domains'],
    [['--domain', 'exa mple'], '"exa mple" is not a mail domain (remove the blank)'],
    [['--setting-file', 'apiKey='], '--setting-file: expected a path behind apiKey='],
  ])('%s', async (args, words) => {
    const { code, stderr } = await init(['--yes', ...args])
    expect(stderr).toContain(words)
    expect(code).toBe(64)
  })

  it('leads to a running update', async () => {
    const { code, stdout, stderr } = await init(ENOUGH)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Kept is mail.example.com, the MX host that is tried first.')
    expect(stdout).toMatch(
      /^written .*\/conf\/mxhome\.yaml\nwritten .*\/credentials\/IONOS_API_KEY\nThe configuration is right\./,
    )
    const update = await mxhome(['--config', 'conf/mxhome.yaml', 'update'], settings, folder.path)
    expect(update.code, update.stdout + update.stderr).toBe(0)
    const again = await init(ENOUGH)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('holds this configuration already')])
  })

  it('with a service that cannot be read, whose host the MX names', async () => {
    const args = [
      '--yes',
      '--domain',
      'dynamic.example',
      '--provider',
      'dyndns2',
      '--setting',
      `server=${home.dyndns.url}`,
    ]
    const login = ['--setting', `username=${HOME.username}`, '--setting-file', 'password=password']
    const { code, stderr } = await init([...args, ...login], elsewhere)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('cannot be read: whether the credentials are right shows at the first update')
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toContain(`zones: [${HOME.dynamic}]`)
    const update = await mxhome(['--config', 'conf/mxhome.yaml', 'update'], elsewhere, folder.path)
    expect(update.code, update.stdout + update.stderr).toBe(0)
    expect(await home.shows(home.servers[0], HOME.dynamic)).toEqual(['203.0.113.7'])
  })

  it('the provider is found by its name servers, an internationalised name is shown as it is in DNS', async () => {
    const args = ['--yes', '--domain', 'Müller.example', '--no-test', '--setting-file', 'apiKey=key']
    const { code, stderr } = await init(args, elsewhere)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('In DNS it is written xn--mller-kva.example.')
    expect(stderr).toContain('at ns1045.ui-dns.de: IONOS (1&1 hosting)')
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toContain(
      'domains: [xn--mller-kva.example]\nproviders:\n  - use: ionos',
    )
  })

  it('writes .env where that is wanted, and takes the key from the environment', async () => {
    const env = { ...settings, IONOS_API_KEY: HOME.apiKey }
    const { code, stdout, stderr } = await init(
      ['--yes', '--domain', 'example.com', '--provider', 'ionos', '--env'],
      env,
    )
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('apiKey is taken from IONOS_API_KEY.')
    expect([written(), statSync(at('conf/.env')).mode & 0o777]).toEqual([['.env'], 0o600])
    expect(stdout).toContain('conf/.env update --dry-run')
    const update = await mxhome(['--env-file', 'conf/.env', 'update', '--dry-run'], settings, folder.path)
    expect(update.code, update.stdout + update.stderr).toBe(0)
  })

  it('takes user name and key where a token is not the only way', async () => {
    const login = ['--setting', 'email=anna@example.com', '--setting-file', 'globalApiKey=key']
    const { code, stderr } = await init([
      '--yes',
      '--domain',
      'example.com',
      '--provider',
      'cloudflare',
      '--no-test',
      ...login,
    ])
    expect(code, stderr).toBe(0)
    expect(written()).toContain('credentials/CLOUDFLARE_GLOBAL_API_KEY')
  })

  it('warns of a secret among the arguments, and does not repeat it', async () => {
    const { code, stderr } = await init([...ENOUGH.slice(0, 5), '--setting', `apiKey=${HOME.apiKey}`])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('every user of this machine can read the arguments of a program')
  })

  it('replaces nothing without being told to', async () => {
    mkdirSync(at('conf'))
    writeFileSync(at('conf/mxhome.yaml'), `providers: [{use: ionos, apiKey: ${WRONG}\n`, { mode: 0o600 })
    const { code, stderr } = await init(ENOUGH)
    expect([code, written()]).toEqual([64, ['mxhome.yaml']])
    expect(stderr).toMatch(/^ {2}- providers: \[\{use: ionos, apiKey: \*\*\*$/m)
    expect(stderr).toMatch(/holds a configuration already, which differs as shown: add --overwrite to replace it\n$/)
    expect((await init([...ENOUGH, '--overwrite'])).code).toBe(0)
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toContain(`apiKey: \${IONOS_API_KEY}`)
  })
})

it('of two secrets neither is shown: in .env, and of several lines', async () => {
  const pem = () =>
    String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const keys = [pem(), pem()]
  const args = ['--yes', '--env', '--no-test', '--overwrite', '--domain', 'example.com', '--provider', 'transip']
  let said = ''
  for (const key of keys) {
    writeFileSync(at('pem'), key, { mode: 0o600 })
    const ended = await init([...args, '--setting', 'login=anna', '--setting-file', 'privateKey=pem'])
    expect(ended.code, ended.stderr).toBe(0)
    said += ended.stdout + ended.stderr
  }
  expect(said).toContain('/.env differs in what is secret alone.')
  for (const line of keys.flatMap((key) => key.split('\n')).filter((one) => one.length > 20))
    expect(said).not.toContain(line)
  const other = await init([
    '--yes',
    '--env',
    '--domain',
    'example.com',
    '--provider',
    'ionos',
    '--setting-file',
    'apiKey=key',
  ])
  expect(other.code).toBe(64)
  expect(other.stderr).toMatch(/^ {2}\+ IONOS_API_KEY=\*\*\*$/m)
  for (const line of keys[1]!.split('\n').filter((one) => one !== '')) expect(other.stderr).not.toContain(line)
})

describe('what is wrong is told in one message, and nothing is written', () => {
  const without = (...words: string[]) =>
    ENOUGH.filter((word, i) => !words.includes(word) && !words.includes(ENOUGH[i - 1]!))
  const domain = (text: string) => [...without('--domain'), '--domain', text]

  it.each<[string, readonly string[], number, RegExp]>([
    ['no terminal', [], 64, /there is no terminal to ask in; missing: --yes; --domain NAME/],
    [
      'answers that are missing',
      ['--yes', '--provider', 'netcup'],
      64,
      /missing: --domain NAME; --setting customerNumber=VALUE; --setting-file apiKey=PATH \(or NETCUP_API_KEY in the environment\); --setting-file apiPassword=PATH/,
    ],
    [
      'a provider that nobody can tell',
      without('--provider', '--setting-file'),
      64,
      /cannot be told from its name servers: add --provider ID/,
    ],
    [
      'an unknown provider',
      [...without('--provider'), '--provider', 'inos'],
      64,
      /there is no provider "inos" \(did you mean ionos\?\)/,
    ],
    [
      'an address',
      domain('192.0.2.7'),
      64,
      /"192\.0\.2\.7" is an address, and mail goes to domains; expected one such as example\.com/,
    ],
    [
      'a top-level domain',
      domain('com'),
      64,
      /"com" is a public suffix or a single word: give your own domain, such as example\.com/,
    ],
    ['an address of mail', domain('anna@example.com'), 64, /give what stands behind the @/],
    [
      'a domain that does not exist',
      domain('nosuch.example.com'),
      64,
      /the domain nosuch\.example\.com does not exist \(NXDOMAIN\): check its spelling/,
    ],
    [
      'an unknown setting',
      [...ENOUGH, '--setting', 'apikee=x'],
      64,
      /ionos has no setting "apikee" \(did you mean apiKey\?\)/,
    ],
    ['a setting without its name', [...ENOUGH, '--setting', WRONG], 64, /expected --setting NAME=VALUE/],
    [
      'a file of a secret that is not there',
      [...without('--setting-file'), '--setting-file', 'apiKey=nowhere'],
      64,
      /--setting-file apiKey: nowhere: no such file/,
    ],
    [
      'a setting of the wrong form',
      [
        '--yes',
        '--domain',
        'example.com',
        '--provider',
        'rfc2136',
        '--setting',
        'keyName=a',
        '--setting',
        `keySecret=${WRONG}`,
      ],
      64,
      /keySecret: expected base64 without quotes/,
    ],
    [
      'wrong credentials',
      [...without('--setting-file'), '--setting-file', 'apiKey=wrong'],
      78,
      /IONOS \(1&1 hosting\) refuses the credentials: HTTP 401: .+\nmxhome: nothing was written\n$/,
    ],
    [
      'a host outside the account',
      [...ENOUGH, '--host', 'mail.example.net'],
      78,
      /takes the credentials, but not the host: the account holds no zone for mail\.example\.net/,
    ],
    ['--config', ['--config', 'key', ...ENOUGH], 64, /name its folder by --dir, not --config/],
    ['a folder that is none', [...ENOUGH, '--dir', 'key'], 75, /\/key is no folder: name another one by --dir/],
    ['a folder that nobody can make', [...ENOUGH, '--dir', '/proc/mxhome'], 75, /\/proc\/mxhome /],
  ])('%s', async (_, args, code, words) => {
    const ended = await init(args)
    expect(ended.stderr).toMatch(words)
    expect([ended.code, ended.stdout, written()]).toEqual([code, '', []])
  })

  it.each([
    [
      'a public suffix',
      'co.uk',
      /co\.uk is a public suffix, below which domains are registered: give your own, such as example\.co\.uk/,
    ],
    ["a DynDNS service's zone", 'ddns.net', /ddns\.net is a public suffix/],
  ])('%s', async (_, name, words) => {
    const ended = await init(domain(name), elsewhere)
    expect(ended.stderr).toMatch(words)
    expect([ended.code, written()]).toEqual([64, []])
  })

  it('no network', async () => {
    const ended = await init(ENOUGH, { ...settings, MXHOME_RESOLVERS: `127.0.0.1:${await freePort()}` })
    expect(ended.stderr).toMatch(
      /^mxhome: example\.com cannot be looked up: .+; is this machine on the Internet\?.+\n$/,
    )
    expect([ended.code, written()]).toEqual([75, []])
  })

  it('a service that is not there', async () => {
    const ended = await init(ENOUGH, { ...settings, IONOS_BASE_URL: `http://127.0.0.1:${await freePort()}` })
    expect(ended.stderr).toMatch(/IONOS \(1&1 hosting\) cannot be reached: .+\nmxhome: nothing was written\n$/)
    expect([ended.code, written()]).toEqual([75, []])
  })

  it('an answer that the environment would win over', async () => {
    const ended = await init(ENOUGH, { ...settings, IONOS_API_KEY: WRONG })
    expect(ended.stderr).toContain(
      'apiKey is given, but IONOS_API_KEY (environment) says something else and wins: unset it',
    )
    expect([ended.code, written()]).toEqual([64, []])
  })

  it('a wrong environment', async () => {
    const ended = await init(ENOUGH, { ...settings, MXHOME_RESOLVERS: 'dns.example' })
    expect([ended.code, written()]).toEqual([78, []])
    const other = await init(ENOUGH, { ...settings, MXHOME_PROVIDER: 'strato' })
    expect([other.code, written()]).toEqual([78, []])
    expect(other.stderr).toMatch(/MXHOME_PROVIDER|STRATO_/)
  })
})
