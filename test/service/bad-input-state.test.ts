import { execFileSync } from 'node:child_process'
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
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DUCK, HOST, openBadInput, TOKEN } from '../support/bad-input.ts'
import { freePort } from '../support/free-port.ts'
import { NODE, type Settings } from '../support/program.ts'

const NOBODY = 65534
const asRoot = process.getuid?.() === 0 || process.env.CI === 'true'
const rootOnly = (name: string) => (asRoot ? name : `${name} (left out: needs root)`)

const { anew, at, command, daemonOf, file, folder, line, newAddress, refusal, run, settings } = await openBadInput()

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
    for (const args of [['status'], ['update', '--dry-run'], ['history'], ['ip']]) {
      expect((await run(args, more)).stderr, args.join(' ')).toContain(why)
      expect(readdirSync(state), 'what only reads writes nothing').toEqual(['state.json'])
      expect(readFileSync(join(state, 'state.json'), 'utf8')).toBe(text)
    }
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
    const next = newAddress()
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
    newAddress()
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
    const next = newAddress()

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
