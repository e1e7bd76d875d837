import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

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
