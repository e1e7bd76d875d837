import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { describeWith } from '../support/needs.ts'
import { POWERDNS_SCHEMA, type Powerdns, type PowerdnsRRset, startPowerdns } from '../support/powerdns.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const MAIL = 'mail.example.com.'
const set = (name: string, type: string, ttl: number, ...contents: readonly string[]): PowerdnsRRset => ({
  name,
  type,
  ttl,
  records: contents.map((content) => ({ content: content.replace(/^off /, ''), disabled: content.startsWith('off ') })),
})
const RRSETS: readonly PowerdnsRRset[] = [
  set('example.com.', 'MX', 1800, '10 mail.example.com.', 'off 20 backup.example.com.'),
  set('example.com.', 'A', 7200, '203.0.113.80'),
  set('example.com.', 'TXT', 3600, '"v=spf1 mx -all"'),
  set('www.example.com.', 'CNAME', 3600, 'example.com.'),
  set('sub.mail.example.com.', 'A', 300, '203.0.113.81'),
  set('*.wild.example.com.', 'A', 900, '203.0.113.82'),
  set(MAIL, 'TXT', 300, '"beside the host"'),
  { ...set(MAIL, 'A', 240, '203.0.113.1', 'off 203.0.113.2'), comments: [{ content: 'at home', account: 'anna' }] },
]

describeWith(['pdns_server', POWERDNS_SCHEMA], 'the HTTP API of PowerDNS', () => {
  const folder = openFolder()
  let server: Powerdns
  let settings: Settings

  beforeAll(async () => {
    const mx = (apex: string) => set(`${apex}.`, 'MX', 300, `10 mail.${apex}.`)
    server = await startPowerdns('s3cr3t-key', [
      { apex: 'example.com', rrsets: RRSETS },
      { apex: 'ample.com' },
      { apex: 'second.example', rrsets: [mx('second.example'), set('mail.second.example.', 'CNAME', 300, MAIL)] },
      { apex: 'copied.example', kind: 'Slave' },
    ])
    const endpoint = describeEndpoint(server.endpoint)
    settings = {
      MXHOME_DOMAINS: 'example.com',
      MXHOME_PROVIDER: 'powerdns',
      POWERDNS_SERVER: server.url,
      POWERDNS_API_KEY: 's3cr3t-key',
      MXHOME_RESOLVERS: endpoint,
      MXHOME_NAMESERVERS: endpoint,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24, 2001:db8::/32',
      MXHOME_IP_SOURCES: 'static:203.0.113.7, static:2001:db8::7',
      MXHOME_CONFIRM_TIMEOUT: '30s',
    }
  })
  afterAll(async () => {
    await server?.stop()
    folder.leave()
  })

  async function update(more: Settings = {}, ...args: string[]) {
    const from = (await server.requests()).length
    const { code, stdout, stderr } = await mxhome(['update', '--json', ...args], { ...settings, ...more }, folder.path)
    const { targets } = JSON.parse(stdout) as RoundDocument
    const requests = (await server.requests()).slice(from)
    return { code, said: stdout + stderr, targets, writes: requests.filter((request) => !request.startsWith('GET')) }
  }
  const at = async (name: string, type: string, apex = 'example.com') =>
    (await server.rrsets(apex)).find((rrset) => rrset.name === name && rrset.type === type)
  /** Everything in the zone but the SOA, whose serial moves on, and the RRsets of those types at the host. */
  const others = async (...types: readonly string[]) =>
    JSON.stringify(
      (await server.rrsets('example.com')).filter(
        ({ name, type }) => type !== 'SOA' && !(name === MAIL && types.includes(type)),
      ),
    )

  it('publishes a changed address, and the disabled record, the comment, the TTL and every neighbour stay', async () => {
    const before = await others('A')
    const { code, targets, writes } = await update()
    expect(targets).toMatchObject([
      {
        host: 'mail.example.com',
        type: 'A',
        action: 'publish',
        before: ['203.0.113.1'],
        after: ['203.0.113.7'],
        outcome: 'updated',
        confirmation: { state: 'confirmed', seen: 1, asked: 1 },
      },
    ])
    expect(code).toBe(0)
    expect(writes).toEqual(['PATCH /api/v1/servers/localhost/zones/example.com.'])
    const after = await at(MAIL, 'A')
    expect(after).toMatchObject({ ttl: 240, comments: [{ content: 'at home', account: 'anna' }] })
    expect(after?.records.toSorted((a, b) => (a.content < b.content ? -1 : 1))).toEqual([
      { content: '203.0.113.2', disabled: true },
      { content: '203.0.113.7', disabled: false },
    ])
    expect(await others('A')).toBe(before)
  })

  it('sends nothing when it is so already, also where nothing is remembered', async () => {
    const before = await server.rrsets('example.com')
    const again = await update()
    expect(again).toMatchObject({ code: 0, writes: [], targets: [{ action: 'skip', why: 'up-to-date' }] })
    const fresh = await update({ MXHOME_STATE_DIR: `${folder.path}/fresh` })
    expect(fresh).toMatchObject({ code: 0, writes: [] })
    expect(await update({}, '--force')).toMatchObject({ code: 0, writes: [], targets: [{ outcome: 'unchanged' }] })
    expect(await server.rrsets('example.com')).toEqual(before)
  })

  it('writes both families in one request, and a new RRset with a TTL of 60', async () => {
    const before = await others('A', 'AAAA')
    const sources = 'static:203.0.113.8, static:2001:db8::8'
    const { code, targets, writes } = await update({ MXHOME_IPV6: 'on', MXHOME_IP_SOURCES: sources })
    expect(targets).toMatchObject([
      { type: 'A', outcome: 'updated', confirmation: { state: 'confirmed' } },
      { type: 'AAAA', outcome: 'updated', confirmation: { state: 'confirmed' } },
    ])
    expect({ code, writes: writes.length }).toEqual({ code: 0, writes: 1 })
    expect(await at(MAIL, 'AAAA')).toMatchObject({ ttl: 60, records: [{ content: '2001:db8::8', disabled: false }] })
    expect((await at(MAIL, 'A'))?.records).toContainEqual({ content: '203.0.113.2', disabled: true })
    expect(await others('A', 'AAAA')).toBe(before)
  })

  it('switches a disabled record on when its address is wanted, and sets a TTL that is asked for', async () => {
    const { code } = await update({ MXHOME_IP_SOURCES: 'static:203.0.113.2', MXHOME_TTL: '90' })
    expect(code).toBe(0)
    expect(await at(MAIL, 'A')).toMatchObject({ ttl: 90, records: [{ content: '203.0.113.2', disabled: false }] })
  })

  it('creates records at an apex and at a wildcard of another zone', async () => {
    const { code, targets } = await update({ MXHOME_DOMAINS: '', MXHOME_HOSTS: 'ample.com, *.ample.com' })
    expect(targets.map(({ outcome }) => outcome)).toEqual(['updated', 'updated'])
    expect(code).toBe(0)
    for (const name of ['ample.com.', '*.ample.com.']) {
      expect(await at(name, 'A', 'ample.com')).toMatchObject({ ttl: 60, records: [{ content: '203.0.113.7' }] })
    }
  })

  it.each([
    ['an alias in the way', 'mail.second.example', 'is an alias (CNAME)'],
    ['a zone that is a copy', 'mail.copied.example', 'of kind Slave'],
    ['a zone that is not there', 'mail.nowhere.example', 'no zone for mail.nowhere.example'],
  ])('is rejected, and held: %s', async (_, host, words) => {
    const wanted = { MXHOME_DOMAINS: '', MXHOME_HOSTS: host }
    const { code, targets } = await update(wanted)
    expect(targets).toMatchObject([{ host, outcome: 'failed', error: { kind: 'rejected' } }])
    expect(targets[0]?.error?.message).toContain(words)
    expect(code).toBe(1)
    expect(await update(wanted)).toMatchObject({ code: 1, writes: [], targets: [{ action: 'hold' }] })
  })

  it('a wrong key is held, and not shown', async () => {
    const wrong = { POWERDNS_API_KEY: 'wr0ng-key', MXHOME_IP_SOURCES: 'static:203.0.113.9' }
    const first = await update(wrong)
    expect(first).toMatchObject({ code: 1, writes: [], targets: [{ outcome: 'failed', error: { kind: 'auth' } }] })
    expect(await update(wrong)).toMatchObject({ code: 1, writes: [], targets: [{ action: 'hold' }] })
    expect(first.said).not.toContain('wr0ng-key')
  })
})
