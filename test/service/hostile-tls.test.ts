import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, createServer as createTcpServer } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import type { IpDocument } from '../../src/report/ip-text.ts'
import { listen } from '../support/hostile-server.ts'
import { describeWith } from '../support/needs.ts'
import { NODE, openFolder, type Settings } from '../support/program.ts'
import { type Certificate, makeAuthority } from '../system/certificates.ts'

const TOKEN = 'a7c4d0ad-114e-40ef-ba1d-d217904a50f2'

describeWith(['openssl'], 'ways to a service', () => {
  const folder = openFolder()
  let authority: ReturnType<typeof makeAuthority>
  let base: Settings
  const closers: (() => unknown)[] = []
  const atEnd: (() => unknown)[] = [folder.leave]
  beforeAll(async () => {
    authority = makeAuthority()
    const soa = { type: 'SOA', mname: 'ns.duckdns.org', rname: 'h.duckdns.org', serial: 1, minimum: 60 } as const
    const zone = createZone('duckdns.org', [{ owner: 'duckdns.org', ttl: 60, data: soa }])
    const server = await startNameServer({ zones: [zone] })
    atEnd.push(server.close, () => rmSync(authority.dir, { recursive: true }))
    const endpoint = describeEndpoint(server.endpoint)
    base = {
      MXHOME_RESOLVERS: endpoint,
      MXHOME_NAMESERVERS: endpoint,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_CONFIRM_TIMEOUT: '1ms',
    }
  })
  afterEach(() => {
    for (const close of closers.splice(0)) close()
  })
  afterAll(() => {
    for (const close of atEnd) close()
  })

  /** Answers everybody, over TLS where it has a certificate: as Duck DNS does, and with the line's address. */
  async function service(certificate?: Certificate) {
    const arrived: string[] = []
    const listener = ({ url = '' }: { url?: string | undefined }, response: { end: (text: string) => void }) => {
      arrived.push(url.replace(TOKEN, 'TOKEN'))
      response.end(url.startsWith('/update') ? 'OK\n203.0.113.7\n\nUPDATED' : '203.0.113.7')
    }
    const server = certificate ? createTlsServer(certificate, listener) : createServer(listener)
    if (certificate) server.on('tlsClientError', () => {})
    const { port, stop } = await listen(server)
    closers.push(stop)
    return { port, arrived }
  }

  /** Takes CONNECT and whole URLs, and tells what it was asked. */
  async function proxy() {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.end('203.0.113.66')
    })
    server.on('connect', ({ url = '' }, socket) => {
      asked.push(`CONNECT ${url}`)
      const upstream = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.pipe(socket).pipe(upstream)
      })
      upstream.on('error', () => socket.destroy())
      socket.on('error', () => upstream.destroy())
    })
    const { port, stop } = await listen(server)
    closers.push(stop)
    return { asked, url: `http://127.0.0.1:${port}` }
  }

  let runs = 0
  function mxhome(node: string, args: readonly string[], more: Settings): Promise<{ code: number; stdout: string }> {
    const state = { MXHOME_STATE_DIR: join(folder.path, `state-${++runs}`), HOME: folder.path, PATH: process.env.PATH }
    return new Promise((done) => {
      execFile(
        node,
        [resolve('dist/mxhome.js'), ...args, '--json'],
        { cwd: folder.path, env: { ...state, ...base, ...more } },
        (error, stdout, stderr) => {
          expect(stdout + stderr).not.toContain(TOKEN)
          done({ code: error ? Number(error.code) : 0, stdout })
        },
      )
    })
  }
  const yaml = (content: object) =>
    writeFileSync(join(folder.path, 'mxhome.yaml'), JSON.stringify(content), { mode: 0o600 })

  it.each([...new Set([NODE, process.execPath])])(
    "proxy and authorities are one account's own; those of the environment, and of the sources, are nobody's (%s)",
    async (node) => {
      const { port, arrived } = await service(authority.issue('IP:127.0.0.1'))
      const plain = await service()
      const own = await proxy()
      let connections = 0
      const trap = createTcpServer((socket) => {
        connections++
        socket.destroy()
      })
      const { port: at, stop } = await listen(Object.assign(trap, { closeAllConnections: () => {} }) as never)
      closers.push(stop)
      const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()])
      const environment = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${at}`]))
      const account = (name: string, more: object) => {
        const baseUrl = `https://127.0.0.1:${port}`
        return { use: 'duckdns', name, token: TOKEN, zones: `${name}.duckdns.org`, baseUrl, ...more }
      }
      const caBundle = authority.caFile
      const providers = [
        account('direct', { caBundle }),
        account('by-proxy', { caBundle, proxy: own.url }),
        account('trusting-nobody', { proxy: own.url }),
      ]
      yaml({ hosts: providers.map(({ zones }) => `a.${zones}`), providers })
      const { stdout } = await mxhome(node, ['update'], {
        ...environment,
        NODE_USE_ENV_PROXY: '1',
        MXHOME_IP_SOURCES: `http:http://127.0.0.1:${plain.port}/ip`,
      })
      const { targets } = JSON.parse(stdout) as RoundDocument
      const told = targets.map(({ outcome, error }) => error?.message ?? outcome)
      const stranger = expect.stringContaining(
        'its certificate comes from an unknown authority; if that is right, name it by',
      )
      expect(told).toEqual(['updated', 'updated', stranger])
      expect(arrived.toSorted()).toEqual(
        ['a.by-proxy', 'a.direct'].map((host) => `/update?domains=${host}&token=TOKEN&ip=203.0.113.7&verbose=true`),
      )
      expect(own.asked).toEqual(Array(2).fill(`CONNECT 127.0.0.1:${port}`))
      expect({ connections, asked: plain.arrived }).toEqual({ connections: 0, asked: ['/ip'] })
    },
  )

  it('a source: the certificate is looked at, what is wrong and what helps is told', async () => {
    const table: readonly (readonly [Certificate, string])[] = [
      [
        authority.issue('IP:127.0.0.1', '20200101000000Z', '20210101000000Z'),
        "has expired (or this machine's clock is ahead): who runs it must renew it",
      ],
      [authority.issue('IP:127.0.0.1', '20980101000000Z'), "is not valid yet (or this machine's clock is behind)"],
      [authority.issue('DNS:other.example'), 'is for another name: DNS:other.example; name it as its certificate does'],
      [
        authority.selfSigned('IP:127.0.0.1'),
        'is self-signed; if that is right, name it by caBundle (of an address source: by NODE_EXTRA_CA_CERTS)',
      ],
    ]
    const bad = await Promise.all(table.map(([certificate]) => service(certificate)))
    const good = await service(authority.issue('IP:127.0.0.1'))
    const sources = [...bad, good].map(({ port }) => `http:https://127.0.0.1:${port}/`).join(', ')
    yaml({ hosts: ['a.duckdns.org'], providers: [{ use: 'duckdns', token: TOKEN }] })
    const settings = { MXHOME_IP_SOURCES: sources, NODE_EXTRA_CA_CERTS: authority.caFile }
    const { code, stdout } = await mxhome(NODE, ['ip'], settings)
    const [line] = (JSON.parse(stdout) as IpDocument).lines
    const told = line!.sources.map(({ problem }) => problem)
    expect(told).toEqual([...table.map(([, text]) => expect.stringContaining(`its certificate ${text}`)), undefined])
    expect({ code, addresses: line!.addresses }).toEqual({ code: 0, addresses: ['203.0.113.7'] })
    expect(bad.flatMap(({ arrived }) => arrived)).toEqual([])
  })
})
