import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startCloudflare } from '../../src/demo/cloudflare-like.ts'
import { startIonos } from '../../src/demo/ionos-like.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { startBind } from '../support/bind.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needs.ts'
import { type Daemon, type Ended, mxhome, type Settings, startDaemon, startMxhome } from '../support/program.ts'
import { makeAuthority } from '../system/certificates.ts'

/** The machine's own, as `mxhome` takes it. */
const NODE = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath
const HOST = 'home.dyn.example'
const TOKEN = 'a7c4d0ad-114e-40ef-ba1d-d217904a50f2'
const DUCK: Settings = { MXHOME_HOSTS: 'anna.duckdns.org', MXHOME_PROVIDER: 'duckdns' }
const NOBODY = 65534
const asRoot = process.getuid?.() === 0 || process.env.CI === 'true'
const rootOnly = (name: string) => (asRoot ? name : `${name} (left out: needs root)`)

const line = await openDyndnsLine([HOST])
const { folder, settings } = line
afterAll(line.leave)
const at = (path: string) => join(folder.path, path)
const file = (path: string, text: string | Buffer, mode = 0o600) => {
  writeFileSync(at(path), text, { mode })
  chmodSync(at(path), mode)
}

/** Whatever was wrong: no stack trace, no secret, no escape sequence where nothing is a terminal. */
function proper(ended: Ended): Ended {
  const said = ended.stdout + ended.stderr
  expect(said).not.toMatch(/^\s+at .*:\d+/m)
  expect(said).not.toContain('fault of mxhome')
  expect(said).not.toContain('\x1b')
  for (const secret of [line.secret, TOKEN]) expect(said).not.toContain(secret)
  return ended
}

const run = async (args: readonly string[], more: Settings = {}, base = settings) =>
  proper(await mxhome(args, { ...base, ...more }, folder.path))

/** Refused before anything was done: the whole complaint on stderr, nothing on stdout. */
async function refusal(code: number, args: readonly string[], more: Settings = {}, base = settings): Promise<string> {
  const ended = await run(args, more, base)
  expect({ code: ended.code, stdout: ended.stdout }, ended.stderr).toEqual({ code, stdout: '' })
  return ended.stderr
}

/** Another program, or mxhome by another way than `node dist/mxhome.js`. */
async function command(file: string, args: readonly string[], env: Settings): Promise<Ended> {
  const child = spawn(file, args, { cwd: folder.path, env: { PATH: process.env.PATH, HOME: folder.path, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [code] = await once(child, 'close')
  return proper({ code, stdout, stderr })
}

/** What a failed test leaves running, or lying where every command would read it. */
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  rmSync(at('.env'), { force: true })
})
function daemonOf(more: Settings, port: number, base = settings): Daemon {
  const daemon = startDaemon({ ...base, ...more }, folder.path, port)
  running.push(daemon.child)
  return daemon
}
function started(args: readonly string[], all: Settings): ChildProcess {
  const child = startMxhome(args, all, folder.path)
  running.push(child)
  return child
}

let addresses = 0
/** A state folder of its own, and an address that the line has not had. */
function anew(): { readonly state: string; readonly more: Settings; readonly address: string } {
  const address = `203.0.113.${++addresses}`
  line.address(address)
  const state = at(`state-${addresses}`)
  return { state, more: { MXHOME_STATE_DIR: state }, address }
}

describe('the command line', () => {
  it.each([
    [['updte'], "unknown command 'updte'", 'Did you mean update?'],
    [['updte', '--force'], "unknown command 'updte'", 'Did you mean update?'],
    [['help', 'statsu'], "unknown command 'statsu'", 'Did you mean status?'],
    [['config', 'chek'], "unknown command 'chek'", 'Did you mean check?'],
    [['update', '--dryrun'], "unknown option '--dryrun'", 'Did you mean --dry-run?'],
    [['status', 'now'], "too many arguments for 'status'", 'mxhome --help'],
    [['--log-level', 'loud', 'status'], "'loud' is invalid", 'error, warn, info, debug'],
    [['--config'], "option '--config <file>' argument missing", 'mxhome --help'],
    [['providers', 'ion0s'], 'no provider "ion0s"', 'did you mean ionos?'],
    [['mx', 'exa..mple'], '"exa..mple" is not a domain name', 'such as example.com'],
    [['update', 'exa..mple'], '"exa..mple" is not a host name', 'such as mail.example.com'],
    [['mx'], 'no domain is named', 'MXHOME_DOMAINS'],
  ])('%j: usage', async (args, found, remedy) => {
    const said = await refusal(64, args)
    expect(said).toContain(`mxhome: `)
    expect(said).toContain(found)
    expect(said).toContain(remedy)
  })

  it('a host that is no target: which ones there are, and nothing done for the others', async () => {
    const { more, state } = anew()
    const said = await refusal(64, ['update', HOST, 'hmoe.dyn.example'], more)
    expect(said).toBe(
      `mxhome: hmoe.dyn.example is no target of this configuration; the targets are: ${HOST} (did you mean ${HOST}?)\n`,
    )
    expect(readdirSync(state)).toEqual([])
    expect(await refusal(64, ['--force', 'hmoe.dyn.example'], more)).toBe(said)
    expect(await refusal(64, ['update', '--json', 'hmoe.dyn.example'], more)).toBe(said)
  })

  it('a host that an MX may name, which cannot be looked up now: later', async () => {
    const more = { MXHOME_DOMAINS: 'dyn.example', MXHOME_RESOLVERS: '127.0.0.1:9', MXHOME_NAMESERVERS: '' }
    expect(await refusal(75, ['update', 'mail.dyn.example'], more)).toContain('the MX of dyn.example could not be')
  })

  it('the help of every command has an example, and the options that all of them take', async () => {
    const listed = (text: string) => [
      ...(/\nCommands:\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '').matchAll(/^ {2}([a-z]+)/gm),
    ]
    const helpOf = async (...path: string[]) => (await run([...path, '--help'])).stdout
    const paths = [[], ...listed(await helpOf()).map(([, name]) => [name!])].filter(([name]) => name !== 'help')
    paths.push(...listed(await helpOf('config')).map(([, name]) => ['config', name!]))
    expect(paths.length).toBeGreaterThan(12)
    for (const path of paths.filter((path) => path[1] !== 'help')) {
      const help = await helpOf(...path)
      expect(help, path.join(' ')).toMatch(/\nExamples:\n {2}\$ mxhome/)
      expect(help, path.join(' ')).toContain('--env-file <file>')
    }
  })
})

describe('the configuration', () => {
  const check = (more: Settings, base: Settings = {}) => refusal(78, ['config', 'check'], more, base)

  it('several wrong settings: all told at once', async () => {
    const said = await check({
      MXHOME_HOSTS: 'home..example',
      MXHOME_PROVIDER: 'duckdn',
      MXHOME_IPV4: 'yep',
      MXHOME_SCHEDULE: '* *',
      MXHOME_LISTEN: ':99999',
      MXHOME_CONFIRM_TIMEOUT: '2 fortnights',
      MXHOME_HOTS: 'home.example',
    })
    expect(said).toContain('The configuration has 7 errors.')
    expect(said).toContain(
      'MXHOME_PROVIDER\n  found     "duckdn"\n  expected  a provider\'s id\n  remedy    did you mean',
    )
    expect(said).toContain('did you mean MXHOME_HOSTS?')
    for (const found of ['"home..example"', '"yep"', '"* *"', '":99999"', '"2 fortnights"'])
      expect(said).toMatch(new RegExp(`found +${found.replace(/[*.]/g, '\\$&')}\n +expected +\\S`))
  })

  it('of an empty one: what to set', async () => {
    for (const command of [['update'], ['run'], ['status', '--json'], ['history'], ['ip']]) {
      const said = await refusal(78, command, { MXHOME_STATE_DIR: at('not-made') }, {})
      expect(said).toContain('set MXHOME_DOMAINS to your mail domain')
      expect(said).toContain('"mxhome providers" lists all')
    }
    expect(existsSync(at('not-made')), 'no folder is made').toBe(false)
  })

  it('a schedule that has a number out of range', async () => {
    expect(await check({ MXHOME_SCHEDULE: '99 * * * *' }, settings)).toContain('minutes 0-59')
  })

  it.each([
    ['an open bracket', 'domains: [example.com\nproviders:\n  - use: ionos\n', 'line 2, column 1'],
    ['a tab', 'hosts: home.example\n\tlisten: off\n', 'line 2, column 1'],
    ['a colon in a value', 'hosts: home.example: yes\n', 'line 1, column 8'],
  ])('YAML with %s: line and column', async (_what, text, where) => {
    file('broken.yaml', text)
    const said = await refusal(78, ['--config', 'broken.yaml', 'config', 'check'], {}, {})
    expect(said).toMatch(new RegExp(`^broken.yaml, ${where}\n +found .+\n +expected +valid YAML`, 'm'))
    expect(said, 'of what it lacks nobody knows').toContain('has 1 error.')
  })

  it('YAML with unknown keys: the nearest ones', async () => {
    file('keys.yaml', `host: anna.duckdns.org\nproviders:\n  - use: duckdns\n    tokn: ${TOKEN}\n`)
    const said = await refusal(78, ['--config', 'keys.yaml', 'config', 'check'], {}, {})
    for (const hint of ['did you mean hosts?', 'did you mean token?']) expect(said).toContain(hint)
  })

  it.each([
    ['nowhere.yaml', 'no such file'],
    ['a-folder', 'is a folder'],
    ['', '"": no such file'],
    ['utf-16', 'not in UTF-8'],
  ])('--config %s, --env-file %s: what is wrong with it', async (path, found) => {
    if (!existsSync(at('a-folder'))) mkdirSync(at('a-folder'))
    file('utf-16', Buffer.from('\uFEFFhosts: home.example\n', 'utf16le'))
    expect(await refusal(78, [`--config=${path}`, 'config', 'check'])).toContain(found)
    // Behind "--" node leaves the option to the program.
    const node = ['--', resolve('dist/mxhome.js'), `--env-file=${path}`, 'config', 'check']
    const { code, stdout, stderr } = await command(NODE, node, settings)
    expect({ code, stdout }, stderr).toEqual({ code: 78, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^mxhome: --env-file: .*${found}.*expected a text file`))
  })

  it.each([
    ['missing', undefined, 'no such file', 'correct the path'],
    ['empty', '', 'which is empty', 'a file that holds the value'],
    ['a blank line', ' \r\n', 'which is empty', 'a file that holds the value'],
    ['in a code page of Windows', Buffer.from('pa\xdfwort', 'latin1'), 'not in UTF-8', 'save it so'],
  ])('a secret file that is %s', async (name, text, found, remedy) => {
    const path = name.replaceAll(' ', '-')
    if (text !== undefined) file(path, text)
    const said = await check({ ...DUCK, DUCKDNS_TOKEN_FILE: path })
    expect(said).toContain(`DUCKDNS_TOKEN_FILE\n  found     ${path}`)
    for (const part of [found, remedy]) expect(said).toContain(part)
  })

  it('a secret file without an end', async () => {
    expect(await check({ ...DUCK, DUCKDNS_TOKEN_FILE: '/dev/zero' })).toContain('/dev/zero: larger than 1 MiB')
  })

  it('a secret file that others can read: a warning, and it works', async () => {
    file('open', TOKEN, 0o644)
    const { code, stdout, stderr } = await run(['config', 'check'], { ...DUCK, DUCKDNS_TOKEN_FILE: 'open' }, {})
    expect(stderr).toMatch(/^The configuration has 1 warning\.$/m)
    expect(stderr).toContain('chmod o-rwx open')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('The configuration is right') })
  })

  it('a secret file with the line end of Windows works', async () => {
    const { more, address } = anew()
    const { DYNDNS2_PASSWORD, ...others } = settings
    file('windows', `${DYNDNS2_PASSWORD}\r\n`)
    const { code } = await run(['update'], { ...more, DYNDNS2_PASSWORD_FILE: 'windows' }, others)
    expect({ code, holds: String(line.service.holds(HOST)) }).toEqual({ code: 0, holds: address })
  })
})

describe('the state folder', () => {
  it('missing, its parents as well: made, for its user alone', async () => {
    const { state, more } = anew()
    const deep = { ...more, MXHOME_STATE_DIR: join(state, 'in', 'a', 'folder') }
    expect((await run(['update'], deep)).code).toBe(0)
    expect((await run(['status'], deep)).stdout).toContain('is current')
    expect(execFileSync('stat', ['-c', '%a', deep.MXHOME_STATE_DIR], { encoding: 'utf8' })).toBe('700\n')
  })

  it('a file in its place: told, no request leaves, the file stays', async () => {
    const { state, more } = anew()
    writeFileSync(state, 'a letter')
    const { requests } = line.service.counters
    const { code, stdout, stderr } = await run(['update'], more)
    expect(code).toBe(75)
    expect(stdout).toContain('state-unwritable')
    expect(stderr).toContain('is no folder and cannot be made one: move away what is there, or name another stateDir')
    expect({ requests: line.service.counters.requests, text: readFileSync(state, 'utf8') }).toEqual({
      requests,
      text: 'a letter',
    })
  })

  it.each([
    ['half a document', '{"version":1,"salt":"x","targ', 'it is not JSON, or cut off'],
    ['nothing', '', 'it is empty'],
    ['something else', '{"version":1,"salt":"x","targets":[],"mx":{}}', 'targets is not what this program writes'],
  ])('a state file that holds %s: set aside whole, said so, and the work goes on', async (_what, text, why) => {
    const { state, more } = anew()
    mkdirSync(state)
    writeFileSync(join(state, 'state.json'), text)
    const { code, stderr } = await run(['update'], more)
    const [aside] = readdirSync(state).filter((name) => name.startsWith('state.json.damaged-'))
    expect({ code, kept: aside && readFileSync(join(state, aside), 'utf8') }).toEqual({ code: 0, kept: text })
    for (const part of [join(state, aside!), why]) expect(stderr).toContain(part)
  })

  it('a state file of a newer version: every command refuses, nothing is touched', async () => {
    const { state, more } = anew()
    mkdirSync(state)
    const text = '{"version":2,"salt":"x","targets":{},"mx":{}}'
    writeFileSync(join(state, 'state.json'), text)
    const { requests } = line.service.counters
    for (const args of [['update'], ['--force'], ['run'], ['status'], ['history']]) {
      const said = await refusal(78, args, more)
      expect(said).toBe(
        `mxhome: ${state}/state.json has version 2, this program knows 1: run the newer program, or name another stateDir\n`,
      )
    }
    expect(readdirSync(state)).toEqual(['state.json'])
    expect(readFileSync(join(state, 'state.json'), 'utf8')).toBe(text)
    expect(line.service.counters.requests).toBe(requests)
  })

  it('status and history where nothing is yet', async () => {
    const more = { ...anew().more, MXHOME_LISTEN: `127.0.0.1:${await freePort()}` }
    const status = await run(['status'], more)
    expect(status).toMatchObject({ code: 75, stderr: '' })
    expect(status.stdout).toContain('no daemon answers. Start one (mxhome run), or do one round (mxhome update).')
    expect(JSON.parse((await run(['status', '--json'], more)).stdout)).toMatchObject({ started: null, targets: [] })
    expect(await run(['status', '--quiet'], more)).toEqual({ code: 75, stdout: '', stderr: '' })
    expect(await run(['history'], more)).toEqual({ code: 0, stdout: 'No update has been made yet.\n', stderr: '' })
  })

  it('a history whose last line was cut off: that line is lost, no other', async () => {
    const { state, more, address } = anew()
    await run(['update'], more)
    appendFileSync(join(state, 'history.jsonl'), '{"at":1795634278414,"host":"home.dyn')
    expect(await run(['history'], more)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(address),
    })
    const next = `203.0.113.${++addresses}`
    line.address(next)
    await run(['update'], more)
    const entries = JSON.parse((await run(['history', '--json'], more)).stdout) as unknown
    expect(JSON.stringify(entries)).toMatch(new RegExp(`${next}.*${address}`))
  })

  it('a history that cannot be read is not an empty one', async () => {
    const { state, more } = anew()
    mkdirSync(join(state, 'history.jsonl'), { recursive: true })
    expect(await refusal(78, ['history'], more)).toBe(`mxhome: ${state}/history.jsonl cannot be read: EISDIR\n`)
  })
})

describe.skipIf(!asRoot)(rootOnly('a state folder that takes nothing'), () => {
  const mounted: string[] = []
  const mount = (path: string, options: string) => {
    if (!existsSync(path)) mkdirSync(path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path])
    mounted.push(path)
  }
  afterAll(() => {
    for (const path of mounted) execFileSync('umount', [path])
  })
  beforeAll(() => {
    // Another user has to find the program, wherever the checkout is.
    chmodSync(folder.path, 0o755)
    cpSync('dist', at('dist'), { recursive: true })
  })
  const asNobody = (args: readonly string[], more: Settings) => {
    const who = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
    return command('setpriv', [...who, NODE, at('dist/mxhome.js'), ...args], { ...settings, ...more })
  }

  it('read-only: told, no request leaves that could not be remembered', async () => {
    const { state, more } = anew()
    mount(state, 'size=1m')
    await run(['update'], more)
    const before = readFileSync(join(state, 'state.json'), 'utf8')
    execFileSync('mount', ['-o', 'remount,ro', state])
    line.address(`203.0.113.${++addresses}`)
    const { requests } = line.service.counters

    const { code, stdout, stderr } = await run(['update'], more)
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
    expect(stdout).toContain('the state could not be written')
    expect(stderr).toContain('lies on a read-only file system: mount it writable, or name another stateDir')
    expect(readFileSync(join(state, 'state.json'), 'utf8')).toBe(before)
    expect((await run(['status'], more)).stdout).toContain('this is what the state folder says')

    const port = await freePort()
    const daemon = daemonOf(more, port)
    const told = await daemon.until('a round is over', ({ finished }) => finished !== null)
    await daemon.stop()
    expect(told.health).not.toBe('pass')
    expect(daemon.log()).toContain('a second daemon would not be noticed')
  })

  it('full: told, no request leaves; free again: it goes on', async () => {
    const { state, more, address } = anew()
    mount(state, 'size=64k')
    await run(['update'], more)
    const before = readFileSync(join(state, 'state.json'), 'utf8')
    expect(() => writeFileSync(join(state, 'film'), Buffer.alloc(100_000))).toThrow('ENOSPC')
    const next = `203.0.113.${++addresses}`
    line.address(next)

    const { code, stdout, stderr } = await run(['update'], more)
    expect({ code, holds: String(line.service.holds(HOST)) }).toEqual({ code: 75, holds: address })
    expect(stdout).toContain('the state could not be written')
    expect(stderr).toContain(`no space is left for ${state}: free some`)
    expect(readFileSync(join(state, 'state.json'), 'utf8'), 'the old one is whole').toBe(before)

    rmSync(join(state, 'film'))
    expect((await run(['update'], more)).code).toBe(0)
    expect(String(line.service.holds(HOST))).toBe(next)
  })

  it("another user's: told what to do, nothing touched", async () => {
    const { state, more } = anew()
    await run(['update'], more)
    for (const args of [['update'], ['status'], ['run']]) {
      const { code, stderr } = await asNobody(args, more)
      expect({ code, stderr }).toEqual({
        code: 78,
        stderr: `mxhome: this user may not read ${state}/state.json: run it as the user whose folder it is: sudo -u mxhome mxhome ...\n`,
      })
    }
    const { state: empty, more: other } = anew()
    mkdirSync(empty, { mode: 0o755 })
    const { code, stdout } = await asNobody(['update'], other)
    expect({ code, left: readdirSync(empty) }).toEqual({ code: 75, left: [] })
    expect(stdout).toContain(`this user may not write in ${empty}`)
  })

  it('a configuration and a secret that this user may not read', async () => {
    file('private', TOKEN)
    const config = await asNobody(['--config', 'private', 'config', 'check'], {})
    expect(config).toMatchObject({ code: 78, stderr: expect.stringContaining('private: not readable for this user') })
    const secret = await asNobody(['config', 'check'], { ...DUCK, DUCKDNS_TOKEN_FILE: 'private' })
    expect(secret.code).toBe(78)
    expect(secret.stderr).toContain('let the user that mxhome runs as read it')
  })
})

describe('the daemon', () => {
  it('a second one on the same folder ends: it says who holds it', async () => {
    const { more } = anew()
    const port = await freePort()
    const first = daemonOf(more, port)
    await first.until('a round is over', ({ finished }) => finished !== null)
    const said = await refusal(75, ['run'], { ...more, MXHOME_LISTEN: 'off' })
    expect(said).toContain(
      `a daemon runs on ${more.MXHOME_STATE_DIR} already: mxhome run (process ${first.child.pid} on`,
    )
    expect(said).toContain('end that one first')
    expect(await first.stop()).toBe(0)
  })

  it('its port is in use: rounds go on, and status tells of the daemon that nobody hears', async () => {
    const { more, address } = anew()
    const port = await freePort()
    const stranger = await listening(
      createServer((_, response) => response.end('{"hello":"world"}')),
      port,
    )
    const daemon = daemonOf(more, port)
    await until(() => line.service.holds(HOST)?.[0] === address && daemon.log().includes('round finished'))
    expect(daemon.log()).toContain(`the health endpoint cannot listen on 127.0.0.1:${port}: the port is in use`)

    const here = { ...more, MXHOME_LISTEN: `127.0.0.1:${port}` }
    const { code, stdout, stderr } = await run(['status'], here)
    expect(code).toBe(0)
    expect(stdout).toContain('no daemon answers: this is what the state folder says')
    expect(stderr).toContain(`a daemon runs all the same, mxhome run (process ${daemon.child.pid} on`)
    expect(stderr).toContain(`it does not answer at 127.0.0.1:${port}: its log tells why`)
    expect(JSON.parse((await run(['status', '--json'], here)).stdout)).toMatchObject({ nextRound: null })
    await daemon.stop()
    stranger.closeAllConnections()
    stranger.close()
    expect((await run(['status'], here)).stderr).toBe('')
  })

  it('SIGHUP with a wrong configuration: one line tells all, the old one stays', async () => {
    const { more, address } = anew()
    const { DYNDNS2_PASSWORD, MXHOME_HOSTS, ...others } = settings
    const env = `MXHOME_HOSTS=${MXHOME_HOSTS}\nDYNDNS2_PASSWORD=${DYNDNS2_PASSWORD}\n`
    file('.env', env)
    const daemon = daemonOf(more, await freePort(), others)
    await daemon.until('a round is over', ({ finished }) => finished !== null)
    file('.env', `${env}MXHOME_QUORUM=none\nMXHOME_HOTS=x\n`)
    daemon.child.kill('SIGHUP')
    await until(() => daemon.log().includes('the old one stays in force'))
    const told = daemon
      .log()
      .split('\n')
      .find((text) => text.includes('the old one stays in force'))
    expect(JSON.parse(told!)).toMatchObject({
      level: 'error',
      problems: [
        'MXHOME_QUORUM: found "none"; expected a whole number from 1 to 100',
        'MXHOME_HOTS: found an unknown variable; expected the name of a setting; did you mean MXHOME_HOSTS?',
      ],
    })
    const next = `203.0.113.${++addresses}`
    line.address(next)
    daemon.child.kill('SIGUSR1')
    await until(() => line.service.holds(HOST)?.[0] === next)

    file('.env', env)
    daemon.child.kill('SIGHUP')
    await until(() => daemon.log().includes('configuration read again'))
    expect(await daemon.stop()).toBe(0)
    proper({ code: 0, stdout: '', stderr: daemon.log() })
    expect(address).not.toBe(next)
    for (const text of daemon.log().trim().split('\n')) expect(() => JSON.parse(text), text).not.toThrow()
  })
})

describe('the network', () => {
  it.each([
    ['nothing listens', () => ({ DYNDNS2_BASE_URL: 'http://127.0.0.1:9' }), 'the connection was refused'],
    ['a name that does not exist', () => ({ DYNDNS2_BASE_URL: 'http://dyn.invalid' }), 'its name does not exist'],
    [
      'no TLS there',
      () => ({ DYNDNS2_BASE_URL: line.service.url.replace('http', 'https') }),
      'does not speak TLS there',
    ],
  ])('the service: %s', async (_what, more, found) => {
    const own = anew()
    const { code, stdout } = await run(['update'], { ...own.more, ...more() })
    expect(code).toBe(75)
    expect(stdout).toContain(found)
    expect(stdout).toMatch(/again at \d\d:\d\d/)
  })

  it('the resolver is down: told, the address is not lost', async () => {
    const { more, address } = anew()
    const down = { ...more, MXHOME_RESOLVERS: '127.0.0.1:9', MXHOME_NAMESERVERS: '', MXHOME_DOMAINS: 'dyn.example' }
    const { code, stdout } = await run(['update'], down)
    expect(code).toBe(75)
    expect(stdout).toContain(
      'mx-unknown: the MX of dyn.example could not be looked up: name server 127.0.0.1:9 refuses',
    )
    expect(stdout).toContain('MXHOME_RESOLVERS')
    expect(stdout).toContain(address)
  })

  it.each([
    [
      'are all down',
      'http:http://127.0.0.1:9/, command:false, command:nosuchprogram',
      ['the connection was refused', 'ended with exit code 1', 'nosuchprogram could not be started: it is not there'],
    ],
    ['disagree', 'static:203.0.113.7, static:203.0.113.8', ['the sources disagree (static:203.0.113.7: 203.0.113.7; ']],
    [
      'give an address of carrier-grade NAT',
      'command:echo 100.64.3.4',
      [
        '100.64.3.4 is not public: Shared Address Space (100.64.0.0/10, RFC 6598), carrier-grade',
        'ask the ISP for a public address',
      ],
    ],
    [
      'give a private address',
      'static:192.168.178.20',
      ['Private-Use (192.168.0.0/16, RFC 1918)', 'MXHOME_IP_SOURCES=auto'],
    ],
    ['give no address', 'command:echo hello', ['the answer holds no IPv4 address, expected exactly one']],
  ])('the address sources %s: nothing is sent, each is told of', async (_what, sources, parts) => {
    const { more } = anew()
    const { requests } = line.service.counters
    const { code, stdout } = await run(['update'], { ...more, MXHOME_IP_SOURCES: sources })
    const text = stdout.replaceAll(/\s+/g, ' ')
    for (const part of ['the IPv4 address is unknown', ...parts]) expect(text).toContain(part)
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
    const asked = await run(['ip'], { ...more, MXHOME_IP_SOURCES: sources })
    expect(asked).toMatchObject({ code: 75, stdout: expect.stringContaining('IPv4: unknown') })
  })
})

describeWith(['openssl'], 'a certificate', () => {
  let authority: ReturnType<typeof makeAuthority>
  beforeAll(() => {
    authority = makeAuthority()
    file('own.pem', '')
  })
  afterAll(() => rmSync(authority.dir, { recursive: true }))

  /** The service behind TLS; what it is asked goes to the strict one. */
  const behind = async (certificate: { readonly cert: string; readonly key: string }) => {
    const server = createTlsServer(certificate, async ({ url, headers }, response) => {
      const { authorization = '', 'user-agent': agent = '' } = headers
      const answer = await fetch(line.service.url + url, { headers: { authorization, 'user-agent': agent } })
      response.writeHead(answer.status).end(await answer.text())
    })
    const port = await freePort()
    await listening(server, port)
    return { url: `https://127.0.0.1:${port}`, close: () => server.closeAllConnections() ?? server.close() }
  }

  it.each([
    ['expired', () => authority.issue('IP:127.0.0.1', '20200101000000Z', '20210101000000Z'), 'has expired'],
    ['not valid yet', () => authority.issue('IP:127.0.0.1', '20980101000000Z'), 'is not valid yet'],
    ['for another name', () => authority.issue('DNS:other.example'), 'is for another name: DNS:other.example'],
  ])('%s: not trusted, nothing sent', async (_what, make, found) => {
    const service = await behind(make())
    const { requests } = line.service.counters
    const { more } = anew()
    const trusted = { DYNDNS2_BASE_URL: service.url, DYNDNS2_CA_BUNDLE: authority.caFile }
    const { code, stdout } = await run(['update'], { ...more, ...trusted })
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
    expect(stdout).toContain(`its certificate ${found}`)
    service.close()
  })

  it.each([
    ['of an authority of their own', () => authority.issue('IP:127.0.0.1'), 'comes from an unknown authority'],
    ['self-signed', () => authority.selfSigned('IP:127.0.0.1'), 'is self-signed'],
  ])('%s: caBundle makes it work', async (_what, make, found) => {
    const certificate = make()
    const service = await behind(certificate)
    const { more, address } = anew()
    const refused = await run(['update'], { ...more, DYNDNS2_BASE_URL: service.url })
    expect(refused.stdout).toContain(`its certificate ${found}; if that is right, name it by caBundle`)
    expect(refused.code).toBe(75)

    file('own.pem', certificate.cert + readFileSync(authority.caFile, 'utf8'))
    const trusted = { ...more, DYNDNS2_BASE_URL: service.url, DYNDNS2_CA_BUNDLE: 'own.pem' }
    expect((await run(['--force'], trusted)).code).toBe(0)
    expect(String(line.service.holds(HOST))).toBe(address)
    service.close()
  })

  it('a bundle that is none', async () => {
    file('own.pem', 'hello')
    const said = await refusal(78, ['config', 'check'], { DYNDNS2_CA_BUNDLE: 'own.pem' })
    expect(said).toContain('own.pem, which holds no certificate')
    expect(await refusal(78, ['config', 'check'], { DYNDNS2_CA_BUNDLE: 'none.pem' })).toContain(
      'none.pem: no such file',
    )
  })
})

describe('a zone', () => {
  const told = async (more: Settings, code = 1) => {
    const ended = await run(['update'], { ...anew().more, ...more })
    expect(ended.code, ended.stdout + ended.stderr).toBe(code)
    return ended.stdout + ended.stderr
  }

  it('outside those of the account: configuration', async () => {
    const said = await told({ MXHOME_ZONES: 'example.net' }, 78)
    expect(said).toContain(`${HOST}, outside the zones of every account`)
    expect(said).toContain('add its zone to MXHOME_ZONES')
  })

  it('that the account at IONOS does not hold, or may not change', async () => {
    const zones = { 'example.net': [], 'copied.example': [] }
    const service = await startIonos({ apiKey: TOKEN, zones, slaves: ['copied.example'] })
    const account = { MXHOME_PROVIDER: 'ionos', IONOS_API_KEY: TOKEN, IONOS_BASE_URL: service.url }
    const { DYNDNS2_BASE_URL, DYNDNS2_USERNAME, DYNDNS2_PASSWORD, ...others } = settings
    const at = (host: string) => run(['update'], { ...anew().more, ...account, MXHOME_HOSTS: host }, others)
    const missing = await at('mail.example.org')
    expect(missing).toMatchObject({ code: 1, stdout: expect.stringContaining('holds no zone for mail.example.org') })
    const copied = await at('mail.copied.example')
    expect(copied).toMatchObject({ code: 1, stdout: expect.stringContaining('copied from another server') })
    expect(service.requests.filter((request) => !request.startsWith('GET'))).toEqual([])
    await service.stop()
  })

  it('that the account at Cloudflare does not hold', async () => {
    const apiToken = 'Token-0123456789-0123456789-0123456789-01'
    const service = await startCloudflare({ apiToken, zones: { 'example.net': [] } })
    const { DYNDNS2_BASE_URL, DYNDNS2_USERNAME, DYNDNS2_PASSWORD, ...others } = settings
    const account = { MXHOME_PROVIDER: 'cloudflare', CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_BASE_URL: service.url }
    const { code, stdout } = await run(
      ['update'],
      { ...anew().more, ...account, MXHOME_HOSTS: 'mail.example.org' },
      others,
    )
    expect(code, stdout).toBe(1)
    expect(stdout).toMatch(/no zone|holds no/)
    expect(stdout).not.toContain(apiToken)
    await service.stop()
  })
})

describeWith(['named', 'dig', 'nsupdate'], 'a zone at BIND', () => {
  it.each([
    ['is not there', {}, 'mail.example.org', 'does not answer for mail.example.org (REFUSED)'],
    [
      'asks for another secret',
      { RFC2136_KEY_SECRET: Buffer.alloc(32, 'x').toString('base64') },
      'mail.example.net',
      'BADSIG',
    ],
    ['knows no such key', { RFC2136_KEY_NAME: 'hmoe' }, 'mail.example.net', 'it knows no key hmoe'],
  ])('%s', async (_what, wrong, host, found) => {
    const key = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 'k').toString('base64') }
    const bind = await startBind({ zones: [{ apex: 'example.net' }], keys: [key] })
    const before = await bind.axfr('example.net')
    const account = {
      MXHOME_PROVIDER: 'rfc2136',
      RFC2136_SERVER: `${bind.endpoint.address}:${bind.endpoint.port}`,
      RFC2136_KEY_NAME: 'home',
      RFC2136_KEY_SECRET: key.secret,
      MXHOME_HOSTS: host,
      ...wrong,
    }
    const { DYNDNS2_BASE_URL, DYNDNS2_USERNAME, DYNDNS2_PASSWORD, ...others } = settings
    const { code, stdout } = await run(['update'], { ...anew().more, ...account }, others)
    expect({ code, found: stdout.includes(found) }, stdout).toEqual({ code: 1, found: true })
    expect(stdout).not.toContain(account.RFC2136_KEY_SECRET)
    expect(await bind.axfr('example.net')).toEqual(before)
    await bind.stop()
  })
})

describe('ends that come early', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while the service is silent: 75 soon, the intent is kept',
    async (signal) => {
      const { more, state, address } = anew()
      let asked = false
      const port = await freePort()
      const silent = await listening(
        createServer(() => {
          asked = true
        }),
        port,
      )
      const there = { ...settings, ...more, DYNDNS2_BASE_URL: `http://127.0.0.1:${port}` }
      const child = started(['update', '--json'], there)
      const texts = { stdout: '', stderr: '' }
      child.stdout!.on('data', (chunk) => (texts.stdout += chunk))
      child.stderr!.on('data', (chunk) => (texts.stderr += chunk))
      await until(() => asked)
      child.kill(signal)
      const [code] = await once(child, 'close')
      proper({ code, ...texts })
      expect(code).toBe(75)
      expect((JSON.parse(texts.stdout) as RoundDocument).targets[0]).toMatchObject({ outcome: 'unknown' })
      silent.closeAllConnections()
      silent.close()
      const memory = JSON.parse(readFileSync(join(state, 'state.json'), 'utf8')) as { targets: Record<string, unknown> }
      expect(memory.targets[`dyndns2 ${HOST} A`]).toMatchObject({ intent: { addresses: [address] } })
      expect(readdirSync(state).filter((name) => name.endsWith('.new'))).toEqual([])
    },
  )

  it('SIGINT while a source is asked: nothing was sent, 75', async () => {
    const { more } = anew()
    const asked = at('asked')
    file('slow', `#!/bin/sh\ntouch ${asked}\nexec sleep 60\n`, 0o700)
    const { requests } = line.service.counters
    const slow = { ...settings, ...more, MXHOME_IP_SOURCES: `command:${at('slow')}` }
    const child = started(['update'], slow)
    let stderr = ''
    child.stderr!.on('data', (chunk) => (stderr += chunk))
    await until(() => existsSync(asked))
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    expect(proper({ code, stdout: '', stderr }).stderr).toBe('mxhome: the round was ended\n')
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
  })

  it('a reader that has gone: no complaint, and the update is made', async () => {
    const { more, address } = anew()
    const shell = `exec 3>&1; { ${NODE} ${resolve('dist/mxhome.js')} update; echo "code $?" >&3; } | true`
    const { stdout, stderr } = await command('sh', ['-c', shell], { ...settings, ...more })
    expect({ stdout, stderr }).toEqual({ stdout: 'code 0\n', stderr: '' })
    expect(String(line.service.holds(HOST))).toBe(address)
  })

  it('an answer that could not be written is told', async () => {
    const shell = `${NODE} ${resolve('dist/mxhome.js')} providers > /dev/full`
    const { code, stderr } = await command('sh', ['-c', shell], settings)
    expect({ code, stderr }).toEqual({
      code: 75,
      stderr: 'mxhome: the answer could not be written: no space is left\n',
    })
  })
})

describeWith(['script'], 'on a terminal', () => {
  const typed = (words: string, more: Settings = {}) => {
    const env = { PATH: process.env.PATH, HOME: folder.path, ...settings, ...anew().more, ...more }
    const line = `${NODE} ${resolve('dist/mxhome.js')} ${words}`
    return new Promise<string>((done) => {
      execFile('script', ['-qec', line, '/dev/null'], { cwd: folder.path, env }, (_, stdout) => done(stdout))
    })
  }
  it('colours; NO_COLOR, --no-color and --json: none', async () => {
    expect(await typed('update')).toContain('\x1b[')
    expect(await typed('update', { NO_COLOR: '1' })).not.toContain('\x1b')
    expect(await typed('--no-color update')).not.toContain('\x1b')
    expect(JSON.parse(await typed('update --json'))).toMatchObject({ findings: [] })
  })
})

async function until(meets: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !meets(); tries++) await pause(20)
  expect(meets(), 'met within 12 s').toBe(true)
}

async function listening<S extends Server>(server: S, port: number): Promise<S> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
