import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { Rdata } from '../../src/dns/message.ts'
import { listen } from '../support/hostile-server.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

/** Sets a title, clears the screen, turns the writing round, hides, begins a line of its own, and is red in 8-bit terminals. */
const EVIL =
  '\x1b]0;evil\x07\x1b[2J\u202egnp\u2066\u200b\r\nmxhome: all is well\u2028{"level":"info"}\x9b31m\u0000\x7f\u{e0041}'
/** What a terminal obeys, and what turns or hides the text around it. */
const STEERS = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

describe('texts of strangers', () => {
  const folder = openFolder()
  let settings: Settings
  let answer = { status: 200, body: EVIL }
  const closers: (() => unknown)[] = []
  beforeAll(async () => {
    const { port, stop } = await listen(
      createServer((_, response) => response.writeHead(answer.status).end(answer.body)),
    )
    const label = [...Buffer.from(EVIL.slice(0, 20), 'latin1')].map((octet) => `\\${String(octet).padStart(3, '0')}`)
    const at = (owner: string, data: Rdata) => ({ owner, ttl: 60, data })
    const zone = createZone('example.com', [
      at('example.com', { type: 'SOA', mname: 'ns.example.com', rname: 'h.example.com', serial: 1, minimum: 60 }),
      at('example.com', { type: 'MX', preference: 10, exchange: `${label.join('')}.example.com` }),
      at('ip.example.com', { type: 'TXT', strings: [Buffer.from(EVIL, 'utf8').toString('latin1').slice(0, 200)] }),
    ])
    const server = await startNameServer({ zones: [zone] })
    closers.push(stop, server.close, folder.leave)
    const endpoint = describeEndpoint(server.endpoint)
    const url = `http://127.0.0.1:${port}`
    settings = {
      MXHOME_DOMAINS: 'example.com',
      MXHOME_HOSTS: 'anna.duckdns.org',
      MXHOME_PROVIDER: 'duckdns',
      MXHOME_ZONES: 'duckdns.org',
      DUCKDNS_TOKEN: 'a7c4d0ad-114e-40ef-ba1d-d217904a50f2',
      DUCKDNS_BASE_URL: url,
      MXHOME_RESOLVERS: endpoint,
      MXHOME_NAMESERVERS: endpoint,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_IP_SOURCES: `static:203.0.113.7, static:203.0.113.7, http:${url}/ip, dns:ip.example.com/TXT/IN@${endpoint}`,
      MXHOME_STATE_DIR: join(folder.path, 'state'),
      MXHOME_LOG_LEVEL: 'debug',
      MXHOME_CONFIRM_TIMEOUT: '1ms',
    }
  })
  afterAll(() => {
    for (const close of closers) close()
  })

  async function runs(args: readonly string[], more: Settings = {}) {
    const { stdout, stderr } = await mxhome(args, { ...settings, ...more }, folder.path)
    for (const [where, text] of Object.entries({ stdout, stderr })) {
      const found = STEERS.exec(text)
      expect(found && JSON.stringify(text.slice(Math.max(0, found.index - 40), found.index + 20)), where).toBeNull()
      expect(text, where).not.toMatch(/^mxhome: all is well/m)
    }
    return stdout + stderr
  }

  it.each([
    ['a body that cannot be read', { status: 200, body: EVIL }],
    ['a refusal', { status: 403, body: EVIL }],
    ['a web page', { status: 200, body: `<!doctype html><title>${EVIL}</title>` }],
    ['a word of the service beside other text', { status: 200, body: `OK\n${EVIL}\n203.0.113.9\nUPDATED` }],
  ])('%s steers no terminal and forges no line', async (_, given) => {
    answer = given
    const state = { MXHOME_STATE_DIR: join(folder.path, `state-${given.status}-${given.body.length}`) }
    const text = await runs(['--force'], { ...state, MXHOME_LOG_FORMAT: 'text' })
    expect(text).toContain('anna.duckdns.org')
    await runs(['--force', '--json'], { ...state, MXHOME_LOG_FORMAT: 'json' })
    const shown = [['status'], ['status', '--json'], ['history']]
    await Promise.all(shown.map((args) => runs(args, state)))
  })

  it.each([[['ip']], [['ip', '--json']], [['mx']], [['mx', '--json']]])('mxhome %j', async (args) => {
    answer = { status: 200, body: EVIL }
    expect(await runs(args)).toMatch(/203\.0\.113\.7|\\\\?027/)
  })

  it.each<[string, readonly string[], Settings]>([
    ['a host', ['update', EVIL.replaceAll('\0', '')], {}],
    ['a domain', ['mx', EVIL.replaceAll('\0', '')], {}],
    ['a provider', ['providers', EVIL.replaceAll('\0', '')], {}],
    ['a command', [EVIL.replaceAll('\0', '')], {}],
    ['an option', [`--${EVIL.replaceAll('\0', '')}`], {}],
    ['a file', ['config', 'check', '--config', EVIL.replaceAll('\0', '')], {}],
    ['a host in the settings', ['update'], { MXHOME_HOSTS: `mail.example.com${EVIL.replaceAll('\0', '')}` }],
    ['a source', ['ip'], { MXHOME_IP_SOURCES: `http://${EVIL.replaceAll('\0', '')}` }],
    ['a program', ['ip'], { MXHOME_IP_SOURCES: `command:${EVIL.replaceAll('\0', '')}` }],
    ['a folder', ['update'], { MXHOME_STATE_DIR: `/proc/${EVIL.replaceAll('\0', '')}` }],
    ['a token', ['update'], { DUCKDNS_TOKEN: EVIL.replaceAll('\0', '') }],
    ['a variable', ['update'], { [`MXHOME_X${EVIL.replaceAll('\0', '')}`]: 'x' }],
  ])('%s that the user was given by a stranger', async (_, args, more) => {
    await runs(args, more)
  })
})
