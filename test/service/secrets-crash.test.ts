import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { canary, leaksIn } from '../support/canaries.ts'
import { startEchoService } from '../support/echo-service.ts'
import { freePort } from '../support/free-port.ts'
import { mxhome, openFolder, startDaemon } from '../support/program.ts'

/** A package whose request fails in a way that nobody catches, with all of the request on its error. */
const FAULTS = {
  'an exception': 'setTimeout(() => { throw error })',
  'a rejection': 'Promise.reject(error)',
  'no error at all': 'setTimeout(() => { throw JSON.stringify(given.headers) })',
}
const preload = (fault: string) => `import http from 'node:http'
const { request } = http
http.request = (given, ...rest) => {
  if (given.path.includes('/v1/zones')) {
    const error = Object.assign(new Error('broken: ' + JSON.stringify(given.headers)), { given })
    ${fault}
  }
  return request(given, ...rest)
}
`

let service: Awaited<ReturnType<typeof startEchoService>>
beforeAll(async () => {
  service = await startEchoService()
})
afterAll(() => service.close())

const settings = (file: string) => ({
  NODE_OPTIONS: `--import=${file}`,
  MXHOME_HOSTS: 'mail.example.com',
  MXHOME_PROVIDER: 'ionos',
  MXHOME_IP_SOURCES: 'static:192.0.2.1',
  MXHOME_ALLOW_ADDRESSES: '192.0.2.0/24',
  MXHOME_NAMESERVERS: '127.0.0.1:9',
  MXHOME_RESOLVERS: '127.0.0.1:9',
  MXHOME_LISTEN_TOKEN: canary('listenToken'),
  IONOS_API_KEY: canary('ionos', 'apiKey'),
  IONOS_BASE_URL: service.base,
})

it.each(Object.entries(FAULTS))(
  '%s that nobody catches is told without secrets, and ends with 75',
  async (_, fault) => {
    const folder = openFolder()
    try {
      const file = join(folder.path, 'preload.mjs')
      writeFileSync(file, preload(fault))
      const once = await mxhome(['update'], settings(file), folder.path)
      expect(once.stderr).toMatch(/this is a fault of mxhome, please report it: .*\*\*\*/s)
      expect(leaksIn(once.stdout + once.stderr)).toEqual([])
      expect(once.code).toBe(75)

      const port = await freePort()
      const daemon = startDaemon(settings(file), folder.path, port)
      try {
        await expect.poll(() => daemon.child.exitCode, { timeout: 30_000, interval: 50 }).toBe(75)
        expect(daemon.log()).toContain('this is a fault of mxhome')
        expect(leaksIn(daemon.log())).toEqual([])
      } finally {
        daemon.child.kill('SIGKILL')
      }
    } finally {
      folder.leave()
    }
  },
)

/** What users write into the wrong place, or in a wrong form. */
it.each([
  ['a proxy without its scheme', { IONOS_PROXY: 'anna:C4NARY@proxy.example:3128' }],
  ['a proxy of another scheme', { IONOS_PROXY: 'socks5://anna:C4NARY@proxy.example:1080' }],
  ['a base URL without its scheme', { IONOS_BASE_URL: 'anna:C4NARY@192.0.2.1' }],
  ['a source without its slashes', { MXHOME_IP_SOURCES: 'http:anna:C4NARY@192.0.2.1/ip' }],
  ['a source without http:', { MXHOME_IP_SOURCES: 'https://anna:C4NARY@192.0.2.1/ip' }],
  ['a source with a key', { MXHOME_IP_SOURCES: 'htp:https://192.0.2.1/ip?key=C4NARY' }],
  ['a name server', { MXHOME_NAMESERVERS: 'anna:C4NARY@192.0.2.1' }],
  ['a token with blanks', { MXHOME_LISTEN_TOKEN: 'C4NARY with blanks' }],
  ['a key of two lines', { IONOS_API_KEY: 'C4NARY1\nC4NARY2' }],
  ['a server', { MXHOME_PROVIDER: 'powerdns', POWERDNS_API_KEY: 'x', POWERDNS_SERVER: 'anna:C4NARY@two words' }],
])('%s: the problem is told without it', async (_, wrong) => {
  const folder = openFolder()
  try {
    const { NODE_OPTIONS, ...right } = settings('')
    for (const command of [['config', 'check'], ['config', 'show'], ['update'], ['status']]) {
      const { code, stdout, stderr } = await mxhome(command, { ...right, ...wrong }, folder.path)
      expect(leaksIn(stdout + stderr), `${command.join(' ')}\n${stderr}`).toEqual([])
      expect(code, stderr).toBe(78)
    }
  } finally {
    folder.leave()
  }
})
