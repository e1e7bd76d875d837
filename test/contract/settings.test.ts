import { expect, it } from 'vitest'
import { loadProvider } from '../../src/providers/index.ts'
import { bind, cannotOf } from '../../src/providers/provider.ts'
import { settingsOf } from '../../src/providers/settings.ts'

const V4 = 'https://ipv4.api.hosting.ionos.com/dns/v1/dyndns'

const DYN = 'https://dyn.example.net/update'

/** What a user may write; the words that the complaint must hold, or undefined if it is fine. */
const CASES: readonly [id: string, settings: Record<string, string>, complaint: RegExp | undefined][] = [
  ['cloudflare', { apiToken: 's3cr3t' }, undefined],
  ['cloudflare', { email: 'anna@example.org', globalApiKey: 's3cr3t' }, undefined],
  ['cloudflare', { email: 'anna@example.org' }, /apiToken, or both email and globalApiKey/],
  ['cloudflare', { globalApiKey: 's3cr3t' }, /apiToken, or both email and globalApiKey/],
  ['cloudflare', {}, /apiToken, or both email and globalApiKey/],
  ['ddnss', { key: 's3cr3t' }, undefined],
  ['ddnss', { username: 'anna', password: 's3cr3t' }, undefined],
  ['ddnss', { password: 's3cr3t' }, /key, or both username and password/],
  ['desec-dyndns', { token: '' }, /token/],
  ['dyndns2', { server: 'dyn.example.net', password: 's3cr3t' }, undefined],
  ['dyndns2', { server: 'http://127.0.0.1:8080', password: 's3cr3t', username: '' }, undefined],
  ['dyndns2', { server: 'two words', password: 's3cr3t' }, /expected a host name or a URL/],
  ['dyndns2', { path: 'nic/update', password: 's3cr3t' }, /begins with a slash/],
  ['dyndns2', { families: 'both', password: 's3cr3t' }, /myip-list/],
  ['dyndns2', { server: 'dyn.example.net' }, /password/],
  ['dyndns2', { passwort: 's3cr3t', password: 's3cr3t' }, /passwort/],
  ['dynu', { username: 'anna', password: 's3cr3t', zone: 'example.com' }, undefined],
  ['dynu', { username: 'anna', password: 's3cr3t', zone: 'two words' }, /name of a domain/],
  ['freedns', { ipv6Key: 's3cr3t' }, undefined],
  ['freedns', { key: 'https://freedns.afraid.org/dynamic/update.php?s3cr3t' }, /behind update\.php\?/],
  ['freedns', {}, /key, ipv6Key, or both/],
  ['he-net', { password: 's3cr3t' }, undefined],
  ['he-net', { username: 'anna', password: 's3cr3t' }, /username/],
  ['gandi', { token: 's3cr3t' }, undefined],
  ['gandi', { apiKey: 's3cr3t' }, undefined],
  ['gandi', {}, /token, or the old apiKey/],
  ['ionos', { apiKey: '' }, /apiKey/],
  ['namecheap-api', { apiUser: 'anna', apiKey: 's3cr3t', clientIp: '2001:db8::1' }, /expected an IPv4 address/],
  ['route53', { accessKeyId: 'AKID', secretAccessKey: 's3cr3t', zoneId: '/hostedzone/Z1' }, undefined],
  ['route53', { accessKeyId: 'AKID', secretAccessKey: 's3cr3t', zoneId: 'example.com' }, /id of a hosted zone/],
  ['transip', { login: 'anna', privateKey: 's3cr3t' }, /expected an RSA private key in PEM/],
  ['url', { template: `${DYN}?ip={ipv4}` }, undefined],
  ['url', { template: 'https://{label}.dyn.example.net/s3cr3t/{host}/{ipv4}' }, undefined],
  ['url', { template: `${DYN}?token=s3cr3t&ip={ip}` }, /expected no other words in braces than \{host\}/],
  ['url', { template: 'dyn.example.net/s3cr3t?ip={ipv4}' }, /expected a URL such as/],
  ['url', { template: 'https://anna:s3cr3t@dyn.example.net/?ip={ipv4}' }, /without user name and password/],
  ['url', { template: `${DYN}?ip={ipv4}`, success: '^(good' }, /expected a regular expression/],
  ['url', { template: `${DYN}?ip={ipv4}`, nochg: '[' }, /expected a regular expression/],
  ['url', { template: `${DYN}?ip={ipv4}`, headers: 'X-Token s3cr3t' }, /expected lines such as/],
  ['url', { template: `${DYN}?ip={ipv4}`, headers: 'X-Token: s3cr3t\nX-Host: {host}' }, undefined],
  ['url', { template: `${DYN}?ip={ipv4}`, password: 's3cr3t' }, /expected both username and password/],
  ['url', { template: `${DYN}?ip={ipv4}`, method: 'get' }, /GET/],
  ['ionos-dyndns', { updateUrl: `${V4}?q=s3cr3t` }, undefined],
  ['ionos-dyndns', { updateUrl: `${V4}?x=1&q=s3cr3t` }, undefined],
  ['ionos-dyndns', { updateUrl: V4 }, /whole update URL/],
  ['ionos-dyndns', { updateUrl: 's3cr3t' }, /whole update URL/],
  ['namecheap-dyndns', { domain: 'example.com', password: 's3cr3t' }, undefined],
  ['namecheap-dyndns', { domain: 'example', password: 's3cr3t' }, /name of a domain/],
  ['powerdns', { server: 'two words', apiKey: 's3cr3t' }, /expected a host name or a URL/],
]

it.each(CASES)('%s with %j', async (id, given, complaint) => {
  const { success, error } = (await loadProvider(id))!.settings.safeParse(given)
  expect(success).toBe(complaint === undefined)
  if (complaint) expect(error?.message).toMatch(complaint)
  // Users are told which setting is wrong; a key that nobody knows is told before.
  const about = error?.issues.filter(({ code }) => code !== 'unrecognized_keys').map(({ path }) => path.length)
  expect(about ?? []).not.toContain(0)
  expect(error?.message ?? '').not.toContain('s3cr3t')
})

it.each([
  ['dyndns2', { password: 's3cr3t' }],
  ['mail-in-a-box', { username: 'admin@example.com', password: 's3cr3t' }],
  ['powerdns', { apiKey: 's3cr3t' }],
])('a server must be named somewhere: %s', async (id, settings) => {
  const provider = (await loadProvider(id))!
  const prefix = id.toUpperCase().replaceAll('-', '_')
  expect(provider.problem?.({ settings, base: '' })).toMatch(new RegExp(`${prefix}_SERVER.*${prefix}_BASE_URL`))
  expect(provider.problem?.({ settings, base: 'http://127.0.0.1:8080' })).toBeUndefined()
  expect(provider.problem?.({ settings: { ...settings, server: 'dyn.example.net' }, base: '' })).toBeUndefined()
})

it('a template names an address, and a zone where it needs one; what it does not name it cannot keep', async () => {
  const provider = (await loadProvider('url'))!
  const about = (settings: Record<string, string>) => {
    const parsed = provider.settings.parse(settings)
    return [provider.problem?.({ settings: parsed, base: '' }), cannotOf(provider, parsed)] as const
  }
  const lacks = { A: 'the template does not name {ipv4}', AAAA: 'the template does not name {ipv6}' }
  expect(about({ template: `${DYN}?h={host}` })).toEqual([expect.stringContaining('put {ipv4} or {ipv6}'), lacks])
  expect(about({ template: `${DYN}?ip={ipv4}` })).toEqual([undefined, { AAAA: lacks.AAAA }])
  expect(about({ template: DYN, body: '{"ip":"{ipv6}"}' })).toEqual([undefined, { A: lacks.A }])
  expect(about({ template: `${DYN}?{ipv4}`, headers: 'X-Six: {ipv6}' })).toEqual([undefined, {}])
  expect(about({ template: `${DYN}/{label}?{ipv4}` })[0]).toMatch(/\{label\}.*URL_ZONE/)
  expect(about({ template: `${DYN}/{label}?{ipv4}`, zone: 'example.com' })[0]).toBeUndefined()
})

it('a template for one family waits for nothing of the other', async () => {
  const provider = (await loadProvider('url'))!
  expect(bind(provider, { template: `${DYN}?ip={ipv4}` }).traits.leftOut).toBe('kept')
  expect(bind(provider, { template: `${DYN}?ip={ipv4}&ip6={ipv6}` }).traits.leftOut).toBe('unknown')
})

it('settings can be listed, wrapped ones too', async () => {
  const { settings } = (await loadProvider('rfc2136'))!
  expect(settingsOf(settings)).toMatchObject([
    { name: 'server', secret: false, required: false },
    { name: 'zone', secret: false, required: false },
    { name: 'keyName', secret: false, required: true },
    { name: 'keyAlgorithm', secret: false, required: false },
    { name: 'keySecret', secret: true, required: true },
    { name: 'transport', secret: false, required: false },
  ])
})
