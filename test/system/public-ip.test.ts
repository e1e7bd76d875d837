import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { openPublicIp } from '../../src/system/public-ip.ts'

const inside = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'] as const
const [unshare, ...args] = inside
const alone = spawnSync(unshare, [...args, 'true']).status === 0 // a network of its own: what is asked is asked in vain

/** The package asks by fetch, which goes through the environment's proxies where Node is told so (24 and later). */
const PROGRAM = `
  import { createServer } from 'node:net'
  import { openPublicIp } from './src/system/public-ip.ts'
  let connections = 0
  const proxy = createServer((socket) => { connections++; socket.end('HTTP/1.1 502 No\\r\\ncontent-length: 0\\r\\n\\r\\n') }).listen(8999, '127.0.0.1')
  const fetched = async () => {
    const before = connections
    await fetch('https://192.0.2.1/').catch(() => {})
    console.log(connections > before ? 'by the proxy' : 'directly')
  }
  await fetched()
  const stop = new AbortController()
  const asked = openPublicIp()('A', stop.signal).catch(() => {})
  await fetched()
  stop.abort()
  await asked
  process.exit(0)`

it.skipIf(!alone)('goes through no proxy of the environment', () => {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY']
  const proxies = Object.fromEntries(names.map((name) => [name, 'http://127.0.0.1:8999']))
  const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', NO_PROXY: 'localhost', ...proxies }
  const node = [process.execPath, '--no-warnings', '--input-type=module-typescript', '-e', PROGRAM]
  const { stdout, stderr } = spawnSync(unshare, [...args, ...node], { encoding: 'utf8', env, timeout: 20_000 })
  expect(stdout, stderr).toBe('by the proxy\ndirectly\n')
})

interface Attempt {
  readonly answer: (text: string) => void
  readonly fail: () => void
  readonly timeout: number
  readonly signal: AbortSignal
}

/** The package, whose attempts and whose pause end when the test says so. */
function asking() {
  const attempts: Attempt[] = []
  const stop = new AbortController()
  const ask = (options: { readonly timeout: number; readonly signal: AbortSignal }) =>
    new Promise<string>((answer, reject) => {
      attempts.push({ answer, fail: () => reject(new Error('nothing')), ...options })
      options.signal.addEventListener('abort', () => setImmediate(reject, options.signal.reason))
    })
  let later = () => {}
  const slept: number[] = []
  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      slept.push(ms)
      later = resolve
      signal.addEventListener('abort', () => resolve())
    })
  const ours = openPublicIp(async () => ({ publicIpv4: ask, publicIpv6: ask }), sleep)
  const answer = ours('A', stop.signal).catch((thrown: unknown) => thrown)
  const begun = (count: number) => expect.poll(() => attempts.length, { interval: 1 }).toBe(count)
  const second = async () => {
    await begun(1)
    later()
    await begun(2)
  }
  return { attempts, stop, slept, answer, begun, second }
}

it('a first answer that comes soon is the only one that is asked for', async () => {
  const { attempts, slept, answer, begun } = asking()
  await begun(1)
  attempts[0]?.answer('5.9.1.7')
  expect(await answer).toBe('5.9.1.7')
  expect([attempts.length, slept]).toEqual([1, [250]])
})

it.each([0, 1])('of two attempts the first answer counts, and the other is aborted (attempt %i)', async (nth) => {
  const { attempts, answer, second } = asking()
  await second()
  expect(attempts.map(({ timeout, signal }) => [timeout, signal.aborted])).toEqual([
    [10_000, false],
    [9750, false],
  ])
  attempts[nth]?.answer('5.9.1.7')
  expect(await answer).toBe('5.9.1.7')
  expect(attempts[1 - nth]?.signal.aborted).toBe(true)
})

it('one attempt that fails leaves it to the other; both are one Failure', async () => {
  const one = asking()
  await one.second()
  one.attempts[0]?.fail()
  one.attempts[1]?.answer('5.9.1.7')
  expect(await one.answer).toBe('5.9.1.7')

  const none = asking()
  await none.second()
  none.attempts[1]?.fail()
  none.attempts[0]?.fail()
  expect(await none.answer).toEqual(new Failure('network', 'public-ip found no IPv4 address'))
})

it('a refusal before that is the answer; nobody begins after a stop', async () => {
  const refused = asking()
  await refused.begun(1)
  refused.attempts[0]?.fail()
  expect(await refused.answer).toMatchObject({ kind: 'network' })

  const stopped = asking()
  await stopped.begun(1)
  stopped.stop.abort()
  expect(await stopped.answer).toMatchObject({ kind: 'cancelled' })
  expect([refused.attempts.length, stopped.attempts.length]).toEqual([1, 1])
})
