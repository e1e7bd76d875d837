import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attempt } from '../../src/core/outcome.ts'
import { type DomainName, parseName } from '../../src/dns/name.ts'
import { type AddressRRset, parseAddress } from '../../src/dns/rrset.ts'
import { bind, type Tools } from '../../src/providers/provider.ts'
import { rfc2136 } from '../../src/providers/special/rfc2136.ts'
import { createDns } from '../../src/system/dns.ts'
import { KNOT_SECRET, type Knot, knotIsInstalled, startKnot } from '../support/knot.ts'
import { noExec } from '../support/replay.ts'

const ZONE = `
example.com. 300 SOA ns1.example.com. hostmaster.example.com. 1 3600 600 86400 60
example.com. 300 NS ns1.example.com.
ns1.example.com. 300 A 127.0.0.1
mail.example.com. 240 A 192.0.2.1
mail.example.com. 240 TXT "beside"
alias.example.com. 300 CNAME mail.example.com.
*.wild.example.com. 900 A 192.0.2.99
`

describe.skipIf(!knotIsInstalled)('RFC 2136 at Knot DNS', () => {
  let knot: Knot | undefined
  beforeAll(async () => {
    knot = await startKnot(ZONE)
  })
  afterAll(() => knot?.stop())

  const dns = createDns({ udp: 1000 })
  const signal = new AbortController().signal
  const tools: Tools = {
    http: () => Promise.reject(new Error('no HTTP here')),
    dns: {
      query: (question) => dns.query(question, signal),
      send: (message, endpoint, over) => dns.send(message, endpoint, over, signal),
      lookup: dns.lookup,
    },
    exec: noExec,
    now: () => Date.now(),
    random: Math.random,
  }
  const publish = async (host: string, address: string, change: object = {}) => {
    const settings = { server: knot!.server, keyName: 'home', keySecret: KNOT_SECRET, ...change }
    const rrset: AddressRRset = {
      owner: parseName(host) as DomainName,
      type: 'A',
      addresses: [parseAddress(address)!],
    }
    for await (const { outcome, before } of attempt([rrset], () => bind(rfc2136, settings).publish([rrset], tools))) {
      return [outcome.kind === 'failed' ? outcome.failure.kind : outcome.kind, before]
    }
    return []
  }

  it('replaces, and writes nothing the second time', async () => {
    expect(await publish('mail.example.com', '203.0.113.7')).toEqual(['updated', ['192.0.2.1']])
    expect(await publish('mail.example.com', '203.0.113.7')).toEqual(['unchanged', ['203.0.113.7']])
  })

  it('adds, also where a wildcard has answered, and by UDP', async () => {
    expect((await publish('new.example.com', '203.0.113.7'))[0]).toBe('updated')
    expect((await publish('a.wild.example.com', '203.0.113.7', { transport: 'udp' }))[0]).toBe('updated')
    expect(await publish('a.wild.example.com', '203.0.113.7')).toEqual(['unchanged', ['203.0.113.7']])
  })

  it('leaves an alias alone, and says when the key is refused', async () => {
    expect((await publish('alias.example.com', '203.0.113.7'))[0]).toBe('rejected')
    const other = { keySecret: Buffer.from('x'.repeat(32)).toString('base64') }
    expect((await publish('mail.example.com', '203.0.113.8', other))[0]).toBe('auth')
    expect((await publish('mail.example.com', '203.0.113.8', { keyName: 'nobody' }))[0]).toBe('auth')
    expect((await publish('mail.nowhere.example', '203.0.113.8'))[0]).toBe('rejected')
  })
})
