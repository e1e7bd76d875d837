import { request } from 'node:http'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { attempt, type Published } from '../../src/core/outcome.ts'
import type { NonEmpty } from '../../src/core/plan.ts'
import { type IonosRecord, startIonos } from '../../src/demo/ionos-like.ts'
import { type StrictDyndns2, startDyndns2 } from '../../src/demo/strict-dyndns2.ts'
import { parseName } from '../../src/dns/name.ts'
import { type AddressRRset, parseAddress } from '../../src/dns/rrset.ts'
import { dyn } from '../../src/providers/dyndns2/dyn.ts'
import { dyndns2 } from '../../src/providers/dyndns2/dyndns2.ts'
import { type Account, bind, type Tools } from '../../src/providers/provider.ts'
import { cloudflare } from '../../src/providers/record/cloudflare.ts'
import { ionos } from '../../src/providers/record/ionos.ts'
import { openHttp } from '../../src/system/http.ts'
import { startCloudflare } from '../support/cloudflare-like.ts'
import { noExec } from '../support/replay.ts'

const HOST = 'mail.example.com'
const [V4, V4_NEXT, V6] = ['203.0.113.7', '203.0.113.8', '2001:db8::7'] as const

const started: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ stop }) => stop()))
})

function kept<T extends { stop: () => Promise<void> }>(service: T): T {
  started.push(service)
  return service
}

const noDns = () => Promise.reject(new Error('no DNS here'))
const http = openHttp({ version: '0.0.0-test' })
const toolsOf = (signal: AbortSignal): Tools => ({
  http: (asked) => http(asked, signal),
  dns: { query: noDns, send: noDns, lookup: noDns },
  exec: noExec,
  now: () => 0,
  random: () => 0.5,
})

function rrset(host: string, addresses: readonly string[], type: 'A' | 'AAAA' = 'A'): AddressRRset {
  return { owner: parseName(host)!, type, addresses: addresses.map((text) => parseAddress(text)!) }
}

async function publish(account: Account, rrsets: NonEmpty<AddressRRset>, signal = new AbortController().signal) {
  const found: Published[] = []
  for await (const one of attempt(rrsets, () => account.publish(rrsets, toolsOf(signal)))) found.push(one)
  return found
}

const verdicts = (found: readonly Published[]) =>
  found.map(({ outcome }) => ('failure' in outcome ? `${outcome.kind}: ${outcome.failure.kind}` : outcome.kind))

const send = async (account: Account, host: string, ...addresses: readonly string[]) =>
  verdicts(await publish(account, [rrset(host, addresses)]))

describe('a strict dyndns2 service', () => {
  const start = async (more: Partial<StrictDyndns2> = {}, password = 's3cr3t') => {
    const users = { anna: 's3cr3t' }
    const service = kept(await startDyndns2({ users, hosts: [HOST, 'www.example.com'], ...more }))
    return { service, account: bind(dyndns2, { username: 'anna', password }, service.url) }
  }

  it('takes both families in one request', async () => {
    const { service, account } = await start()
    const found = await publish(account, [rrset(HOST, [V4]), rrset(HOST, [V6], 'AAAA')])
    expect(verdicts(found)).toEqual(['updated', 'updated'])
    expect(service.holds(HOST)).toEqual([V4, V6])
    expect(service.counters).toMatchObject({ requests: 1, updates: 1, repeats: 0, missingAgent: 0 })
  })

  it('counts repeats, and blocks the host after the second', async () => {
    const { service, account } = await start()
    expect(await send(account, HOST, V4)).toEqual(['updated'])
    expect(await send(account, HOST, V4)).toEqual(['unchanged'])
    expect(await send(account, HOST, V4)).toEqual(['unchanged'])
    expect(service.counters.repeats).toBe(2)
    expect(await send(account, HOST, V4_NEXT)).toEqual(['failed: blocked'])
    service.unblock(HOST)
    expect(await send(account, HOST, V4_NEXT)).toEqual(['updated'])
  })

  it('clears the family that is left out, or keeps it', async () => {
    const clearing = await start()
    await publish(clearing.account, [rrset(HOST, [V4]), rrset(HOST, [V6], 'AAAA')])
    await send(clearing.account, HOST, V4_NEXT)
    expect(clearing.service.holds(HOST)).toEqual([V4_NEXT])
    const keeping = await start({ leftOut: 'kept' })
    await publish(keeping.account, [rrset(HOST, [V4]), rrset(HOST, [V6], 'AAAA')])
    await send(keeping.account, HOST, V4_NEXT)
    expect(keeping.service.holds(HOST)).toEqual([V4_NEXT, V6])
  })

  it('refuses wrong credentials and foreign names, and counts them', async () => {
    const { service, account } = await start({ hosts: { [HOST]: 'anna', 'ftp.example.com': 'bert' } }, 'wr0ng')
    expect(await send(account, HOST, V4)).toEqual(['failed: auth'])
    const right = bind(dyndns2, { username: 'anna', password: 's3cr3t' }, `${service.url}/nic/update`)
    expect(await send(right, 'www.example.com', V4)).toEqual(['failed: rejected'])
    expect(await send(right, 'ftp.example.com', V4)).toEqual(['failed: auth'])
    expect(service.counters).toMatchObject({ badauth: 1, nohost: 2, updates: 0 })
  })

  it('answers a line for each host, and refuses too many', async () => {
    const { service } = await start({ maxHosts: 2 })
    const account = bind(dyn, { username: 'anna', password: 's3cr3t' }, service.url)
    const hosts = [HOST, 'other.example.com', 'www.example.com'].map((host) => rrset(host, [V4]))
    expect(verdicts(await publish(account, [hosts[0]!, hosts[1]!]))).toEqual(['updated', 'failed: rejected'])
    expect(verdicts(await publish(account, hosts as [AddressRRset]))).toEqual(Array(3).fill('failed: rejected'))
    expect(service.counters).toMatchObject({ numhost: 1, nohost: 1 })
  })

  it.each([
    ['911', { kind: 'answer', body: '911' }, 'failed: unavailable'],
    ['status 500', { kind: 'answer', status: 500 }, 'failed: unavailable'],
    ['a connection that is cut after the update', { kind: 'cut', acts: true }, 'unknown: network'],
    ['a late answer', { kind: 'delay', ms: 20 }, 'updated'],
  ] as const)('can be told to meet a request with %s', async (_, fault, expected) => {
    const { service, account } = await start()
    service.answerNext(fault)
    expect(await send(account, HOST, V4)).toEqual([expected])
    const acted = fault.kind === 'delay' || 'acts' in fault
    expect(service.holds(HOST)).toEqual(acted ? [V4] : [])
    expect(await send(account, HOST, V4)).toEqual([acted ? 'unchanged' : 'updated'])
  })

  it('can be told to be silent: who stops waiting does not know what became of it', async () => {
    const stop = new AbortController()
    const { service, account } = await start({ onUpdate: () => stop.abort() })
    service.answerNext({ kind: 'silence', acts: true })
    expect(verdicts(await publish(account, [rrset(HOST, [V4])], stop.signal))).toEqual(['unknown: cancelled'])
  })

  it('refuses a client without a name, and malformed addresses', async () => {
    const { service } = await start()
    expect(await bare(`${service.url}/nic/update?hostname=${HOST}&myip=${V4}`)).toBe('badagent')
    const agent = { 'user-agent': 'a test', authorization: `Basic ${btoa('anna:s3cr3t')}` }
    expect(await bare(`${service.url}/nic/update?hostname=${HOST}&myip=300.1.1.1`, agent)).toBe('badip')
    expect(await bare(`${service.url}/nic/update?hostname=mail&myip=${V4}`, agent)).toBe('notfqdn')
    expect(service.counters).toMatchObject({ missingAgent: 1, malformed: 2, updates: 0 })
  })
})

/** As the simplest script would ask. */
function bare(url: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve(body))
    })
    asked.on('error', reject).end()
  })
}

/** Everything that is none of the host's address records, two of which look much like them. */
const NEIGHBOURS = [
  { name: 'example.com', type: 'MX', content: HOST, prio: 10, ttl: 1800 },
  { name: HOST, type: 'TXT', content: '"v=spf1 -all"', ttl: 3600 },
  { name: `sub.${HOST}`, type: 'A', content: '198.51.100.1', ttl: 300 },
  { name: 'example.com', type: 'A', content: '198.51.100.2', ttl: 7200 },
  { name: 'www.example.com', type: 'CNAME', content: 'example.com', ttl: 3600 },
]

describe('an API like that of IONOS', () => {
  const start = async (records: readonly { name: string; type: string; content: string; disabled?: boolean }[]) => {
    const zones = { 'example.com': [...NEIGHBOURS, ...records], 'ample.com': [] }
    const service = kept(await startIonos({ apiKey: 'prefix.s3cr3t', zones }))
    return { service, account: bind(ionos, { apiKey: 'prefix.s3cr3t' }, service.url) }
  }
  const others = (records: readonly IonosRecord[]) =>
    JSON.stringify(records.filter(({ name, type, disabled }) => name !== HOST || type !== 'A' || disabled))
  const own = (records: readonly IonosRecord[]) =>
    records.filter(({ name, type, disabled }) => name === HOST && type === 'A' && !disabled)

  it('reduces duplicates, keeps the disabled record and every neighbour byte for byte', async () => {
    const { service, account } = await start([
      { name: HOST, type: 'A', content: '198.51.100.8', disabled: true },
      { name: HOST, type: 'A', content: '198.51.100.9', ...{ ttl: 120, prio: 5 } },
      { name: HOST, type: 'A', content: '198.51.100.10' },
    ])
    const before = service.records()
    const [published] = await publish(account, [rrset(HOST, [V4])])
    expect(published).toMatchObject({ outcome: { kind: 'updated' }, before: ['198.51.100.9', '198.51.100.10'] })
    expect(own(service.records())).toMatchObject([{ content: V4, ttl: 120, prio: 5 }])
    expect(own(service.records())[0]?.id).toBe(own(before)[0]?.id)
    expect(others(service.records())).toBe(others(before))
    const writes = service.requests.filter((line) => !line.startsWith('GET'))
    expect(writes.map((line) => line.split(' ')[0])).toEqual(['PUT', 'DELETE'])
    expect(await send(account, HOST, V4)).toEqual(['unchanged'])
    expect(service.requests.filter((line) => !line.startsWith('GET'))).toEqual(writes)
  })

  it('creates what is missing, of both families, with one look-up', async () => {
    const { service, account } = await start([])
    const found = await publish(account, [rrset(HOST, [V4]), rrset(HOST, [V6], 'AAAA')])
    expect(verdicts(found)).toEqual(['updated', 'updated'])
    expect(service.records().filter(({ name, type }) => name === HOST && type !== 'TXT')).toMatchObject([
      { type: 'A', content: V4, ttl: 60, prio: 0, disabled: false },
      { type: 'AAAA', content: V6, ttl: 60, prio: 0, disabled: false },
    ])
    expect(service.requests.length).toBe(4)
    expect(await account.read?.(rrset(HOST, [], 'AAAA'), toolsOf(new AbortController().signal))).toEqual([V6])
  })

  it('after a lost answer shows what became of the write', async () => {
    const { service, account } = await start([{ name: HOST, type: 'A', content: '198.51.100.9' }])
    service.answerNext({ kind: 'delay', ms: 0 }, { kind: 'delay', ms: 0 }, { kind: 'cut', acts: true })
    expect(await send(account, HOST, V4)).toEqual(['unknown: network'])
    expect(await send(account, HOST, V4)).toEqual(['unchanged'])
  })

  it('refuses a wrong key, and writes to a copied zone', async () => {
    const { service } = await start([])
    expect(await send(bind(ionos, { apiKey: 'wr0ng' }, service.url), HOST, V4)).toEqual(['failed: auth'])
    const slave = kept(await startIonos({ apiKey: 'k', zones: { 'example.com': [] }, slaves: ['example.com'] }))
    expect(await send(bind(ionos, { apiKey: 'k' }, slave.url), HOST, V4)).toEqual(['failed: rejected'])
    expect(slave.requests.length).toBe(1)
  })

  it('ends with exactly the wanted set, whatever was there', async () => {
    const address = fc.integer({ min: 1, max: 6 }).map((last) => `203.0.113.${last}`)
    const record = fc.record({
      content: address,
      disabled: fc.boolean(),
      ttl: fc.constantFrom(60, 300),
      prio: fc.nat(3),
    })
    const stored = fc.uniqueArray(record, { selector: ({ content }) => content, maxLength: 4 })
    const wanted = fc.uniqueArray(address, { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(stored, wanted, async (records, addresses) => {
        // Beside a disabled record of the same address none can be made: the API calls that a duplicate.
        fc.pre(!records.some(({ content, disabled }) => disabled && addresses.includes(content)))
        const { service, account } = await start(records.map((one) => ({ name: HOST, type: 'A', ...one })))
        const before = service.records()
        const [first] = await send(account, HOST, ...addresses)
        expect(first).toMatch(/^(?:updated|unchanged)$/)
        expect(new Set(own(service.records()).map(({ content }) => content))).toEqual(new Set(addresses))
        expect(own(service.records()).length).toBe(addresses.length)
        expect(others(service.records())).toBe(others(before))
        expect(await send(account, HOST, ...addresses)).toEqual(['unchanged'])
        await service.stop()
      }),
      { numRuns: 30 },
    )
  })
})

describe('an API like that of Cloudflare', () => {
  const start = async (
    records: readonly { name: string; type: string; content: string; [more: string]: unknown }[],
  ) => {
    const zones = { 'example.com': [...NEIGHBOURS, ...records] }
    const service = kept(await startCloudflare({ apiToken: 's3cr3t', zones }))
    return { service, account: bind(cloudflare, { apiToken: 's3cr3t' }, service.url) }
  }
  const ATTRIBUTES = { comment: 'home', tags: ['owner:me'], settings: { ipv4_only: true }, ttl: 300 }

  it('reduces duplicates, keeps attributes and every neighbour byte for byte', async () => {
    const { service, account } = await start([
      { name: HOST, type: 'A', content: '198.51.100.9', ...ATTRIBUTES },
      { name: HOST, type: 'A', content: '198.51.100.10' },
    ])
    const neighbours = () => JSON.stringify(service.records().filter(({ name, type }) => name !== HOST || type !== 'A'))
    const before = neighbours()
    const [published] = await publish(account, [rrset(HOST, [V4])])
    expect(published).toMatchObject({ outcome: { kind: 'updated' }, before: ['198.51.100.9', '198.51.100.10'] })
    const own = service.records().filter(({ name, type }) => name === HOST && type === 'A')
    expect(own).toEqual([{ ...ATTRIBUTES, name: HOST, type: 'A', content: V4, proxied: false, id: own[0]?.id }])
    expect(neighbours()).toBe(before)
    expect(await send(account, HOST, V4)).toEqual(['unchanged'])
  })

  it('creates what is missing, unproxied', async () => {
    const { service, account } = await start([])
    expect(await send(account, HOST, V4)).toEqual(['updated'])
    expect(service.records().at(-1)).toMatchObject({ content: V4, ttl: 60, proxied: false })
  })

  it('tells of a proxied record, whose TTL it leaves alone', async () => {
    const { account } = await start([{ name: HOST, type: 'A', content: '198.51.100.9', proxied: true, ttl: 1 }])
    const wanted = { ...rrset(HOST, [V4]), ttl: 120 }
    expect(await publish(account, [wanted])).toMatchObject([{ outcome: { kind: 'updated' }, proxied: true }])
    expect(await publish(account, [wanted])).toMatchObject([{ outcome: { kind: 'unchanged' }, proxied: true }])
  })

  it('refuses a wrong token', async () => {
    const { service } = await start([])
    expect(await send(bind(cloudflare, { apiToken: 'wr0ng' }, service.url), HOST, V4)).toEqual(['failed: auth'])
  })
})
