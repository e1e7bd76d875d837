import { chmodSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

interface IpDocument {
  readonly lines: readonly { readonly type: string; readonly addresses: readonly string[] | null }[]
  readonly findings: readonly { readonly id: string; readonly severity: string }[]
}

/** Path -> what the page says. */
const PAGES: Readonly<Record<string, string>> = {
  '/text': '203.0.113.7\n',
  '/again': '203.0.113.7',
  '/other': '203.0.113.8',
  '/html': '<html><body>Current IP Address: <b>203.0.113.7</b></body></html>',
  '/json': '{"ip":"203.0.113.7","ipv6":null}',
  '/same-twice': '203.0.113.7 203.0.113.7',
  '/two': '203.0.113.7, 203.0.113.8',
  '/both-families': '203.0.113.7 2001:db8::7',
  '/ipv6': '2001:db8::7',
  '/private': '192.168.1.4',
  '/cgnat': '100.64.3.4',
  '/documentation': '198.51.100.7',
  '/octal': '010.1.2.3',
  '/version': 'release 1.2.3.4.5',
}

describe('detect: what the sources say, and the verdict', () => {
  const folder = openFolder()
  let server: Server
  let root: string

  beforeAll(async () => {
    server = createServer((request, response) => {
      const body = PAGES[request.url ?? '']
      response.writeHead(body === undefined ? 500 : 200).end(body ?? '203.0.113.7')
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
    folder.leave()
  })

  async function ip(sources: string, more: Settings = {}) {
    const settings = {
      MXHOME_HOSTS: 'home.example.com',
      MXHOME_PROVIDER: 'dyndns2',
      DYNDNS2_SERVER: '127.0.0.1:1',
      DYNDNS2_PASSWORD: 'secret',
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24, 2001:db8::/32',
      MXHOME_IP_SOURCES: sources.replaceAll('http:/', `http:${root}/`),
      ...more,
    }
    const { code, stdout, stderr } = await mxhome(['ip', '--json'], settings, folder.path)
    const document = JSON.parse(stdout || '{"lines":[],"findings":[]}') as IpDocument
    return { code, stderr, addresses: document.lines[0]?.addresses ?? null, findings: document.findings }
  }

  it.each(['/text', '/html', '/json', '/same-twice', '/both-families'])('%s holds one address', async (page) => {
    expect(await ip(`http:${page}`)).toMatchObject({ code: 0, addresses: ['203.0.113.7'] })
  })

  it.each(['/two', '/ipv6', '/private', '/cgnat', '/documentation', '/octal', '/version', '/ill'])(
    '%s holds none that could be published',
    async (page) => {
      expect(await ip(`http:${page}`)).toMatchObject({ code: 75, addresses: null })
    },
  )

  it.each([
    ['two against one', 'http:/other,http:/text,http:/again', {}, ['203.0.113.7'], ['sources-disagree info']],
    ['one against one', 'http:/other,http:/text', {}, null, ['sources-disagree warn']],
    ['those that fail have no vote', 'http:/ill,http:/two,http:/text', {}, ['203.0.113.7'], []],
    ['a quorum of two, one answers', 'http:/ill,http:/text', { MXHOME_QUORUM: '2' }, null, []],
    ['a quorum of two, both agree', 'http:/text,http:/again', { MXHOME_QUORUM: '2' }, ['203.0.113.7'], []],
    ['a static address', 'static:203.0.113.9', {}, ['203.0.113.9'], []],
    ['a static address that is private', 'static:192.168.1.1', {}, null, []],
  ] as const)('%s', async (_, sources, settings, addresses, findings) => {
    const verdict = await ip(sources, settings)
    const told = verdict.findings.map(({ id, severity }) => `${id} ${severity}`)
    expect({ code: verdict.code, addresses: verdict.addresses, findings: told }).toEqual({
      code: addresses ? 0 : 75,
      addresses,
      findings,
    })
  })

  it('a program: its output, without a shell; none of it where it fails', async () => {
    const failing = join(folder.path, 'failing')
    writeFileSync(failing, '#!/bin/sh\necho 203.0.113.7\nexit 3\n')
    chmodSync(failing, 0o755)
    expect(await ip('command:echo 203.0.113.7')).toMatchObject({ code: 0, addresses: ['203.0.113.7'] })
    expect(await ip('command:echo 203.0.113.7 && echo 203.0.113.8')).toMatchObject({ code: 75, addresses: null })
    expect(await ip(`command:${failing}`)).toMatchObject({ code: 75, addresses: null })
  })

  it.each(['push'])('%s: not in this version, told as such', async (source) => {
    const { code, stderr } = await ip(source)
    expect(code).toBe(78)
    expect(stderr).toContain(`the source ${source.split(':')[0]} is not available in this version`)
  })
})
