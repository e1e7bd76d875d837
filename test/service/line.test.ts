import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needs.ts'
import { mxhome, openFolder, type Settings, startDaemon } from '../support/program.ts'

const KEY = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 'k').toString('base64') }
const RECORDS = `
@ MX 10 mail
@ MX 20 backup
@ A 198.51.100.80
@ TXT "v=spf1 mx -all"
www CNAME @
mail A 203.0.113.1
backup A 198.51.100.25
second A 203.0.113.1
`

describeWith(['named', 'dig', 'nsupdate'], 'the straight line at two real name servers', () => {
  const folder = openFolder()
  let primary: Bind
  let secondary: Bind
  let settings: Settings

  const line = (address: string) => writeFileSync(join(folder.path, 'address'), address)
  const update = async (...args: string[]) => {
    const { code, stdout, stderr } = await mxhome(['update', '--json', ...args], settings, folder.path)
    return { code, stderr, document: JSON.parse(stdout) as RoundDocument }
  }
  /** Everything in the zone but the SOA and the named owners. */
  const others = async (...owners: string[]) => {
    const [, ...records] = await primary.axfr('example.com')
    return records.filter((record) => !owners.some((owner) => record.startsWith(`${owner}.example.com.`)))
  }

  beforeAll(async () => {
    const second = await freePort()
    const options = `allow-update { key "home"; }; notify explicit; notify-delay 0; also-notify { 127.0.0.1 port ${second}; };`
    primary = await startBind({ zones: [{ apex: 'example.com', records: RECORDS, options }], keys: [KEY] })
    const copy = { apex: 'example.com', secondaryOf: primary.endpoint }
    secondary = await startBind({ zones: [copy], port: second })
    const [one, two] = [primary, secondary].map(({ endpoint }) => describeEndpoint(endpoint))
    settings = {
      MXHOME_DOMAINS: 'example.com',
      MXHOME_PROVIDER: 'rfc2136',
      RFC2136_SERVER: one!,
      RFC2136_KEY_NAME: 'home',
      RFC2136_KEY_SECRET: KEY.secret,
      MXHOME_RESOLVERS: one!,
      MXHOME_NAMESERVERS: `${one},${two}`,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_IP_SOURCES: `command:cat ${join(folder.path, 'address')}`,
      MXHOME_CONFIRM_TIMEOUT: '20s',
    }
    line('203.0.113.7')
  })
  afterAll(async () => {
    await Promise.all([primary?.stop(), secondary?.stop()])
    folder.leave()
  })

  it('publishes a changed address and confirms it at both', async () => {
    const before = await others('mail')

    const { code, document } = await update()

    expect(code).toBe(0)
    expect(document.targets).toMatchObject([
      {
        host: 'mail.example.com',
        type: 'A',
        provider: 'rfc2136',
        mxOf: ['example.com'],
        action: 'publish',
        before: ['203.0.113.1'],
        after: ['203.0.113.7'],
        outcome: 'updated',
        confirmation: { state: 'confirmed', seen: 2, asked: 2 },
      },
    ])
    expect(await primary.dig('mail.example.com', 'A')).toEqual(['203.0.113.7'])
    expect(await secondary.dig('mail.example.com', 'A')).toEqual(['203.0.113.7'])
    expect(await others('mail')).toEqual(before)
  })

  it('sends nothing when nothing changed', async () => {
    const [soa] = await primary.axfr('example.com')

    const { code, document } = await update()

    expect(code).toBe(0)
    expect(document.targets[0]).toMatchObject({ action: 'skip', why: 'up-to-date', outcome: null })
    expect((await primary.axfr('example.com'))[0]).toBe(soa)
  })

  it('plans a change without making it', async () => {
    line('203.0.113.8')

    const { code, document } = await update('--dry-run')

    expect(code).toBe(0)
    expect(document.targets[0]).toMatchObject({
      action: 'publish',
      why: 'changed',
      after: ['203.0.113.8'],
      outcome: null,
    })
    expect(await primary.dig('mail.example.com', 'A')).toEqual(['203.0.113.7'])
  })

  it('follows the change and the MX as a daemon, and leaves the neighbours alone', async () => {
    const before = await others('mail', 'second')
    const port = await freePort()
    const daemon = startDaemon({ ...settings, MXHOME_SCHEDULE: '* * * * * *' }, folder.path, port)
    try {
      await daemon.confirmed('mail.example.com', '203.0.113.8')
      line('203.0.113.9')
      await daemon.confirmed('mail.example.com', '203.0.113.9')
      expect(await secondary.dig('mail.example.com', 'A')).toEqual(['203.0.113.9'])

      const mx = await primary.dig('example.com', 'MX')
      await primary.nsupdate(
        'update delete example.com MX 10 mail.example.com.',
        'update add example.com 300 MX 10 second.example.com.',
      )
      await daemon.confirmed('second.example.com', '203.0.113.9')
      const dropped = (status: StatusDocument) => status.findings.some(({ id }) => id === 'mx-host-dropped')
      const { targets } = await daemon.until('the old MX host is told to be dropped', dropped)
      expect(targets.map(({ host }) => host).toSorted()).toEqual(['mail.example.com', 'second.example.com'])
      await primary.nsupdate(
        'update delete example.com MX 10 second.example.com.',
        'update add example.com 300 MX 10 mail.example.com.',
      )
      expect((await primary.dig('example.com', 'MX')).toSorted()).toEqual(mx.toSorted())
      expect(await others('mail', 'second')).toEqual(before)

      const health = await fetch(`http://127.0.0.1:${port}/healthz`)
      expect(health.headers.get('content-type')).toContain('application/health+json')
    } finally {
      expect(await daemon.stop()).toBe(0)
    }
  })

  it('tells a wrong key in words, holds the target, and shows no secret', async () => {
    line('203.0.113.10')
    const wrong = Buffer.alloc(32, 'x').toString('base64')
    const done = await mxhome(['update'], { ...settings, RFC2136_KEY_SECRET: wrong }, folder.path)

    expect(done.code).toBe(1)
    expect(done.stdout).toContain('BADSIG')
    expect(done.stdout + done.stderr).not.toContain(wrong)
    expect(await primary.dig('mail.example.com', 'A')).toEqual(['203.0.113.9'])

    expect((await update()).document.targets.every(({ outcome }) => outcome === 'updated')).toBe(true) // the key is right again
  })
})
