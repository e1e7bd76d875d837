import { createServer, type Server } from 'node:https'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { askMtaSts } from '../../src/mail/ask/mta-sts.ts'
import type { Http } from '../../src/ports/http.ts'
import { openHttp } from '../../src/system/http.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { name } from '../support/config.ts'
import { listen } from '../support/hostile-server.ts'
import { askerOf } from '../support/mail-asker.ts'
import { describeWith } from '../support/needs.ts'
import { startUnbound, type Unbound } from '../support/unbound.ts'
import { makeAuthority } from '../system/certificates.ts'

const POLICY = 'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n'
const LONG = `${POLICY}${'x-more: '.padEnd(1000, 'x')}\r\n`.repeat(10_000)
const TXT = (text: string) => `_mta-sts.${text}`
const RECORDS = ['sound', 'moved', 'missing', 'page', 'long', 'edge', 'broken', 'foreign', 'alias']
  .map((one) => TXT(`${one} TXT "v=STSv1; id=1;"`))
  .concat(TXT('split TXT "v=STS" "v1; id=20260101;"'), TXT('two TXT "v=STSv1; id=1"'), TXT('two TXT "v=STSv1; id=2"'))
  .concat(TXT('other TXT "v=STSv10; id=1"'), TXT('other TXT "v=spf1 -all"'), TXT('pointer CNAME _mta-sts.sound'))
  .join('\n')

describeWith(['named', 'unbound', 'openssl'], 'MTA-STS, by BIND, unbound and an HTTPS server', () => {
  let bind: Bind
  let unbound: Unbound
  let stop: () => void
  let http: Http
  const ends: (() => void)[] = []
  const asked: string[] = []

  beforeAll(async () => {
    bind = await startBind({ zones: [{ apex: 'example.com', records: RECORDS }] })
    unbound = await startUnbound({ zones: { 'example.com': bind.endpoint } })
    const authority = makeAuthority()
    const hosts = ['sound', 'moved', 'missing', 'page', 'long', 'edge', 'broken', 'split', 'two', 'pointer']
    const certificate = authority.issue(
      [...hosts.map((host) => `DNS:mta-sts.${host}.example.com`), 'DNS:localhost'].join(','),
    )
    const server: Server = createServer(certificate, ({ headers, url }, response) => {
      const host = headers['x-host'] as string
      asked.push(`${host} ${url}`)
      const plain = (body: string, type = 'text/plain; charset=utf-8') =>
        response.setHeader('content-type', type).end(body)
      if (host.includes('.moved.')) return response.writeHead(301, { location: 'https://localhost/' }).end()
      if (host.includes('.missing.')) return response.writeHead(404).end()
      if (host.includes('.page.')) return plain(POLICY, 'text/html')
      if (host.includes('.long.')) return plain(LONG)
      if (host.includes('.edge.')) return plain(POLICY.padEnd(64 * 1024))
      if (host.includes('.broken.')) return plain('mode: enforce\n')
      return plain(POLICY)
    })
    const { port, stop: end } = await listen(server)
    stop = end
    // The real client and its checks; only the way to the host is the test's.
    const real = openHttp({ version: 'test' })
    http = (request, signal) => {
      const url = new URL(request.url)
      const to = url.hostname.includes('.foreign.') ? `127.0.0.1:${port}` : `localhost:${port}`
      return real(
        {
          ...request,
          url: request.url.replace(url.host, to),
          headers: { 'x-host': url.host },
          caBundle: authority.caFile,
        },
        signal,
      )
    }
  })
  afterAll(async () => {
    for (const end of ends) end()
    stop?.()
    await Promise.all([unbound, bind].map((one) => one?.stop()))
  })

  const ask = (which: string) => {
    const open = askerOf({ resolvers: [unbound.endpoint], world: { http } })
    ends.push(open.end)
    return askMtaSts(open.asker, name(`${which}.example.com`)).catch(Failure.from)
  }
  const sound = { mode: 'enforce', mx: ['mail.example.com'], maxAge: 604800 }

  it('fetches what the TXT record announces', async () => {
    expect(await ask('sound')).toEqual({ records: ['v=STSv1; id=1;'], policy: sound })
    expect(asked).toContain('mta-sts.sound.example.com /.well-known/mta-sts.txt')
    expect(await ask('split')).toEqual({ records: ['v=STSv1; id=20260101;'], policy: sound })
    expect(await ask('pointer')).toMatchObject({ records: ['v=STSv1; id=1;'] })
    expect(await ask('two')).toMatchObject({ records: expect.arrayContaining(['v=STSv1; id=1', 'v=STSv1; id=2']) })
    expect(await ask('edge')).toMatchObject({ policy: sound })
  })

  it('asks nobody where nothing is announced', async () => {
    const before = asked.length
    expect(await ask('nothing')).toEqual({ records: [], policy: undefined })
    expect(await ask('other')).toEqual({ records: [], policy: undefined })
    expect(asked).toHaveLength(before)
  })

  it.each([
    ['a redirect', 'moved', 'rejected', /redirects \(301\), which senders must not follow/],
    ['nothing there', 'missing', 'rejected', /answers 404/],
    ['a page', 'page', 'protocol', /text\/html instead of text\/plain/],
    ['a policy of 10 MB', 'long', 'protocol', /longer than 65536 bytes/],
    ['a policy without a version', 'broken', 'protocol', /no "version: STSv1"/],
    ['a certificate of another name', 'foreign', 'network', /its certificate is for another name/],
  ])('is not led astray by %s', async (_, which, kind, message) => {
    expect(await ask(which)).toMatchObject({ policy: { kind, message: expect.stringMatching(message) } })
  })

  it('a TXT record that cannot be looked up', async () => {
    const open = askerOf({ resolvers: ['127.0.0.1:9'] })
    ends.push(open.end)
    await expect(askMtaSts(open.asker, name('example.com'))).rejects.toMatchObject({ kind: 'network' })
  })
})
