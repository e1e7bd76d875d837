import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { canary, leaksIn, plant } from '../support/canaries.ts'
import { type Mode, startEchoService } from '../support/echo-service.ts'
import { freePort } from '../support/free-port.ts'
import { mxhome, openFolder, startDaemon } from '../support/program.ts'

/** Every command that reads the configuration; each with what it may be asked for. */
const COMMANDS: readonly (readonly string[])[] = [
  ['config', 'show'],
  ['config', 'check'],
  ['config', 'schema'],
  ['status'],
  ['status', '--json'],
  ['ip'],
  ['ip', '--json'],
  ['mx'],
  ['mx', '--json'],
  ['doctor', '--verbose'],
  ['doctor', '--json', '--verbose'],
  ['doctor', '--list'],
  ['history'],
  ['history', '--json'],
  ['providers'],
  ['providers', 'ionos', '--json'],
  ['update', '--dry-run'],
  ['update', '--dry-run', '--json'],
]
const MODES: readonly Mode[] = [
  ...[200, 302, 401, 500].map((status) => ({ status, form: 'text' }) as const),
  ...[200, 401, 422].map((status) => ({ status, form: 'json' }) as const),
  ...[200, 500].map((status) => ({ status, form: 'xml' }) as const),
  { status: 0, form: 'cut' },
]

/** Those that can write MX records over HTTP. */
const MX_WRITERS = ['ionos', 'cloudflare', 'desec', 'hetzner-cloud', 'netcup', 'powerdns', 'rfc2136']

let service: Awaited<ReturnType<typeof startEchoService>>
beforeAll(async () => {
  service = await startEchoService()
})
afterAll(() => service.close())

const token = canary('listenToken')

/** Everything that the program leaves behind in a folder, as one text. */
function leftIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'mxhome.yaml' && statSync(join(folder, name)).isFile())
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`)
    .join('\n')
}

/** A folder with a configuration that holds a canary in every secret, of every adapter. */
async function prepare(urls: boolean, port: number) {
  const folder = openFolder()
  const watcher = join(folder.path, 'watcher')
  // What the children of the program may be seen with, by every user of the machine and by those of this one.
  writeFileSync(watcher, '#!/bin/sh\ncat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline >> "$0.seen"\nexit 1\n')
  chmodSync(watcher, 0o755)
  const { accounts, hosts } = await plant(service.base, watcher, urls)
  const source = service.base.replace('//', `//anna:${encodeURIComponent(canary('source'))}@`)
  const onlyToken = service.base.replace('//', `//${canary('user').replace(/\W/g, '')}@`)
  const config = {
    domains: ['ionos.example'],
    hosts,
    providers: accounts,
    ipv6: true,
    ipSources: [
      ...['static:203.0.113.7', 'static:2001:db8::7', `command:${watcher}`],
      ...[`http:${source}/ip?key=${canary('query').replace(/\W/g, '')}`, `http:${onlyToken}/ip`],
    ],
    quorum: 1,
    allowAddresses: ['203.0.113.0/24', '2001:db8::/32'],
    resolvers: ['127.0.0.1:9'],
    nameservers: ['127.0.0.1:9'],
    confirmTimeout: '50ms',
    listen: `127.0.0.1:${port}`,
    listenToken: token,
    push: { listen: `127.0.0.1:${await freePort()}`, username: 'router', password: canary('push') },
    dqsKey: canary('dqsKey').replace(/\W|_/g, ''),
    prober: service.base.replace('//', `//${encodeURIComponent(canary('prober'))}@`),
    log: { level: 'debug', format: urls ? 'json' : 'text' },
  }
  const path = join(folder.path, 'mxhome.yaml')
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  return { ...folder, watcher, config, yaml: path }
}

describe.each([
  ['in the settings', false],
  ['also in the addresses of service and proxy', true],
])('secrets %s', (_, urls) => {
  it('no command shows one, whatever the services answer', { timeout: 300_000 }, async () => {
    const folder = await prepare(urls, await freePort())
    try {
      const shown: string[] = []
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await mxhome([...args, '--log-level', 'debug'], {}, folder.path)
        expect(code, `${args.join(' ')}\n${stderr}`).not.toBe(78)
        const text = `${stdout}\n${stderr}\n${leftIn(folder.path)}`
        expect.soft(leaksIn(text), `${args.join(' ')}`).toEqual([])
        shown.push(text)
      }
      for (const mode of MODES) {
        service.answers(mode)
        const before = service.requests()
        await run('update', '--force', ...(mode.status === 200 ? [] : ['--json']))
        expect(service.requests() - before, JSON.stringify(mode)).toBeGreaterThan(10)
      }
      for (const command of COMMANDS) await run(...command)
      expect(shown.join('\n')).toContain('***')
      expect(readFileSync(`${folder.watcher}.seen`, 'utf8')).toContain('PATH=')
    } finally {
      folder.leave()
    }
  })

  it('nor does the command that writes MX records', { timeout: 300_000 }, async () => {
    const folder = await prepare(urls, await freePort())
    const zone = createZone('example', [
      { owner: 'mx.example', ttl: 60, data: { type: 'A', address: parseAddress('203.0.113.9')! } },
    ])
    const server = await startNameServer({ zones: [zone] })
    const at = describeEndpoint(server.endpoint)
    const domains = MX_WRITERS.map((id) => ({
      name: `mail.${id}.example`,
      mx: [{ host: 'mx.example', preference: 10 }],
    }))
    writeFileSync(folder.yaml, JSON.stringify({ ...folder.config, domains, hosts: [], nameservers: [at] }), {
      mode: 0o600,
    })
    try {
      for (const mode of MODES) {
        service.answers(mode)
        const before = service.requests()
        const { code, stdout, stderr } = await mxhome(['mx', 'apply', '--yes', '--log-level', 'debug'], {}, folder.path)
        expect(code, stderr).not.toBe(78)
        expect(service.requests() - before, JSON.stringify(mode)).toBeGreaterThanOrEqual(6)
        expect.soft(leaksIn(`${stdout}\n${stderr}\n${leftIn(folder.path)}`), JSON.stringify(mode)).toEqual([])
        expect(stderr.match(/Nothing was written/g) ?? [], stderr).not.toEqual([])
      }
    } finally {
      await server.close()
      folder.leave()
    }
  })

  it('nor does the daemon: log, health endpoint, history, state', { timeout: 120_000 }, async () => {
    const port = await freePort()
    const folder = await prepare(urls, port)
    service.answers({ status: 401, form: 'text' })
    const daemon = startDaemon({ MXHOME_LOG_LEVEL: 'debug' }, folder.path, port)
    try {
      const ask = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers })
      const authorization = `Bearer ${token}`
      await expect
        .poll(
          () =>
            ask('/readyz', { authorization })
              .then(({ status }) => status)
              .catch(() => 0),
          { timeout: 60_000, interval: 200 },
        )
        .toBe(204)
      daemon.child.kill('SIGHUP')
      const answers: string[] = []
      for (const path of ['/', '/status', '/healthz', '/livez', '/metrics']) {
        for (const headers of [{}, { authorization }, { authorization: 'Bearer wrong' }]) {
          const answer = await ask(path, headers)
          answers.push(JSON.stringify([...answer.headers]), await answer.text())
        }
      }
      await expect.poll(() => daemon.log(), { timeout: 20_000 }).toContain('configuration read again')
      await daemon.stop()
      for (const text of [answers.join('\n'), daemon.log(), leftIn(folder.path)]) expect.soft(leaksIn(text)).toEqual([])
    } finally {
      daemon.child.kill('SIGKILL')
      folder.leave()
    }
  })
})
