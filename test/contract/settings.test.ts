import { expect, it } from 'vitest'
import { loadProvider } from '../../src/providers/index.ts'
import { settingsOf } from '../../src/providers/settings.ts'

const V4 = 'https://ipv4.api.hosting.ionos.com/dns/v1/dyndns'

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
