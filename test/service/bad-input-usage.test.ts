import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HOST, openBadInput } from '../support/bad-input.ts'
import { describeWith } from '../support/needs.ts'
import { NODE, type Settings } from '../support/program.ts'

const { anew, folder, refusal, run, settings } = await openBadInput()

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
    [['mx', 'aply'], '"aply" is not a domain name', 'such as example.com'],
    [['mx', 'apply', 'exa..mple'], '"exa..mple" is not a domain name', 'such as example.com'],
    [['mx', 'apply', '--json'], "unknown option '--json'", 'mxhome --help'],
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
    const none = await refusal(75, ['update', 'mail.dyn.example'], { ...more, MXHOME_HOSTS: '' })
    expect(none).toContain('the targets are: none; the MX of dyn.example could not be')
  })

  it('the help of every command has an example, and the options that all of them take', async () => {
    const listed = (text: string) => [
      ...(/\nCommands:\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '').matchAll(/^ {2}([a-z]+)/gm),
    ]
    const helpOf = async (...path: string[]) => (await run([...path, '--help'])).stdout
    const paths = [[], ...listed(await helpOf()).map(([, name]) => [name!])].filter(([name]) => name !== 'help')
    for (const parent of ['config', 'mx']) {
      paths.push(...listed(await helpOf(parent)).map(([, name]) => [parent, name!]))
    }
    expect(paths.length).toBeGreaterThan(12)
    for (const path of paths.filter((path) => path[1] !== 'help')) {
      const help = await helpOf(...path)
      expect(help, path.join(' ')).toMatch(/\nExamples:\n {2}\$ mxhome/)
      expect(help, path.join(' ')).toContain('--env-file <file>')
      expect((await run(['help', ...path])).stdout).toBe(help)
      if (path.length === 2) expect((await run([path[0]!, 'help', path[1]!])).stdout).toBe(help)
    }
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
