import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IonosGiven, type IonosService, startIonos } from '../../src/demo/ionos-like.ts'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { ResourceRecord } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const DOMAIN = 'example.com'
const MAIL = 'mail.example.com'
const MX: ResourceRecord = { owner: DOMAIN, ttl: 60, data: { type: 'MX', preference: 10, exchange: MAIL } }
const GIVEN: readonly IonosGiven[] = [
  { name: DOMAIN, type: 'A', content: '203.0.113.80' },
  { name: DOMAIN, type: 'MX', content: MAIL, prio: 10 },
  { name: MAIL, type: 'A', content: '203.0.113.1', ttl: 120, prio: 5 },
  { name: MAIL, type: 'A', content: '203.0.113.2', ttl: 120 },
  { name: MAIL, type: 'A', content: '203.0.113.3', disabled: true },
  { name: MAIL, type: 'AAAA', content: '2001:db8::9' },
  { name: MAIL, type: 'TXT', content: '"kept"' },
  { name: `x.${MAIL}`, type: 'A', content: '203.0.113.4' },
]

describe('a zone API: IONOS', () => {
  const folder = openFolder()
  const zone = createZone(DOMAIN, [MX])
  let service: IonosService
  let servers: readonly NameServer[]
  let base: Settings

  beforeAll(async () => {
    service = await startIonos({
      apiKey: 'prefix.secret',
      zones: { [DOMAIN]: GIVEN },
      onChange: (_, records) =>
        zone.write([
          MX,
          ...records
            .filter(({ type, disabled }) => type === 'A' && !disabled)
            .map(({ name, ttl, content }) => {
              return { owner: name, ttl, data: { type: 'A', address: parseAddress(content)! } } as const
            }),
        ]),
    })
    servers = await Promise.all([
      startNameServer({ zones: [zone] }),
      startNameServer({ zones: [zone], role: 'resolver' }),
    ])
    const [authority, resolver] = servers.map(({ endpoint }) => describeEndpoint(endpoint))
    base = {
      MXHOME_DOMAINS: DOMAIN,
      MXHOME_PROVIDER: 'ionos',
      IONOS_API_KEY: 'prefix.secret',
      IONOS_BASE_URL: service.url,
      MXHOME_NAMESERVERS: authority!,
      MXHOME_RESOLVERS: resolver!,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_IP_SOURCES: 'static:203.0.113.7',
      MXHOME_CONFIRM_TIMEOUT: '1s',
    }
  })
  afterAll(async () => {
    await Promise.all([service.stop(), ...servers.map((server) => server.close())])
    folder.leave()
  })

  const ours = () => service.records().filter(({ name, type, disabled }) => name === MAIL && type === 'A' && !disabled)
  const others = () => JSON.stringify(service.records().filter((record) => !ours().includes(record)))
  async function update(more: Settings = {}) {
    const from = service.requests.length
    const { code, stdout, stderr } = await mxhome(['update', '--json'], { ...base, ...more }, folder.path)
    const requests = service.requests.slice(from)
    const writes = requests.filter((request) => !request.startsWith('GET'))
    return { code, said: stdout + stderr, ...JSON.parse(stdout).targets[0], requests: requests.length, writes }
  }
  /** As the user does on the provider's web site. */
  async function byHand(change: object) {
    const [record] = ours()
    const zones = await fetch(`${service.url}/v1/zones`, { headers: { 'X-API-Key': 'prefix.secret' } })
    const [{ id }] = (await zones.json()) as [{ id: string }]
    const { content, ttl, prio, disabled } = record!
    await fetch(`${service.url}/v1/zones/${id}/records/${record!.id}`, {
      method: 'PUT',
      headers: { 'X-API-Key': 'prefix.secret' },
      body: JSON.stringify({ content, ttl, prio, disabled, ...change }),
    })
  }

  it('one address is left, TTL and priority are kept, nothing else is touched', async () => {
    const before = others()
    expect(await update()).toMatchObject({
      ...{ code: 0, why: 'first', outcome: 'updated' },
      before: ['203.0.113.1', '203.0.113.2'],
      after: ['203.0.113.7'],
    })
    expect(ours()).toMatchObject([{ content: '203.0.113.7', ttl: 120, prio: 5, disabled: false }])
    expect(others()).toBe(before)
    expect(await update(), 'nothing changed').toMatchObject({ code: 0, why: 'up-to-date', requests: 0 })
  })

  it('what someone else changed is put right once the drift interval has passed', async () => {
    await byHand({ content: '203.0.113.66' })
    expect(await update()).toMatchObject({ code: 75, why: 'up-to-date', requests: 0 })
    expect(await update({ MXHOME_DRIFT_INTERVAL: 'off' })).toMatchObject({ why: 'up-to-date', requests: 0 })
    const drifted = { code: 0, why: 'drifted', before: ['203.0.113.66'], after: ['203.0.113.7'] }
    expect(await update({ MXHOME_DRIFT_INTERVAL: '1ms' })).toMatchObject(drifted)
  })

  it('a TTL is written when the setting has changed, and then not again', async () => {
    expect(await update({ MXHOME_TTL: '300' })).toMatchObject({ code: 0, why: 'ttl', writes: [expect.any(String)] })
    expect(ours()).toMatchObject([{ content: '203.0.113.7', ttl: 300, prio: 5 }])
    await byHand({ ttl: 999 })
    const again = await update({ MXHOME_TTL: '300', MXHOME_DRIFT_INTERVAL: '1ms' })
    expect(again).toMatchObject({ code: 0, why: 'up-to-date', writes: [] })
  })

  it('a wrong key holds, over a new address too, until the key changes', async () => {
    const wrong = { IONOS_API_KEY: 'prefix.wr0ng', MXHOME_IP_SOURCES: 'static:203.0.113.8' }
    const refused = await update(wrong)
    expect(refused).toMatchObject({ code: 1, outcome: 'failed', error: { kind: 'auth', retryAt: null } })
    expect(refused.said).not.toContain('wr0ng')
    const held = await update({ ...wrong, MXHOME_IP_SOURCES: 'static:203.0.113.9' })
    expect(held).toMatchObject({ code: 1, action: 'hold', why: 'auth', requests: 0 })
    expect(await update({ MXHOME_IP_SOURCES: 'static:203.0.113.9' })).toMatchObject({ code: 0, outcome: 'updated' })
  })

  it('a new record gets 60 s', async () => {
    const before = others()
    expect((await update({ MXHOME_HOSTS: 'owa.example.com', MXHOME_IP_SOURCES: 'static:203.0.113.9' })).code).toBe(0)
    const made = service.records().filter(({ name }) => name === 'owa.example.com')
    expect(made).toMatchObject([{ type: 'A', content: '203.0.113.9', ttl: 60 }])
    expect(JSON.stringify(service.records().filter((one) => !ours().includes(one) && !made.includes(one)))).toBe(before)
  })
})
