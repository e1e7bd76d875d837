import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { type Bind, bindIsInstalled, startBind } from '../support/bind.ts'
import { freePort } from '../support/free-port.ts'
import { KNOT_SECRET, type Knot, knotIsInstalled, startKnot } from '../support/knot.ts'
import { describeWith } from '../support/needs.ts'
import { POWERDNS_SCHEMA, type Powerdns, type PowerdnsRRset, startPowerdns } from '../support/powerdns.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const HOME = ['10 mail.example.com', '20 backup.example.com']
const SECRET = Buffer.from('h'.repeat(32)).toString('base64')
const HOSTS = `
mail 300 A 203.0.113.1
backup 300 A 203.0.113.2
@ 7200 A 203.0.113.80
@ 300 TXT "v=spf1 mx -all"
sub 300 MX 10 mail
www 300 CNAME @
aliased 300 CNAME mail
*.wild 300 MX 10 old
old 300 A 203.0.113.3
`
const folder = openFolder()
afterAll(folder.leave)

/** `mxhome mx apply --yes` with a wish for one domain. */
function apply(domain: string, wanted: readonly string[], account: object, more: Settings) {
  const mx = wanted.map((text) => ({ host: text.split(' ')[1], preference: Number(text.split(' ')[0]) }))
  const config = { domains: [{ name: domain, mx }], providers: [{ zones: ['example.com'], ...account }] }
  writeFileSync(join(folder.path, 'mxhome.yaml'), JSON.stringify(config), { mode: 0o600 })
  const usual = { MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24', MXHOME_CONFIRM_TIMEOUT: '20s' }
  return mxhome(['mx', 'apply', '--yes'], { ...usual, ...more }, folder.path)
}

async function dig(server: string, ...args: readonly string[]): Promise<readonly string[]> {
  const [address, port] = server.split(':')
  const { stdout } = await promisify(execFile)('dig', [`@${address}`, '-p', port!, '+norec', '+tries=1', ...args])
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'))
}
const digMx = async (server: string, domain = 'example.com') => (await dig(server, '+short', domain, 'MX')).toSorted()
/** All of the zone but the SOA, whose serial moves on, and the MX of the domain. */
const neighbours = async (server: string, domain = 'example.com') => {
  const all = (await dig(server, '+noall', '+answer', 'AXFR', 'example.com')).map((line) => line.replace(/\s+/g, ' '))
  expect(all.length).toBeGreaterThan(8)
  return all
    .filter((line) => !/ SOA /.test(line) && !(line.startsWith(`${domain}. `) && / IN MX /.test(line)))
    .toSorted()
}
const SHOWN = ['10 mail.example.com.', '20 backup.example.com.']

describe.skipIf(!bindIsInstalled)('mx apply at BIND, with a secondary', () => {
  let [primary, secondary]: (Bind | undefined)[] = []
  beforeAll(async () => {
    const keys = ['mxhome', 'hosts'].map((name) => ({ name, algorithm: 'hmac-sha256', secret: SECRET }))
    const grants =
      'grant mxhome zonesub MX; grant mxhome name example.com MX; grant hosts name mail.example.com A AAAA;'
    const port = await freePort()
    const options = `update-policy { ${grants} }; notify explicit; notify-delay 0; also-notify { 127.0.0.1 port ${port}; };`
    const apex = 'example.com'
    const records = `@ 1800 MX 30 mail\n@ 1800 MX 40 old\n${HOSTS}`
    primary = await startBind({ zones: [{ apex, records, options }], keys })
    secondary = await startBind({ zones: [{ apex, secondaryOf: primary.endpoint }], port })
  })
  afterAll(async () => {
    await secondary?.stop()
    await primary?.stop()
  })

  const at = (bind: Bind | undefined) => describeEndpoint(bind!.endpoint)
  const account = (keyName = 'mxhome') => ({ use: 'rfc2136', server: at(primary), keyName, keySecret: SECRET })
  const asked = (): Settings => {
    return { MXHOME_NAMESERVERS: `${at(primary)}, ${at(secondary)}`, MXHOME_RESOLVERS: at(primary) }
  }

  it('writes, and waits until both servers have it; all else of the zone stays', async () => {
    const before = await neighbours(at(primary))
    const { code, stdout, stderr } = await apply('example.com', HOME, account(), asked())
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('Written at rfc2136; every name server that answers has it.')
    for (const server of [at(primary), at(secondary)]) {
      expect(await digMx(server)).toEqual(SHOWN)
      expect(await neighbours(server)).toEqual(before)
    }
    expect((await dig(at(primary), '+noall', '+answer', 'example.com', 'MX')).join()).toContain('\t1800\t')
    const again = await apply('example.com', HOME, account(), asked())
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to do') })
  })

  it('makes an RRset where there was none, and one beside a wildcard', async () => {
    for (const domain of ['new.example.com', 'a.wild.example.com']) {
      const before = await neighbours(at(primary), domain)
      const { code, stdout, stderr } = await apply(domain, HOME, account(), asked())
      expect(code, stdout + stderr).toBe(0)
      const isNew = domain === 'new.example.com'
      const warned = `mxhome: warning: the domain ${domain} does not exist (NXDOMAIN): check its spelling\n`
      expect(stderr.includes(warned), stderr).toBe(isNew)
      expect(await digMx(at(secondary), domain)).toEqual(SHOWN)
      expect(await neighbours(at(primary), domain)).toEqual(before)
    }
    expect(await digMx(at(primary), 'b.wild.example.com')).toEqual(['10 old.example.com.'])
  })

  it('says when the key may not, and when an alias stands there', async () => {
    const before = await neighbours(at(primary))
    const refused = await apply('example.com', ['10 mail.example.com'], account('hosts'), asked())
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/key hosts may not; see .*update-policy.*REFUSED.*Nothing was written/)
    const alias = await apply('aliased.example.com', HOME, account(), asked())
    expect(alias.code).toBe(1)
    expect(alias.stderr).toMatch(/aliased\.example\.com is an alias \(CNAME\) of mail\.example\.com/)
    expect(await digMx(at(primary))).toEqual(SHOWN)
    expect(await neighbours(at(primary))).toEqual(before)
  })
})

describe.skipIf(!knotIsInstalled)('mx apply at Knot DNS', () => {
  let knot: Knot | undefined
  beforeAll(async () => {
    const head = '$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 127.0.0.1\n'
    knot = await startKnot(`${head}@ 1800 MX 30 mail\n${HOSTS}`, 'MX')
  })
  afterAll(() => knot?.stop())

  it('writes the set, and all else of the zone stays', async () => {
    const { server } = knot!
    const before = await neighbours(server)
    const account = { use: 'rfc2136', server, keyName: 'home', keySecret: KNOT_SECRET }
    const asked = { MXHOME_NAMESERVERS: server, MXHOME_RESOLVERS: server }
    const { code, stdout, stderr } = await apply('example.com', HOME, account, asked)
    expect(code, stdout + stderr).toBe(0)
    expect(await digMx(server)).toEqual(SHOWN)
    expect(await neighbours(server)).toEqual(before)
    expect((await apply('example.com', HOME, account, asked)).stdout).toContain('nothing to do')
  })
})

describeWith(['pdns_server', POWERDNS_SCHEMA], 'mx apply at the HTTP API of PowerDNS', () => {
  const set = (name: string, type: string, ttl: number, ...contents: readonly string[]): PowerdnsRRset => ({
    name,
    type,
    ttl,
    records: contents.map((content) => ({
      content: content.replace(/^off /, ''),
      disabled: content.startsWith('off '),
    })),
  })
  let server: Powerdns | undefined
  beforeAll(async () => {
    const [mx, about] = [set('example.com.', 'MX', 1800, '30 mail.example.com.', 'off 50 off.example.com.'), 'by anna']
    const rrsets = [
      { ...mx, comments: [{ content: about, account: 'anna' }] },
      set('mail.example.com.', 'A', 300, '203.0.113.1'),
      set('backup.example.com.', 'A', 300, '203.0.113.2', 'off 203.0.113.9'),
      set('sub.example.com.', 'MX', 300, '10 mail.example.com.'),
      set('example.com.', 'TXT', 300, '"v=spf1 mx -all"'),
    ]
    server = await startPowerdns('s3cr3t-key', [{ apex: 'example.com', rrsets }])
  })
  afterAll(() => server?.stop())

  it('writes the set in one request; comment, disabled record, TTL and neighbours stay', async () => {
    const { url, endpoint } = server!
    const others = async () =>
      (await server!.rrsets('example.com')).filter(
        ({ name, type }) => type !== 'SOA' && !(name === 'example.com.' && type === 'MX'),
      )
    const before = await others()
    const account = { use: 'powerdns', server: url, apiKey: 's3cr3t-key' }
    const at = describeEndpoint(endpoint)
    const asked = { MXHOME_NAMESERVERS: at, MXHOME_RESOLVERS: at }
    const from = (await server!.requests()).length
    const { code, stdout, stderr } = await apply('example.com', HOME, account, asked)
    expect(code, stdout + stderr).toBe(0)
    expect(await digMx(at)).toEqual(SHOWN)
    expect(await others()).toEqual(before)
    const [mx] = (await server!.rrsets('example.com')).filter(
      ({ name, type }) => name === 'example.com.' && type === 'MX',
    )
    expect(mx).toMatchObject({ ttl: 1800, comments: [{ content: 'by anna', account: 'anna' }] })
    expect(mx?.records).toContainEqual({ content: '50 off.example.com.', disabled: true })
    const writes = (await server!.requests()).slice(from).filter((request) => !request.startsWith('GET'))
    expect(writes).toEqual(['PATCH /api/v1/servers/localhost/zones/example.com.'])
    expect((await apply('example.com', HOME, account, asked)).stdout).toContain('nothing to do')
    const wrong = await apply('example.com', ['10 mail.example.com'], { ...account, apiKey: 'wr0ng-key' }, asked)
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('Correct the credentials of powerdns.')
    expect(wrong.stdout + wrong.stderr).not.toContain('wr0ng-key')
  })
})
