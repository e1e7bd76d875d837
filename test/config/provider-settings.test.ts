import { describe, expect, it } from 'vitest'
import { wrongTogether } from '../../src/config/provider-problems.ts'
import { coerce, providerSettings } from '../../src/config/provider-settings.ts'
import { parseName } from '../../src/dns/name.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { rowsOf } from '../support/problem-rows.ts'
import { load } from './load.ts'

describe.each(providerIds)('the settings of %s', (id) => {
  it('are a flat map of texts, numbers and booleans, each described', async () => {
    const provider = (await loadProvider(id))!
    for (const { name, form, about } of providerSettings(provider)) {
      expect(['text', 'number', 'boolean'], name).toContain(form)
      expect(about, name).toMatch(/\w/)
    }
  })

  it('go with zones that can be had', async () => {
    const { suffixes = [], ownZonesOnly } = (await loadProvider(id))!
    if (ownZonesOnly) expect(suffixes).not.toEqual([])
    for (const suffix of suffixes) expect(parseName(suffix)).toBe(suffix)
  })
})

describe('the text of a variable', () => {
  const setting = (form: 'number' | 'boolean' | 'text') => ({ form }) as Parameters<typeof coerce>[1]
  it.each([
    ['boolean', 'On', true],
    ['boolean', 'true', true],
    ['boolean', ' yes ', true],
    ['boolean', '1', true],
    ['boolean', 'off', false],
    ['boolean', 'FALSE', false],
    ['boolean', 'no', false],
    ['boolean', '0', false],
    ['boolean', 'maybe', 'maybe'],
    ['number', ' 53 ', 53],
    ['number', '-1.5', -1.5],
    ['number', '0x10', '0x10'],
    ['number', '1e9', '1e9'],
    ['text', ' yes ', ' yes '],
  ] as const)('for a %s: %j is %j', (form, text, value) => {
    expect(coerce(text, setting(form))).toBe(value)
  })
})

describe('what the environment lacks', () => {
  const DOMAIN = { MXHOME_DOMAINS: 'example.com' }
  it.each<[Record<string, string>, string[]]>([
    [{ MXHOME_PROVIDER: 'v4only' }, ['V4ONLY_USER', 'nothing', 'User', 'set V4ONLY_USER']],
    [
      { MXHOME_PROVIDER: 'ionos' },
      [
        'IONOS_API_KEY',
        'nothing',
        'API key, in the form publicprefix.secret',
        'set IONOS_API_KEY, or IONOS_API_KEY_FILE to the path of a file that holds it',
      ],
    ],
    [
      { MXHOME_PROVIDER: 'manysided', MANYSIDED_TOKEN: 't-1', MANYSIDED_USER: 'https://api.example' },
      ['MANYSIDED_...', 'the user is the address', 'all that the provider manysided needs', 'change one'],
    ],
  ])('%j', async (env, row) => {
    expect(rowsOf(await load({ env: { ...DOMAIN, ...env } }))).toEqual([row])
  })
})

describe('the address of a name server', () => {
  const env = {
    MXHOME_HOSTS: 'mail.example.com',
    MXHOME_PROVIDER: 'rfc2136',
    RFC2136_KEY_NAME: 'k',
    RFC2136_KEY_SECRET: 'czNjcjN0',
  }
  const catalogue = { ids: providerIds, load: loadProvider }
  it.each(['dns://ns1.example.com', 'DNS://192.0.2.1:5353/', 'dns://[2001:db8::1]:53'])('%s', async (text) => {
    const { config, problems } = await load({ env: { ...env, RFC2136_BASE_URL: text }, catalogue })
    expect(problems).toEqual([])
    expect(config?.accounts[0]?.baseUrl).toBe(text)
  })
  it.each(['https://ns1.example.com', 'ns1.example.com', 'dns://', 'dns://k@ns1.example.com', 'dns://ns1/zone'])(
    'is not %s',
    async (text) => {
      const { problems } = await load({ env: { ...env, RFC2136_BASE_URL: text }, catalogue })
      expect(problems).toMatchObject([{ setting: 'RFC2136_BASE_URL', expected: expect.stringContaining('dns://ns1') }])
    },
  )
})

it('a password in a URL is hidden as it stands there and as it is meant, also where it is no escape', async () => {
  const env = { MXHOME_HOSTS: 'a.example.com', MXHOME_PROVIDER: 'ionos', IONOS_API_KEY: 'k' }
  const secretsOf = async (url: string) => (await load({ env: { ...env, IONOS_PROXY: url } })).secrets
  expect(await secretsOf('http://me:pa%24s@proxy.example')).toEqual(['pa%24s', 'pa$s', btoa('me:pa$s'), 'k'])
  expect(await secretsOf('http://me:100%@proxy.example')).toEqual(['100%', btoa('me:100%'), 'k'])
  expect(await secretsOf('http://me@proxy.example')).toEqual(['me', btoa('me:'), 'k']) // a token alone
})

it("an adapter's own words show no secret, and are not torn apart by a short one", () => {
  const entry = { use: 'x', name: 'x', at: 'providers[0]', raw: {}, origin: '', inYaml: true }
  const provider = { id: 'x' } as Parameters<typeof wrongTogether>[0]['provider']
  const told = (said: string) => wrongTogether({ entry, provider, secrets: ['t0pS3cret', 's', ''] }, said)
  expect(told('the key t0pS3cret is short: take another')).toMatchObject({
    found: 'the key *** is short',
    remedy: 'take another',
  })
  expect(told('no address: add one')).toMatchObject({ found: 'no address', remedy: 'add one' })
})

describe('a secret that YAML makes something else of', () => {
  it.each([
    ['{a: s3cr3t, b: [t0ps3cr3t]}', ['s3cr3t', 't0ps3cr3t']],
    ['[s3cr3t, ~, null]', ['s3cr3t']],
    ['12345', ['12345']],
  ])('%s is refused, and hidden everywhere', async (apiKey, hidden) => {
    const loaded = await load({ yaml: `domains: example.com\nproviders: [{use: ionos, apiKey: ${apiKey}}]` })
    expect(loaded.problems).toMatchObject([
      { setting: 'providers[0].apiKey', found: '(hidden)', remedy: 'put it in quotes' },
    ])
    expect(loaded.secrets).toEqual(hidden)
  })
})
