import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { type Bind, bindIsInstalled, startBind } from '../support/bind.ts'
import { KNOT_SECRET, type Knot, knotIsInstalled, startKnot } from '../support/knot.ts'
import { mxhome, openFolder } from '../support/program.ts'

const secretOf = (letter: string) => Buffer.from(letter.repeat(32)).toString('base64')
const RECORDS = '@ 300 MX 10 mail\nmail 300 A 203.0.113.7\n'
const REFUSED = 'DNS UPDATE (RFC 2136): BIND, Knot DNS, PowerDNS refuses the credentials: name server '

let folder: ReturnType<typeof openFolder>
beforeEach(() => {
  folder = openFolder()
  return () => folder.leave()
})

/** `mxhome init` by options alone, at a server on this machine that answers every question. */
async function init(server: string, keyName: string, secret: string, domain = 'example.com', host = `mail.${domain}`) {
  writeFileSync(join(folder.path, 'key'), secret, { mode: 0o600 })
  const settings = [
    '--setting',
    `server=${server}`,
    '--setting',
    `keyName=${keyName}`,
    '--setting-file',
    'keySecret=key',
  ]
  const usual = { MXHOME_IP_SOURCES: 'static:203.0.113.7', MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24' }
  const dir = `conf-${domain}`
  const args = ['init', '--yes', '--dir', dir, '--domain', domain, '--host', host, '--provider', 'rfc2136', ...settings]
  const asked = { MXHOME_RESOLVERS: server, MXHOME_NAMESERVERS: server }
  const ended = await mxhome(args, { ...usual, ...asked }, folder.path)
  expect(ended.stdout + ended.stderr).not.toContain(secret)
  const at = join(folder.path, dir)
  return { ...ended, written: existsSync(at) ? readdirSync(at) : [] }
}

describe.skipIf(!bindIsInstalled)('init at BIND', () => {
  let bind: Bind | undefined
  const keys = ['home', 'guest'].map((name) => ({ name, algorithm: 'hmac-sha256', secret: secretOf(name[0]!) }))
  const domains = ['example.com', 'example.org']
  beforeAll(async () => {
    const [apex, other] = domains as [string, string]
    const zones = [
      { apex, records: RECORDS, options: 'allow-update { key "home"; };' },
      { apex: other, records: RECORDS, options: 'update-policy { grant home zonesub A; };' },
    ]
    bind = await startBind({ zones, keys })
  })
  afterAll(() => bind?.stop())
  const zones = () => Promise.all(domains.map((apex) => bind!.axfr(apex)))
  const at = () => describeEndpoint(bind!.endpoint)

  it.each([
    ['another secret', 'home', 'x', 'it has another secret for home (BADSIG): check keySecret'],
    ['a key that the server does not know', 'nobody', 'x', 'it knows no key nobody for hmac-sha256 (BADKEY)'],
  ])('%s is refused, wherever updates are allowed to whom', async (_, keyName, letter, words) => {
    const before = await zones()
    for (const domain of domains) {
      const { code, stdout, stderr, written } = await init(at(), keyName, secretOf(letter), domain)
      expect(stderr).toContain(`${REFUSED}${at()} refuses the TSIG key: ${words}`)
      expect(stderr).toMatch(/\nmxhome: nothing was written\n$/)
      expect({ code, stdout, written }).toEqual({ code: 78, stdout: '', written: [] })
    }
    expect(await zones()).toEqual(before)
  })

  it('a key that may not write there is refused, where the server says so', async () => {
    const { code, stderr, written } = await init(at(), 'guest', secretOf('g'))
    expect(stderr).toContain('takes the credentials, but not the host: ')
    expect(stderr).toContain(
      'the key guest may not; see allow-update, update-policy or acl in its configuration (REFUSED)',
    )
    expect({ code, written }).toEqual({ code: 78, written: [] })
  })

  it.each(domains)('the right key is right, and %s stays as it is, its serial too', async (domain) => {
    const before = await zones()
    const { code, stderr, written } = await init(at(), 'home', secretOf('h'), domain)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(
      `The credentials are right: DNS UPDATE (RFC 2136): BIND, Knot DNS, PowerDNS has mail.${domain}`,
    )
    expect(written).toEqual(['credentials', 'mxhome.yaml'])
    expect(await zones()).toEqual(before)
  })

  it('of a server that does not hold the host nothing is said of the credentials', async () => {
    const { code, stderr } = await init(at(), 'home', secretOf('x'), 'example.com', 'mail.example.net')
    expect(stderr).toMatch(/PowerDNS does not take the host: .+ does not answer for mail\.example\.net/)
    expect(code).toBe(78)
  })
})

describe.skipIf(!knotIsInstalled)('init at Knot DNS', () => {
  let knot: Knot | undefined
  beforeAll(async () => {
    const head = '$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 127.0.0.1\n'
    knot = await startKnot(`${head}${RECORDS}`)
  })
  afterAll(() => knot?.stop())

  it('tells a wrong key from the right one, and the serial stays', async () => {
    const wrong = await init(knot!.server, 'home', secretOf('x'))
    expect(wrong.stderr).toContain('it has another secret for home (BADSIG): check keySecret')
    const unknown = await init(knot!.server, 'nobody', secretOf('x'))
    expect(unknown.stderr).toContain('it knows no key nobody for hmac-sha256 (BADKEY)')
    expect([wrong.code, wrong.written, unknown.code, unknown.written]).toEqual([78, [], 78, []])
    const right = await init(knot!.server, 'home', KNOT_SECRET)
    expect(right.stderr).toContain('The credentials are right: ')
    expect(right.code, right.stderr).toBe(0)
    const [address, port] = knot!.server.split(':')
    const dig = ['+short', '+norec', `@${address}`, '-p', port!, 'example.com', 'SOA']
    expect(execFileSync('dig', dig, { encoding: 'utf8' })).toContain('hostmaster.example.com. 1 3600')
  })
})
