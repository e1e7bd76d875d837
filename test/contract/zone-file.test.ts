import { expect, it } from 'vitest'
import * as z from 'zod'
import { Failure } from '../../src/core/failure.ts'
import { attempt, type Published } from '../../src/core/outcome.ts'
import type { NonEmpty } from '../../src/core/plan.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { AddressRRset, AddressType, IpAddress } from '../../src/dns/rrset.ts'
import type { ZoneRecord } from '../../src/providers/kits/zone-contents.ts'
import { zoneFile } from '../../src/providers/kits/zone-file.ts'
import { bind } from '../../src/providers/provider.ts'
import { replay } from '../support/replay.ts'

interface Line extends ZoneRecord {
  readonly text: string
  readonly comment?: string
}

const OWNER = 'mail.example.com' as DomainName
const OTHERS: readonly Line[] = [
  { owner: 'example.com' as DomainName, type: 'MX', text: '10 mail.example.com.', ttl: 3600, comment: 'mail' },
  { owner: OWNER, type: 'TXT', text: '"v=spf1 -all"', ttl: 60 },
  { owner: undefined, type: 'CNAME', text: 'odd name' },
  { owner: OWNER, type: 'A', text: '; 192.0.2.77', comment: 'switched off' },
]
const held = (address: string, more: Partial<Line> = {}): Line => ({
  ...{ owner: OWNER, type: 'A', text: address, address: address as IpAddress, ttl: 300, comment: 'home' },
  ...more,
})
const wanted = (address: string, type: AddressType = 'A', owner: string = OWNER): AddressRRset => ({
  ...{ owner: owner as DomainName, type, addresses: [address as IpAddress] },
})

/** An API that writes its two zones as a whole. */
function fakeZones(com: readonly Line[], about: { missing?: string; unwritable?: string; fails?: Failure } = {}) {
  const zones = new Map<string, readonly Line[]>(Object.entries({ 'example.com': com, 'example.net': [] }))
  const did: string[] = []
  const provider = zoneFile({
    id: 'fake',
    name: 'A fake',
    docs: 'https://example.org/',
    facts: { sure: 'yours', verified: '2026-11' },
    endpoint: 'https://example.org',
    settings: z.strictObject({}),
    open: () => zones,
    findZone: async (_, apexes) => {
      did.push('find')
      return apexes.filter((apex) => zones.has(apex)).map((apex) => ({ apex }))[0]
    },
    read: async (_, { apex }) => {
      did.push(`read ${apex}`)
      return { records: zones.get(apex) ?? [], ...about }
    },
    create: (_, { owner, type, ttl }, address): Line => ({ owner, type, address, text: address, ttl }),
    change: (line, { ttl = line.ttl }, address) => ({ ...line, address, text: address, ttl }),
    write: async (_, { apex }, records) => {
      did.push(`write ${apex}`)
      if (about.fails) throw about.fails
      zones.set(apex, records)
    },
  })
  const account = bind(provider, {})
  const { tools } = replay([])
  async function publish(...rrsets: AddressRRset[]) {
    const found: Published[] = []
    const work = () => account.publish(rrsets as unknown as NonEmpty<AddressRRset>, tools)
    for await (const one of attempt(rrsets, work)) found.push(one)
    return found.map(({ rrset, outcome }) => {
      return `${rrset.owner} ${rrset.type} ${'failure' in outcome ? outcome.failure.kind : outcome.kind}`
    })
  }
  return { zones, did, publish, read: () => account.read!(wanted('192.0.2.1'), tools) }
}

it('all RRsets of a zone go in one write, and nothing else changes; a second time nothing is written', async () => {
  const { zones, did, publish } = fakeZones([...OTHERS, held('192.0.2.9')])
  const rrsets = [wanted('192.0.2.1'), wanted('2001:db8::1', 'AAAA'), wanted('192.0.2.1', 'A', 'owa.example.com')]
  expect(await publish(...rrsets)).toEqual([`${OWNER} A updated`, `${OWNER} AAAA updated`, 'owa.example.com A updated'])
  expect(did).toEqual(['find', 'find', 'read example.com', 'write example.com'])
  expect(zones.get('example.com')).toEqual([
    ...OTHERS,
    held('192.0.2.1'),
    { owner: OWNER, type: 'AAAA', address: '2001:db8::1', text: '2001:db8::1', ttl: 60 },
    { owner: 'owa.example.com', type: 'A', address: '192.0.2.1', text: '192.0.2.1', ttl: 60 },
  ])
  expect(new Set(await publish(...rrsets)).size).toBe(3)
  expect(did.filter((one) => one.startsWith('write'))).toHaveLength(1)
})

it('a zone is not written if it was not read as a whole, and nothing is said of it', async () => {
  const { did, publish, read } = fakeZones([...OTHERS, held('192.0.2.1')], { missing: 'the list ends at 100 records' })
  expect(await publish(wanted('192.0.2.1'))).toEqual([`${OWNER} A protocol`])
  expect(await read().catch(({ message }) => message)).toContain('the list ends at 100 records')
  expect(did).not.toContain('write example.com')
})

it('a zone is not written if a record of it would be lost; what is right already is right', async () => {
  const { did, publish, read } = fakeZones([...OTHERS, held('192.0.2.1')], { unwritable: 'the record x SRV' })
  expect(await read()).toEqual(['192.0.2.1'])
  expect(await publish(wanted('192.0.2.1'))).toEqual([`${OWNER} A unchanged`])
  expect(await publish(wanted('192.0.2.2'))).toEqual([`${OWNER} A unsupported`])
  expect(did).not.toContain('write example.com')
})

it('a failed write is the outcome of all that was to change, and a lost one of nothing that was not sent', async () => {
  const fails = new Failure('network', 'no answer', { lost: true })
  const { did, publish } = fakeZones([...OTHERS, held('192.0.2.1')], { fails })
  const net = wanted('192.0.2.1', 'A', 'mail.example.net')
  expect(await publish(wanted('192.0.2.1'), wanted('2001:db8::1', 'AAAA'), net)).toEqual([
    `${OWNER} A unchanged`,
    `${OWNER} AAAA network`,
    'mail.example.net A network',
  ])
  expect(did.at(-1)).toBe('write example.com')
})

it('a zone that is not there is no reason to leave the others out', async () => {
  const { publish } = fakeZones([held('192.0.2.9')])
  const rrsets = [wanted('192.0.2.1', 'A', 'mail.example.org'), wanted('192.0.2.1')]
  expect(await publish(...rrsets)).toEqual(['mail.example.org A rejected', `${OWNER} A updated`])
})
