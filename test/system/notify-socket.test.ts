import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openNotifySocket, watchdogInterval } from '../../src/system/notify-socket.ts'

const has = (program: string) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const warned: unknown[] = []
const log = {
  debug() {},
  info() {},
  warn: (_message: string, fields?: unknown) => void warned.push(fields),
  error() {},
}
const PATH = process.env.PATH

/** Node cannot listen on a datagram socket. */
const MANAGER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(s.recv(4096).decode().strip().replace(chr(10), '|'), flush=True)
`

/** systemd-notify waits until the manager has closed the descriptor that comes with it. */
const BARRIER = 'BARRIER=1'

describe.skipIf(!has('python3') || !has('systemd-notify'))(
  'with a service manager (needs python3 and systemd-notify)',
  () => {
    let dir: string
    let manager: ChildProcess
    let heard: string[]
    let socket: string
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    beforeEach(async () => {
      warned.length = 0
      heard = []
      dir = mkdtempSync(join(tmpdir(), 'mxhome-notify-'))
      socket = join(dir, 'notify')
      manager = spawn('python3', ['-c', MANAGER, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
      manager.stdout!.on('data', (chunk) =>
        heard.push(
          ...String(chunk)
            .split('\n')
            .filter((line) => line !== '' && line !== BARRIER),
        ),
      )
      await until(() => heard.includes('listening'))
      heard.length = 0
    })
    afterEach(() => {
      manager.kill()
      rmSync(dir, { recursive: true, force: true })
    })

    it('hears each thing once and in order', async () => {
      const notify = openNotifySocket(log, { env: { NOTIFY_SOCKET: socket, PATH }, pid: 1 })
      notify.ready()
      notify.ready()
      notify.status('pass: 203.0.113.7')
      notify.status('pass: 203.0.113.7')
      notify.status('two\nREADY=0')
      notify.stopping()
      await until(() => heard.includes('STOPPING=1'))
      expect(heard).toEqual(['READY=1', 'STATUS=pass: 203.0.113.7', 'STATUS=two READY=0', 'STOPPING=1'])
      expect(warned).toEqual([])
    })

    it('the watchdog is fed while we live', async () => {
      const notify = openNotifySocket(log, {
        env: { NOTIFY_SOCKET: socket, PATH, WATCHDOG_USEC: '40000', WATCHDOG_PID: '7' },
        pid: 7,
      })
      let lives = true
      let asked = 0
      const feeding = notify.feed(() => {
        asked += 1
        return lives
      })
      await until(() => heard.length >= 2)
      expect(new Set(heard)).toEqual(new Set(['WATCHDOG=1']))
      lives = false
      const before = asked
      await until(() => asked > before + 1)
      notify.stopping()
      await until(() => heard.includes('STOPPING=1'))
      const fed = heard.length
      const then = asked
      await until(() => asked > then + 3)
      feeding.stop()
      expect(heard).toHaveLength(fed)
    })
  },
)

it('without a manager nothing is run', () => {
  const notify = openNotifySocket(log, { env: { WATCHDOG_USEC: '1000' }, pid: 7, program: '/no/such/program' })
  warned.length = 0
  notify.ready()
  notify.status('x')
  notify.stopping()
  notify.feed(() => true).stop()
  expect(warned).toEqual([])
})

it('a missing program is said once', async () => {
  warned.length = 0
  let said = () => {}
  const complaint = new Promise<void>((resolve) => {
    said = resolve
  })
  const telling = {
    ...log,
    warn(_message: string, fields?: unknown) {
      warned.push(fields)
      said()
    },
  }
  const notify = openNotifySocket(telling, { env: { NOTIFY_SOCKET: '/run/none' }, pid: 7, program: '/no/such/program' })
  notify.ready()
  notify.stopping()
  await complaint
  expect(warned).toEqual([{ problem: '/no/such/program could not be started: ENOENT' }])
})

it.each([
  [{ WATCHDOG_USEC: '300000000', WATCHDOG_PID: '7' }, 75_000],
  [{ WATCHDOG_USEC: '300000000' }, 75_000],
  [{ WATCHDOG_USEC: '300000000', WATCHDOG_PID: '8' }, undefined],
  [{ WATCHDOG_USEC: '0' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
  [{}, undefined],
])('interval of %j', (env, interval) => {
  expect(watchdogInterval(env, 7)).toBe(interval)
})
