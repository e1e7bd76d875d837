import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { parseAddress } from '../../src/dns/rrset.ts'
import { connectionOver } from '../../src/system/connection.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { describeWith } from '../support/needs.ts'
import { makeAuthority } from './certificates.ts'

const never = new AbortController().signal
const LOOPBACK = parseAddress('127.0.0.1')!
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const serve = (options: TlsOptions) =>
  listen(
    createTlsServer(options, (socket) => socket.on('error', () => undefined).end('secret\n')).on(
      'tlsClientError',
      () => undefined,
    ),
  )

async function secure(port: number, name = 'mx.example.com') {
  const connection = await openTcp({}).connect({ server: { address: LOOPBACK, port }, from: 'here' }, never)
  try {
    const seen = await connection.secure(name, 5000, never)
    return { seen, said: Buffer.from((await connection.read(1000, never)) ?? []).toString() }
  } finally {
    connection.close()
  }
}

describeWith(['openssl'], 'TLS on a connection', () => {
  let authority: ReturnType<typeof makeAuthority>
  beforeAll(() => {
    authority = makeAuthority()
  })

  it('goes on under TLS, and shows the certificate', async () => {
    const own = authority.issue('DNS:mx.example.com')
    const { seen, said } = await secure(await serve(own))
    expect(said).toBe('secret\n')
    expect(seen).toMatchObject({ protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' })
    expect(Buffer.from(seen.chain[0]!).equals(new X509Certificate(own.cert).raw)).toBe(true)
  })

  it('shows the chain as it was sent', async () => {
    const own = authority.issue('DNS:mx.example.com')
    const root = readFileSync(authority.caFile, 'utf8')
    const { seen } = await secure(await serve({ ...own, cert: own.cert + root }))
    expect(seen.chain.map((der) => new X509Certificate(der).subject)).toEqual(['CN=leaf', 'CN=mxhome test authority'])
    expect(seen.untrusted).toBe('SELF_SIGNED_CERT_IN_CHAIN')
  })

  it.each([
    [
      'of an authority that nobody knows',
      () => authority.issue('DNS:mx.example.com'),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['that is its own authority', () => authority.selfSigned('DNS:mx.example.com'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another name', () => authority.selfSigned('DNS:other.example'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('a certificate %s', async (_, certificate, untrusted) => {
    const { seen } = await secure(await serve(certificate()))
    expect(seen).toMatchObject({ untrusted })
  })

  it.each([
    ['is trusted', ['20200101000000Z', '20991231235959Z'], null],
    ['has expired', ['20200101000000Z', '20210101000000Z'], 'CERT_HAS_EXPIRED'],
  ])('a certificate of a known authority, for another name, %s', async (_, times, untrusted) => {
    const port = await serve(authority.issue('DNS:other.example', times[0], times[1]))
    const { stdout } = await promisify(execFile)(process.execPath, ['test/system/tcp-child.ts', String(port)], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: authority.caFile },
    })
    expect(JSON.parse(stdout)).toEqual({ untrusted, chain: 2 })
  })

  it('an address is no server name', async () => {
    const names: (string | false | null)[] = []
    const server = createTlsServer(authority.issue('IP:127.0.0.1'), (socket) => {
      names.push(socket.servername)
      socket.on('error', () => undefined).end('x')
    })
    const port = await listen(server)
    await secure(port, '127.0.0.1')
    await secure(port, 'mx.example.com')
    expect(names).toEqual([false, 'mx.example.com'])
  })

  it('bytes that came before the handshake are told, not dropped', async () => {
    const port = await listen(
      createServer((socket) => void socket.on('error', () => undefined).write('250 injected\r\n')),
    )
    const socket = connect(port, '127.0.0.1')
    const connection = connectionOver(socket, 'mx.example.com', () => undefined)
    await expect.poll(() => socket.readableLength).toBeGreaterThan(0)
    await expect(connection.secure('mx.example.com', 1000, never)).rejects.toMatchObject({
      kind: 'protocol',
      message: 'mx.example.com sent more before the TLS handshake than it was asked for',
    })
    expect(Buffer.from((await connection.read(1000, never))!).toString(), 'it is there').toBe('250 injected\r\n')
    connection.close()
  })

  it('no TLS at all', async () => {
    const port = await listen(
      createServer(
        (socket) => void socket.on('error', () => undefined).once('data', () => socket.end('500 what?\r\n')),
      ),
    )
    await expect(secure(port)).rejects.toMatchObject({
      kind: 'protocol',
      message: `port ${port} of 127.0.0.1 does not speak TLS where a handshake was due`,
    })
  })

  it('no algorithm in common', async () => {
    const port = await serve({ ...authority.issue('DNS:mx.example.com'), ciphers: 'PSK', maxVersion: 'TLSv1.2' })
    await expect(secure(port)).rejects.toMatchObject({ kind: 'protocol', message: expect.stringContaining('ERR_SSL_') })
  })

  it('a certificate that cannot be parsed', async () => {
    const own = authority.issue('DNS:mx.example.com')
    const { raw } = new X509Certificate(own.cert)
    const inner = await serve({ ...own, maxVersion: 'TLSv1.2' })
    const spoilt = Buffer.from(raw)
    spoilt.fill(0xff, 4, 40)
    const port = await listen(
      createServer((client) => {
        const server = connect(inner, '127.0.0.1')
        client.on('error', () => server.destroy()).pipe(server)
        server
          .on('error', () => client.destroy())
          .on('data', (data) => {
            const at = data.indexOf(raw)
            if (at >= 0) spoilt.copy(data, at)
            client.write(data)
          })
      }),
    )
    await expect(secure(port)).rejects.toMatchObject({ kind: 'protocol', message: expect.stringContaining('ERR_') })
  })

  it('a handshake without end, and one that is cancelled', async () => {
    const port = await listen(createServer((socket) => void socket.on('error', () => undefined)))
    const connect = () => openTcp({}).connect({ server: { address: LOOPBACK, port }, from: 'here' }, never)
    const silent = await connect()
    await expect(silent.secure('mx.example.com', 50, never)).rejects.toMatchObject({
      kind: 'network',
      reason: 'silent',
    })
    silent.close()
    const stopped = await connect()
    const stop = new AbortController()
    const handshake = stopped.secure('mx.example.com', 5000, stop.signal)
    stop.abort()
    await expect(handshake).rejects.toMatchObject({ kind: 'cancelled' })
    stopped.close()
  })
})
