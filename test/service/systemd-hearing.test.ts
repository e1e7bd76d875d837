import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { inside } from '../support/behind-router.ts'
import { bootContainer, type Container, until, whyNoContainer } from '../support/container.ts'
import { LAN, type NamespaceRouter, openNamespaceRouter, ROUTER_PROGRAMS } from '../support/namespace-router.ts'
import { inSteps } from '../support/steps.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const HOST = 'mail.example.com'
const PASSWORD = 'told-to-the-router'
const DROP_IN = '/etc/systemd/system/mxhome.service.d/credentials.conf'
const SETTINGS = {
  MXHOME_HOSTS: HOST,
  MXHOME_PROVIDER: 'dyndns2',
  DYNDNS2_BASE_URL: 'http://127.0.0.1:8053',
  DYNDNS2_USERNAME: 'home',
  DYNDNS2_PASSWORD: 'secret',
  MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
  MXHOME_NAMESERVERS: '127.0.0.1:5353',
  MXHOME_CONFIRM_TIMEOUT: '2s',
  MXHOME_DOCTOR_INTERVAL: 'off',
  MXHOME_LOG_LEVEL: 'debug',
  // Nothing but what is heard begins a round.
  MXHOME_SCHEDULE: '0 0 1 1 *',
  MXHOME_WATCH: 'auto',
  MXHOME_WATCH_INTERVAL: '1h',
}

const reason = whyNoContainer() ?? whyNoNamespaces([...ROUTER_PROGRAMS, 'curl'])
const skipped = reason !== undefined && process.env.CI !== 'true'
const name = 'in the sandbox of the shipped unit the service'

describe.skipIf(skipped)(skipped ? `${name} (left out: ${reason})` : name, () => {
  let outside: string
  let machine: Container
  let home: NamespaceRouter

  beforeAll(async () => {
    if (reason !== undefined) throw new Error(`it cannot be done here: ${reason}`)
    outside = mkdtempSync(join(tmpdir(), 'mxhome-hearing-'))
    machine = await bootContainer({
      readOnly: { '/opt/mxhome': resolve('.'), '/opt/service': resolve('test/service/machine') },
      writable: { '/srv': outside },
    })
    run('systemd-run', '--unit=provider', 'node', '/opt/service/provider.mjs', '8053', '5353', '/srv/updates')
    run('/opt/mxhome/systemd/install.sh')
  }, 300_000)
  afterAll(async () => {
    home?.stop()
    await machine?.stop()
    if (outside !== undefined) rmSync(outside, { recursive: true })
  })

  const journal = () => machine.run(['journalctl', '--unit=mxhome', '--output=cat', '--no-pager']).stdout
  const run = (...command: string[]): string => {
    const { status, stdout, stderr } = machine.run(command)
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}\n${stdout}${stderr}${journal()}`)
    return stdout
  }
  const ip = (...args: string[]) => run('ip', ...args)
  const write = (file: string, text: string) => {
    run('mkdir', '-p', file.slice(0, file.lastIndexOf('/')))
    machine.run(['tee', file], text)
  }
  const start = (settings: Record<string, string>) => {
    const lines = Object.entries({ ...SETTINGS, ...settings }).map(([key, value]) => `${key}=${value}\n`)
    write('/etc/mxhome/mxhome.env', lines.join(''))
    run('systemctl', 'daemon-reload')
    run('systemctl', 'restart', 'mxhome')
  }
  const published = (address: string) =>
    until(`${address} is published`, () => {
      const file = join(outside, 'updates')
      return existsSync(file) && readFileSync(file, 'utf8').trimEnd().endsWith(`${HOST} ${address}`)
    })
  const health = "fetch('http://127.0.0.1:8245/status').then(async (answer) => console.log(await answer.text()))"
  const status = () => JSON.parse(run('node', '-e', health)) as StatusDocument
  const ways = (): readonly string[] => (status().heard?.ways ?? []).map(({ by }) => by)
  /** At which addresses the service itself listens. */
  const sockets = (kind: '--udp' | '--tcp') => {
    const owner = `pid=${run('systemctl', 'show', 'mxhome', '--property=MainPID', '--value').trim()},`
    const all = run('ss', '--no-header', '--listening', '--numeric', '--processes', kind).split('\n')
    return all.filter((line) => line.includes(owner)).map((line) => line.split(/\s+/)[3])
  }

  inSteps(journal)

  it('hears the kernel, by an `ip monitor` of its own', async () => {
    const monitor = () => {
      const processes = run('systemctl', 'status', 'mxhome', '--full', '--lines=0', '--no-pager')
      return /(\d+) ip -o monitor link address route$/m.exec(processes)?.[1]
    }
    /** It has joined groups of the kernel's (netlink(7)). */
    const listens = (pid: string | undefined) =>
      run('cat', '/proc/net/netlink')
        .split('\n')
        .map((socket) => socket.split(/\s+/))
        .some(([, , owner, groups]) => owner === pid && Number.parseInt(groups!, 16) > 0)
    const address = (one: string) => {
      ip('address', 'flush', 'dev', 'wan0')
      ip('address', 'add', `${one}/24`, 'dev', 'wan0')
      ip('route', 'add', 'default', 'via', '203.0.113.1')
    }
    ip('link', 'add', 'wan0', 'type', 'veth', 'peer', 'name', 'wan1')
    for (const end of ['wan0', 'wan1']) ip('link', 'set', end, 'up')
    address('203.0.113.50')
    start({ MXHOME_IP_SOURCES: 'interface:wan0' })
    await published('203.0.113.50')
    await until('`ip monitor` listens', () => listens(monitor()))
    const before = monitor()
    // Two: while one monitor runs, mxhome itself looks but once.
    for (const one of ['203.0.113.51', '203.0.113.52']) {
      address(one)
      await published(one)
    }
    expect(monitor()).toBe(before)
    expect(ways()).toEqual(['kernel'])
    expect(journal()).toMatch(/a round starts.*kernel/)
    ip('link', 'del', 'wan0')
  })

  it('hears the router: its announcements and its UPnP events', async () => {
    home = openNamespaceRouter('5.9.1.7', [], machine.pid)
    const router = await home.startMiniupnpd()
    start({ MXHOME_IP_SOURCES: 'nat-pmp,upnp' })
    await published('5.9.1.7')
    await until('the router is subscribed to', () => router.said().some((line) => /addSubscriber\(/.test(line)))
    const groups = ['224.0.0.1:5350', '239.255.255.250:1900']
    await until('it is in both groups', () => groups.every((group) => sockets('--udp').includes(group)))
    expect(sockets('--tcp'), 'for events').toContainEqual(expect.stringMatching(`^${LAN.box}:`))
    home.changeWan('5.9.1.8')
    await published('5.9.1.8')
    await until('the router is heard by both ways', () => ['nat-pmp', 'upnp'].every((way) => ways().includes(way)))
    expect(status().unheard).toEqual([])
  })

  it('hears the router’s own client; its password is a credential', async () => {
    const example = readFileSync('systemd/credentials.conf', 'utf8')
    write(DROP_IN, example.replaceAll('IONOS_API_KEY', 'MXHOME_PUSH_PASSWORD'))
    write('/etc/mxhome/credentials/MXHOME_PUSH_PASSWORD', `${PASSWORD}\n`)
    run('chmod', '600', '/etc/mxhome/credentials/MXHOME_PUSH_PASSWORD')
    start({ MXHOME_IP_SOURCES: 'push', MXHOME_PUSH_LISTEN: LAN.box, MXHOME_PUSH_USERNAME: 'router' })
    await until('it listens', () => sockets('--tcp').includes(`${LAN.box}:8246`))
    const push = (space: string, password: string) => {
      const url = `http://${LAN.box}:8246/nic/update?hostname=${HOST}&myip=5.9.1.9`
      return inside(space, 'curl', '--silent', '--user', `router:${password}`, url).trim()
    }
    expect(push(home.router, 'guessed-by-somebody')).toBe('badauth')
    expect(push(home.router, PASSWORD)).toBe('good 5.9.1.9')
    await published('5.9.1.9')
    expect(push(home.box, PASSWORD)).toBe('nochg 5.9.1.9')
    expect(ways()).toContain('push')
  })
})
