import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { ResourceRecord } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { type CloudflareRecord, type CloudflareService, startCloudflare } from '../support/cloudflare-like.ts'
import { mxhome, openFolder } from '../support/program.ts'

const DOMAIN = 'example.com'
const mx = (name: string, content: string, priority: number, more = {}) => {
  return { name, type: 'MX', content, priority, ttl: 1800, comment: `about ${content}`, ...more }
}
const GIVEN = [
  mx(DOMAIN, 'mail.example.com', 20),
  mx(DOMAIN, 'backup.example.com', 10),
  mx(DOMAIN, 'old.example.com', 30),
  mx(`sub.${DOMAIN}`, 'mail.example.com', 10),
  { name: DOMAIN, type: 'TXT', content: '"v=spf1 mx -all"', ttl: 300 },
  { name: DOMAIN, type: 'A', content: '203.0.113.80', ttl: 1, proxied: true },
  ...['mail', 'backup', 'third'].map((host, i) => {
    return { name: `${host}.example.com`, type: 'A', content: `203.0.113.${i + 1}`, ttl: 60 }
  }),
]

function resourceOf({ name, type, content, ttl, priority }: CloudflareRecord): ResourceRecord[] {
  const address = parseAddress(content)
  if (type === 'A' && address) return [{ owner: name, ttl, data: { type: 'A', address } }]
  if (type !== 'MX') return []
  return [{ owner: name, ttl, data: { type: 'MX', preference: Number(priority), exchange: content } }]
}

const folder = openFolder()
const zone = createZone(DOMAIN, [])
let service: CloudflareService
let server: NameServer
beforeAll(async () => {
  const onChange = (_: string, records: readonly CloudflareRecord[]) => zone.write(records.flatMap(resourceOf))
  service = await startCloudflare({ apiToken: 't0ken', zones: { [DOMAIN]: GIVEN }, onChange })
  onChange(DOMAIN, service.records())
  server = await startNameServer({ zones: [zone] })
})
afterAll(async () => {
  await Promise.all([service?.stop(), server?.close()])
  folder.leave()
})

const isMx = ({ name, type }: CloudflareRecord) => name === DOMAIN && type === 'MX'
const held = () => service.records().filter(isMx)
const others = () => JSON.stringify(service.records().filter((record) => !isMx(record)))

async function apply(...wanted: readonly string[]) {
  const records = wanted.map((text) => ({ host: text.split(' ')[1], preference: Number(text.split(' ')[0]) }))
  const account = { use: 'cloudflare', apiToken: 't0ken', baseUrl: service.url, zones: [DOMAIN] }
  const config = { domains: [{ name: DOMAIN, mx: records }], providers: [account], allowAddresses: ['203.0.113.0/24'] }
  const at = [describeEndpoint(server.endpoint)]
  const text = JSON.stringify({ ...config, nameservers: at, resolvers: at, confirmTimeout: '5s' })
  writeFileSync(join(folder.path, 'mxhome.yaml'), text, { mode: 0o600 })
  const from = service.requests.length
  const ended = await mxhome(['mx', 'apply', '--yes'], {}, folder.path)
  return { ...ended, writes: service.requests.slice(from).filter((request) => !request.startsWith('GET ')) }
}

it('Cloudflare: one batch; a host keeps its record, with id and comment, and all else of the zone stays', async () => {
  const [before, [mail, backup]] = [others(), held()]
  const { code, stderr, writes } = await apply('10 mail.example.com', '20 backup.example.com', '20 third.example.com')
  // Both lie in a zone of ours: which of them is at home nobody but the user knows.
  const warning = /^mxhome: warning: mail\.example\.com will be tried before backup\.example\.com, .*\n$/
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(warning) })
  expect(writes).toEqual([expect.stringMatching(/^POST .*\/dns_records\/batch$/)])
  expect(held()).toMatchObject([
    { ...mail, priority: 10 },
    { ...backup, priority: 20 },
    { content: 'third.example.com', priority: 20, ttl: 1800 },
  ])
  expect(others()).toBe(before)
})

it('Cloudflare: what is there already is not sent', async () => {
  const wanted = ['20 third.example.com', '20 backup.example.com', '10 mail.example.com']
  expect(await apply(...wanted)).toMatchObject({ code: 0, writes: [] })
})
