import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Command } from '../../src/ports/exec.ts'
import { openExec } from '../../src/system/exec.ts'

const exec = openExec({
  PATH: '/usr/bin:/bin',
  HOME: '/home/me',
  LANG: 'C.UTF-8',
  NOTIFY_SOCKET: '/run/x',
  IONOS_API_KEY: 'secret',
})
const never = new AbortController().signal
const shell = (script: string, more: Partial<Command> = {}, signal = never) =>
  exec.run({ argv: ['sh', '-c', script], timeout: 20_000, maxBytes: 1000, ...more }, signal)
const failure = async (work: Promise<unknown>): Promise<Failure> => {
  const thrown = await work.catch((error: unknown) => error)
  if (!(thrown instanceof Failure)) throw new Error(`no Failure: ${JSON.stringify(thrown)}`)
  return thrown
}
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-exec-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const lives = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

it('where no file descriptor is left nothing is started, and the process goes on', () => {
  const child = `ulimit -n 64; exec "${process.execPath}" test/system/exec-child.ts`
  const outcomes: string[] = JSON.parse(execFileSync('sh', ['-c', child], { encoding: 'utf8' }))
  expect(outcomes).toHaveLength(2)
  for (const one of outcomes) expect(one).toMatch(/^network: true could not be started: E[MN]FILE$/)
})

it.each([
  [['/etc/hosts/program'], 'it is not there'],
  [['true', 'a\0secret'], 'its name or an argument holds a character that none can hold (NUL)'],
] as const)(
  'what the kernel or Node refuses at once is told like the rest, and no argument is (%j)',
  async (argv, why) => {
    const told = { kind: 'network', message: `${argv[0]} could not be started: ${why}` }
    expect(await failure(exec.run({ argv, timeout: 20_000, maxBytes: 1000 }, never))).toMatchObject(told)
    expect(await failure(exec.lines(argv, () => {}, never))).toMatchObject(told)
  },
)

describe('run', () => {
  it('hands back code, stdout and stderr', async () => {
    expect(await shell('echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
  })

  it('no shell: arguments arrive as they are', async () => {
    const argv = ['printf', '%s|', '$HOME', '; rm -rf /', '*', "a 'b'"] as const
    expect((await exec.run({ argv, timeout: 20_000, maxBytes: 1000 }, never)).stdout).toBe("$HOME|; rm -rf /|*|a 'b'|")
  })

  it('the environment holds PATH, HOME, LANG and no secret', async () => {
    const { stdout } = await exec.run({ argv: ['env'], timeout: 20_000, maxBytes: 1000 }, never)
    expect(stdout.trim().split('\n').sort()).toEqual([
      'HOME=/home/me',
      'LANG=C.UTF-8',
      'PATH=/usr/bin:/bin:/usr/sbin:/sbin',
    ])
  })

  it('input reaches stdin; a program that does not read it is no error', async () => {
    expect((await shell('cat', { input: 'hello' })).stdout).toBe('hello')
    expect((await shell('exit 0', { input: 'x'.repeat(500_000) })).code).toBe(0)
  })

  it('a program that is not there is named, its arguments are not', async () => {
    const failed = await failure(exec.run({ argv: ['/no/such/program', 'secret'], timeout: 1000, maxBytes: 10 }, never))
    expect(failed).toMatchObject({ kind: 'network', message: '/no/such/program could not be started: it is not there' })
    expect((await failure(exec.run({ argv: ['/etc/passwd'], timeout: 1000, maxBytes: 10 }, never))).message).toContain(
      'may not be executed',
    )
  })

  it('a time-out ends the program and what it has started', async () => {
    const pidFile = join(dir, 'pid')
    const failed = await failure(shell(`sleep 1000 & echo $! > ${pidFile}; wait`, { timeout: 1500 }))
    expect(failed).toMatchObject({ kind: 'network', message: 'sh was not done after 1.5 s' })
    await until(() => !lives(Number(readFileSync(pidFile, 'utf8'))))
  })

  it('an abort ends it', async () => {
    const pidFile = join(dir, 'pid2')
    const stop = new AbortController()
    const running = failure(shell(`echo $$ > ${pidFile}; exec sleep 1000`, {}, stop.signal))
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '')
    stop.abort()
    expect((await running).kind).toBe('cancelled')
    await until(() => !lives(Number(readFileSync(pidFile, 'utf8'))))
    expect((await failure(shell('true', {}, AbortSignal.abort()))).kind).toBe('cancelled')
  })

  it('too much output is refused', async () => {
    expect(await failure(shell('yes'))).toMatchObject({ kind: 'protocol', message: 'sh printed more than 1000 bytes' })
    expect((await shell('head -c 1000 /dev/zero')).stdout).toHaveLength(1000)
    expect((await shell('head -c 1000000 /dev/zero >&2; echo ok')).stderr.length).toBeLessThanOrEqual(65_536)
  })

  it('does not wait for a grandchild that keeps the output open', async () => {
    const pidFile = join(dir, 'pid3')
    expect(await shell(`sleep 1000 & echo $! > ${pidFile}; echo done`)).toMatchObject({ code: 0, stdout: 'done\n' })
    process.kill(Number(readFileSync(pidFile, 'utf8')))
  })

  it('a signal is a code above 128', async () => {
    expect((await shell('kill -9 $$')).code).toBe(137)
  })
})

describe('lines', () => {
  it('calls back line by line and resolves at the end', async () => {
    const seen: string[] = []
    await exec.lines(['sh', '-c', 'printf "a\\nb"; sleep 0.05; printf "c\\n\\nlast"'], (line) => seen.push(line), never)
    expect(seen).toEqual(['a', 'bc', '', 'last'])
  })

  it('ends with the signal', async () => {
    const stop = new AbortController()
    const seen: string[] = []
    await exec.lines(
      ['sh', '-c', 'while :; do echo tick; sleep 0.01; done'],
      (line) => {
        seen.push(line)
        if (seen.length === 3) stop.abort()
      },
      stop.signal,
    )
    expect(seen).toEqual(['tick', 'tick', 'tick'])
  })

  it('a program that is not there rejects', async () => {
    expect(await failure(exec.lines(['/no/such/program'], () => {}, never))).toMatchObject({ kind: 'network' })
  })
})
