import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bootContainer, type Container, until, whyNoContainer } from '../support/container.ts'
import { inSteps } from '../support/steps.ts'

const CHECKOUT = join(import.meta.dirname, '../..')
const UNIT = join(CHECKOUT, 'systemd/mxhome.service')
const HOST = 'mail.example.com'
const ENV_FILE = '/etc/mxhome/mxhome.env'
/** Prints what the health endpoint answers; exit status 1 unless that is a success. */
const ASK = `fetch('http://127.0.0.1:8245' + process.argv[1])
  .then(async (response) => { console.log(await response.text()); process.exitCode = response.ok ? 0 : 1 })`
const DROP_IN = '/etc/systemd/system/mxhome.service.d'

const reason = whyNoContainer()
const skipped = reason !== undefined && process.env.CI !== 'true'

describe('the unit file', () => {
  test('systemd finds nothing to say about it', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', UNIT], { encoding: 'utf8' })
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
  })

  test('exposes as little as a network daemon can', () => {
    execFileSync('systemd-analyze', ['security', '--threshold=20', '--offline=true', UNIT], { stdio: 'pipe' })
  })
})

describe.skipIf(skipped)(`under a real systemd${skipped ? ` (skipped: ${reason})` : ''}`, () => {
  let outside: string
  let machine: Container

  beforeAll(async () => {
    if (reason !== undefined) throw new Error(`no container can be booted here: ${reason}`)
    if (!existsSync(join(CHECKOUT, 'dist/mxhome.js'))) throw new Error('dist/mxhome.js is missing: npm run build')
    outside = mkdtempSync(join(tmpdir(), 'mxhome-systemd-'))
    machine = await bootContainer({
      readOnly: { '/opt/mxhome': CHECKOUT, '/opt/service': join(import.meta.dirname, 'machine') },
      writable: { '/srv': outside },
    })
    run('systemd-run', '--unit=provider', 'node', '/opt/service/provider.mjs', '8053', '5353', '/srv/updates')
    write(`${DROP_IN}/test.conf`, '[Service]\nWatchdogSec=4s\nTimeoutStartSec=10s\nTimeoutStopSec=5s\n')
  }, 300_000)

  afterAll(async () => {
    await machine?.stop()
    if (outside !== undefined) rmSync(outside, { recursive: true })
  })

  const run = (...command: string[]): string => {
    const { status, stdout, stderr } = machine.run(command)
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}\n${stdout}${stderr}${journal()}`)
    return stdout
  }
  const refusal = (...command: string[]) => {
    const { status, stderr } = machine.run(command)
    expect(status).toBe(1)
    return stderr
  }
  const write = (file: string, text: string) => {
    run('mkdir', '-p', file.slice(0, file.lastIndexOf('/')))
    machine.run(['tee', file], text)
  }
  const show = (...properties: string[]): Record<string, string> =>
    Object.fromEntries(
      run('systemctl', 'show', 'mxhome', `--property=${properties.join(',')}`)
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s) as [string, string]),
    )
  const journal = () => machine.run(['journalctl', '--unit=mxhome', '--output=cat', '--no-pager']).stdout
  const updates = () => {
    const file = join(outside, 'updates')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }
  const configure = (settings: Record<string, string> = {}) =>
    write(
      ENV_FILE,
      Object.entries({
        MXHOME_HOSTS: HOST,
        MXHOME_PROVIDER: 'dyndns2',
        DYNDNS2_BASE_URL: 'http://127.0.0.1:8053',
        DYNDNS2_USERNAME: 'home',
        DYNDNS2_PASSWORD: 'from-the-file',
        MXHOME_IP_SOURCES: 'static:203.0.113.7',
        MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
        MXHOME_NAMESERVERS: '127.0.0.1:5353',
        MXHOME_CONFIRM_TIMEOUT: '2s',
        ...settings,
      })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
  const ask = (path: string) => machine.run(['node', '-e', ASK, path])
  const roundDone = () => ask('/readyz').status === 0
  const anotherRound = async () => {
    const finished = () => JSON.parse(ask('/status').stdout).finished
    const before = finished()
    run('systemctl', 'kill', '--kill-whom=main', '--signal=USR1', 'mxhome')
    await until('another round is done', () => finished() !== before)
  }

  inSteps(journal)

  test('the installer refuses where the service could not run, and says why', () => {
    const install = '/opt/mxhome/systemd/install.sh'
    expect(refusal('setpriv', '--reuid=nobody', '--clear-groups', install)).toContain('this needs root')

    run('cp', '-r', '/opt/mxhome/systemd', '/run')
    expect(refusal('/run/systemd/install.sh')).toContain('/run/dist/mxhome.js is missing')

    write('/run/old/node', '#!/bin/sh\necho 18.20.4\n')
    run('chmod', '755', '/run/old/node')
    expect(refusal('env', 'PATH=/run/old:/usr/bin', install)).toContain('Node 18.20.4 at /run/old/node is too old')

    write('/root/node', '#!/bin/sh\necho 24.1.0\n')
    run('chmod', '755', '/root/node')
    expect(refusal('env', 'PATH=/root:/usr/bin', install)).toContain('the service could not see /root/node')
    expect(machine.run(['test', '-e', '/usr/lib/mxhome']).status).toBe(1)
  })

  test('is installed with an example configuration, readable by the service alone, and is not started', () => {
    const said = run('/opt/mxhome/systemd/install.sh')
    expect(said).toContain('The service was not started.')
    expect(said).toContain(`installed ${ENV_FILE}`)
    expect(run('stat', '--format=%A %U:%G %n', '/etc/mxhome', ENV_FILE, '/var/lib/mxhome').split('\n')).toEqual([
      'drwxr-x--- root:mxhome /etc/mxhome',
      `-rw-r----- root:mxhome ${ENV_FILE}`,
      'drwx------ mxhome:mxhome /var/lib/mxhome',
      '',
    ])
    expect(show('ActiveState', 'UnitFileState')).toEqual({ ActiveState: 'inactive', UnitFileState: 'disabled' })
  })

  test('a second installation keeps the configuration', () => {
    configure()
    expect(run('/opt/mxhome/systemd/install.sh')).toContain(`kept ${ENV_FILE}`)
    expect(run('cat', ENV_FILE)).toContain('static:203.0.113.7')
  })

  test('a wrong configuration ends the start for good: nothing is restarted that cannot mend itself', () => {
    configure({ MXHOME_QUORUM: 'many' })
    expect(refusal('systemctl', 'start', 'mxhome')).toContain('failed')
    expect(show('ActiveState', 'ExecMainStatus')).toEqual({ ActiveState: 'failed', ExecMainStatus: '78' })
    expect(journal()).toContain('MXHOME_QUORUM')
  })

  test('starts, says that it is ready, and does its first round', async () => {
    configure()
    run('systemctl', 'enable', '--now', 'mxhome')
    expect(show('ActiveState')).toEqual({ ActiveState: 'active' })
    await until('the first round is done', roundDone)
    expect(updates()).toEqual([`home:from-the-file ${HOST} 203.0.113.7`])
    expect(run('stat', '--format=%A %U', '/var/lib/mxhome/state.json').trim()).toBe('-rw------- mxhome')
  })

  test('feeds the watchdog: it outlives twice the time that it is given', async () => {
    const stamps = () => {
      const { ActiveEnterTimestampMonotonic: since, WatchdogTimestampMonotonic: fed } = show(
        ...['ActiveEnterTimestampMonotonic', 'WatchdogTimestampMonotonic'],
      )
      return (Number(fed) - Number(since)) / 1e6
    }
    await until('the watchdog has been fed for 9 s', () => stamps() > 9)
    expect(show('ActiveState', 'NRestarts')).toEqual({ ActiveState: 'active', NRestarts: '0' })
  })

  test('an administrator may run a round beside it: nothing in the state folder becomes root’s', () => {
    configure({ MXHOME_IP_SOURCES: 'static:203.0.113.8' })
    run('mxhome', 'update')
    expect(updates().at(-1)).toBe(`home:from-the-file ${HOST} 203.0.113.8`)
    expect(run('find', '/var/lib/mxhome', '!', '-user', 'mxhome')).toBe('')
  })

  test('a reload takes the new configuration without a restart', async () => {
    const before = show('MainPID')
    configure({ MXHOME_IP_SOURCES: 'static:203.0.113.9' })
    run('systemctl', 'reload', 'mxhome')
    await until('the new address has been sent', () => updates().length > 2)
    expect(updates().at(-1)).toBe(`home:from-the-file ${HOST} 203.0.113.9`)
    expect(show('MainPID')).toEqual(before)
  })

  test('a reload of a wrong configuration is reported, and the old one stays', async () => {
    const before = show('MainPID')
    const complaints = () => journal().split('MXHOME_QUORUM').length
    const old = complaints()
    configure({ MXHOME_IP_SOURCES: 'static:203.0.113.10', MXHOME_QUORUM: 'many' })
    run('systemctl', 'reload', 'mxhome')
    await until('the mistake is in the journal', () => complaints() > old)
    await anotherRound()
    expect(show('ActiveState', 'MainPID')).toEqual({ ActiveState: 'active', ...before })
    expect(updates()).toHaveLength(3)
  })

  test('stops cleanly within 5 s, and after a restart sends nothing twice', async () => {
    configure({ MXHOME_IP_SOURCES: 'static:203.0.113.9' })
    run('systemctl', 'stop', 'mxhome')
    expect(show('ActiveState', 'Result', 'ExecMainStatus')).toEqual({
      ...{ ActiveState: 'inactive', Result: 'success', ExecMainStatus: '0' },
    })
    run('systemctl', 'start', 'mxhome')
    await until('a round is done after the restart', roundDone)
    expect(updates()).toHaveLength(3)
  })

  test('is heard each time that it says it is ready, also on a busy machine', () => {
    const busy = [1, 2, 3, 4].map((nth) => `busy-${nth}.service`)
    for (const name of busy) run('systemd-run', `--unit=${name}`, 'sh', '-c', 'while :; do :; done')
    for (let times = 0; times < 8; times++) run('systemctl', 'restart', 'mxhome')
    run('systemctl', 'stop', ...busy)
    // What systemd says of a message whose sender was gone before it could look whose it was.
    expect(run('journalctl', '--output=cat', '--no-pager')).not.toContain('Cannot find unit for notify message')
  })

  test('takes a secret as a credential of systemd', async () => {
    const example = readFileSync(join(CHECKOUT, 'systemd/credentials.conf'), 'utf8')
    write(`${DROP_IN}/credentials.conf`, example.replaceAll('IONOS_API_KEY', 'DYNDNS2_PASSWORD'))
    write('/etc/mxhome/credentials/DYNDNS2_PASSWORD', 'from-a-credential\n')
    run('chmod', '600', '/etc/mxhome/credentials/DYNDNS2_PASSWORD')
    configure({ MXHOME_IP_SOURCES: 'static:203.0.113.11' })
    run('sed', '-i', '/DYNDNS2_PASSWORD/d', ENV_FILE)
    run('systemctl', 'daemon-reload')
    run('systemctl', 'restart', 'mxhome')
    await until('the update has been sent', () => updates().length > 3)
    expect(updates().at(-1)).toBe(`home:from-a-credential ${HOST} 203.0.113.11`)
  })

  test('runs by what init has written as root, which nobody else can read', async () => {
    write(
      ENV_FILE,
      `MXHOME_IP_SOURCES=static:203.0.113.12
MXHOME_ALLOW_ADDRESSES=203.0.113.0/24
MXHOME_RESOLVERS=127.0.0.1:5353
MXHOME_NAMESERVERS=127.0.0.1:5353
MXHOME_CONFIRM_TIMEOUT=2s
`,
    )
    run('rm', `${DROP_IN}/credentials.conf`, '/etc/mxhome/credentials/DYNDNS2_PASSWORD')
    write('/root/password', 'from-init\n')
    const answers = ['--domain=example.com', `--host=${HOST}`, '--provider=dyndns2', '--setting=username=home']
    const secret = ['--setting=server=http://127.0.0.1:8053', '--setting-file=password=/root/password']
    expect(run('mxhome', 'init', '--yes', ...answers, ...secret)).toContain('sudo systemctl enable --now mxhome')
    const modes = ['mxhome.yaml', 'credentials', 'credentials/DYNDNS2_PASSWORD'].map((path) => `/etc/mxhome/${path}`)
    expect(
      run('stat', '--format=%a %U %G', ...modes)
        .trim()
        .split('\n'),
    ).toEqual(['640 root mxhome', '750 root mxhome', '640 root mxhome'])
    run('systemctl', 'daemon-reload')
    run('systemctl', 'restart', 'mxhome')
    await until('the update has been sent', () => updates().at(-1) === `home:from-init ${HOST} 203.0.113.12`)
    expect(run('mxhome', 'config', 'check')).toContain('The configuration is right')
    run('rm', '-r', '/etc/mxhome/mxhome.yaml', '/etc/mxhome/credentials')
  })

  test('is removed without its configuration and state, and with --purge altogether', () => {
    const left = () => run('sh', '-c', 'find / -xdev -name "*mxhome*" -not -path "/opt/*" -not -path "/proc/*" | sort')
    expect(run('/opt/mxhome/systemd/uninstall.sh')).toContain('kept /etc/mxhome')
    expect(left().split('\n')).toEqual(['/etc/mxhome', ENV_FILE, DROP_IN, '/var/lib/mxhome', ''])
    run('/opt/mxhome/systemd/uninstall.sh', '--purge')
    expect(left()).toBe('')
    expect(machine.run(['id', 'mxhome']).status).toBe(1)
  })
})
