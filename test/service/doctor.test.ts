import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { DoctorDocument } from '../../src/report/doctor-document.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needs.ts'
import { type Daemon, mxhome, openFolder, type Settings, startDaemon } from '../support/program.ts'

const VERDICTS = ['reachable', 'reachable-with-faults', 'not-reachable', 'not-known']
const IDN = 'xn--bcher-kva.example'

describeWith(['named'], 'mxhome doctor, with BIND', () => {
  const folder = openFolder()
  let bind: Bind
  let asking: Settings
  let settings: Settings

  beforeAll(async () => {
    bind = await startBind({
      zones: [
        { apex: 'example.com', records: '@ IN MX 10 mail\nmail IN A 127.0.0.1\n@ IN TXT "v=spf1 mx -all"' },
        { apex: 'example.org', records: '@ IN A 127.0.0.1' },
        { apex: IDN, records: `@ IN MX 0 .` },
      ],
    })
    const server = describeEndpoint(bind.endpoint)
    asking = {
      MXHOME_RESOLVERS: server,
      MXHOME_NAMESERVERS: server,
      MXHOME_ALLOW_ADDRESSES: '127.0.0.0/8',
      MXHOME_IP_SOURCES: 'static:127.0.0.1',
    }
    settings = {
      ...asking,
      MXHOME_DOMAINS: 'example.com',
      MXHOME_PROVIDER: 'dyndns2',
      DYNDNS2_SERVER: '127.0.0.1:9',
      DYNDNS2_USERNAME: 'anna',
      DYNDNS2_PASSWORD: 's3cr3t-Passw0rd',
    }
  })
  afterAll(async () => {
    await bind?.stop()
    folder.leave()
  })

  const run = (args: readonly string[], more: Settings = settings) => mxhome(['doctor', ...args], more, folder.path)
  const documentOf = async (args: readonly string[], more?: Settings) => {
    const { code, stdout, stderr } = await run([...args, '--json'], more)
    return { code, document: JSON.parse(stdout || `"${stderr}"`) as DoctorDocument }
  }

  it('--json: a verdict, each domain, each finding with every key', async () => {
    const { code, document } = await documentOf([])
    expect(document).toMatchObject({
      started: expect.stringMatching(/Z$/),
      finished: expect.stringMatching(/Z$/),
      verdict: expect.toSatisfy((verdict) => VERDICTS.includes(verdict)),
      domains: [
        {
          domain: 'example.com',
          own: true,
          hosts: [{ host: 'mail.example.com', preference: 10, role: 'ours', addresses: ['127.0.0.1'] }],
          answers: null,
        },
      ],
    })
    for (const finding of document.findings) {
      expect(Object.keys(finding).toSorted()).toEqual(
        ['domain', 'id', 'message', 'reference', 'remedy', 'severity', 'why'].toSorted(),
      )
    }
    const hasErrors = document.findings.some(({ severity }) => severity === 'error')
    expect(code).toBe(hasErrors ? 1 : 0)
  })

  it('what is wrong, why it matters and what to do, in a text', async () => {
    const { code, stdout, stderr } = await run(['example.org'], { ...settings, MXHOME_DOMAINS: 'example.org' })
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/^example\.org: not reachable \(\d+ errors?/)
    expect(stdout).toMatch(/\n\nErrors\n {2}mx-missing: example\.org has no MX record/)
    expect(stdout).toMatch(/\n {6}Senders then try the address of the domain itself/)
    expect(stdout).toContain('\n   -> Add an MX record for example.org that names your mail host.\n')
    expect(stdout).not.toContain('\x1b')
  })

  it('--verbose: each question and its answer', async () => {
    const { stdout } = await run(['--verbose'])
    expect(stdout).toMatch(/\nAsked for example\.com\n/)
    expect(stdout).toMatch(/\n {2}MX of example\.com at [^\n]*\n {6}10 mail\.example\.com\n/)
    const { document } = await documentOf(['--verbose'])
    expect(document.domains[0]?.answers?.length).toBeGreaterThan(10)
  })

  it('a domain that is not configured, also in Unicode, is examined as anybody sees it', async () => {
    const { document } = await documentOf(['bücher.example', 'example.com'])
    expect(document.domains.map(({ domain, own }) => [domain, own])).toEqual([
      [IDN, false],
      ['example.com', true],
    ])
    expect(document.domains[0]?.verdict).toBe('not-reachable')
    expect(document.findings.map(({ id }) => id)).not.toContain('mx-elsewhere')
  })

  it('without any configuration; no folder is made', async () => {
    const state = join(folder.path, 'no-state')
    const { code, document } = await documentOf(['example.com'], { ...asking, MXHOME_STATE_DIR: state })
    expect([0, 1]).toContain(code)
    expect(document.domains).toMatchObject([{ own: false, hosts: [{ role: 'ours' }] }])
    expect(readdirSync(folder.path)).not.toContain('no-state')
  })

  it('75 when nothing could be examined, which is no error', async () => {
    const nobody = { ...settings, MXHOME_RESOLVERS: '127.0.0.1:9', MXHOME_NAMESERVERS: '127.0.0.1:9' }
    const { code, document } = await documentOf(['example.com'], nobody)
    expect([code, document.verdict]).toEqual([75, 'not-known'])
    expect(document.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('--list: every finding, without asking anybody', async () => {
    const { code, stdout, stderr } = await run(['--list'], {})
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^The MX\n {2}mx-missing\n {6}The domain has no MX record, or does not exist\./)
    const list = JSON.parse((await run(['--list', '--json'], {})).stdout)
    expect(list.findings.length).toBeGreaterThan(50)
  })

  it.each([
    [['com'], '"com" is not a mail domain'],
    [['co.uk'], "co.uk is nobody's mail domain"],
    [['203.0.113.7'], '"203.0.113.7" is an address'],
    [['2001:db8::1'], '"2001:db8::1" is an address'],
    [['anna@example.com'], 'give what stands behind the @'],
    [['https://example.com/'], 'without a scheme or a path'],
    [['example.com:25'], 'give the name alone, without a port'],
    [['*.example.com'], '"*.example.com" is not a mail domain'],
    [['exa..mple'], '"exa..mple" is not a mail domain'],
    [['--relay-test', 'hoster.net'], '--relay-test is for your own domains only'],
    [['--verbos'], 'Did you mean --verbose?'],
  ])('%j is usage', async (args, said) => {
    const { code, stdout, stderr } = await run(args)
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toContain(said)
  })

  it('no domain at all is usage; a wrong configuration is 78', async () => {
    const none = await run([], asking)
    expect([none.code, none.stdout]).toEqual([64, ''])
    expect(none.stderr).toContain('no domain is named: set MXHOME_DOMAINS')
    const wrong = await run(['example.com'], { ...asking, MXHOME_OUTBOUND: 'somehow' })
    expect([wrong.code, wrong.stdout]).toEqual([78, ''])
    expect(wrong.stderr).toContain('MXHOME_OUTBOUND')
  })
})

describe('the daemon', () => {
  let line: Awaited<ReturnType<typeof openDyndnsLine>>
  let daemon: Daemon | undefined
  const HOST = 'home.dyn.example'

  beforeAll(async () => {
    line = await openDyndnsLine([HOST])
    line.address('203.0.113.7')
    const mx = { type: 'MX', preference: 10, exchange: HOST } as const
    line.zone.write([...line.zone.at(Date.now()).records, { owner: 'dyn.example', ttl: 60, data: mx }])
  })
  afterEach(async () => {
    if (daemon && daemon.child.exitCode === null) await daemon.stop('SIGKILL')
  })
  afterAll(() => line.leave())

  it('examines the mail path after its first round, and shows it', async () => {
    const port = await freePort()
    const wishes = { MXHOME_DOMAINS: 'dyn.example', MXHOME_DOCTOR_INTERVAL: '1d', MXHOME_SCHEDULE: '*/2 * * * * *' }
    daemon = startDaemon({ ...line.settings, ...wishes }, line.folder.path, port)
    const { doctor } = await daemon.until('an examination', (status) => status.doctor !== null)
    expect(doctor).toMatchObject({ domains: [{ domain: 'dyn.example', own: true }] })
    const grave = doctor!.findings.filter(({ severity }) => severity === 'error' || severity === 'warn')
    const { checks } = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as { checks: object }
    for (const { domain, id } of grave) expect(checks).toHaveProperty([`${domain ?? 'mxhome'}:${id}`])
    const lines = () =>
      daemon!
        .log()
        .split('\n')
        .filter((text) => text.includes('the mail path: found')).length
    const said = lines()
    expect(said).toBeGreaterThanOrEqual(grave.length > 0 ? 1 : 0)
    const { started } = await daemon.status()
    await daemon.until('further rounds', (status) => Date.parse(status.started!) > Date.parse(started!) + 4000)
    expect(lines(), 'once').toBe(said)
  })

  it('examines nothing where nobody wants it', async () => {
    const port = await freePort()
    const wishes = { MXHOME_DOMAINS: 'dyn.example', MXHOME_SCHEDULE: '* * * * * *' }
    daemon = startDaemon({ ...line.settings, ...wishes }, line.folder.path, port)
    const { started } = await daemon.until('a round', (status) => status.started !== null)
    const later = await daemon.until('another', (status) => status.started !== started)
    expect(later.doctor).toBeNull()
  })
})
