import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needs.ts'
import { startSmtp } from '../support/smtp-server.ts'
import { startSshd } from '../support/sshd.ts'
import { makeAuthority } from './certificates.ts'

const never = new AbortController().signal
const LOOPBACK = parseAddress('127.0.0.1')!
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

describeWith(['sshd', 'ssh', 'openssl'], 'a connection that starts where ssh leads to', () => {
  let sshd: Awaited<ReturnType<typeof startSshd>>
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd.stop())

  const dial = (port: number, ssh = 'probe', timeout = 10_000) =>
    openTcp({ PATH: sshd.path, HOME: '/nonexistent' }).connect(
      { server: { address: LOOPBACK, port }, from: { ssh }, timeout },
      never,
    )

  it('reads, writes and secures as from here, and ends', async () => {
    const tls = makeAuthority().issue('DNS:mx.example.com')
    const { port, heard, stop } = await startSmtp({ tls })
    stops.push(stop)
    const connection = await dial(port)
    const say = async (text?: string) => {
      if (text) await connection.write(Buffer.from(`${text}\r\n`))
      return Buffer.from((await connection.read(5000, never)) ?? []).toString()
    }
    expect(await say()).toBe('220 mx.example.com ESMTP\r\n')
    expect(await say('STARTTLS')).toBe('220 2.0.0 Ready\r\n')
    expect(await connection.secure('mx.example.com', 5000, never)).toMatchObject({ protocol: 'TLSv1.3' })
    expect(await say('QUIT')).toBe('221 2.0.0 Bye\r\n')
    expect(await connection.read(5000, never)).toBeUndefined()
    connection.close()
    expect(heard).toEqual(['STARTTLS', 'tls QUIT'])
  })

  it('is there before the server has said anything', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(server, 'listening')
    stops.push(() => server.close())
    const connection = await dial((server.address() as AddressInfo).port)
    await expect(connection.read(50, never)).rejects.toMatchObject({ reason: 'silent' })
    connection.close()
    expect(await connection.read(1000, never).catch(Failure.from)).toBeUndefined()
  })

  it('refused at the port', async () => {
    const port = await freePort()
    await expect(dial(port)).rejects.toMatchObject({
      kind: 'network',
      reason: 'refused',
      message: `port ${port} of 127.0.0.1 refuses the connection (from probe: connect failed: Connection refused)`,
    })
  })

  it.each([
    ['refuses the key', 'stranger', /^ssh stranger: .*Permission denied \(publickey/],
    ['does not listen', 'closed', /^ssh closed: .*Connection refused/],
    ['has no address', 'mx.invalid', /^ssh mx\.invalid: .*Could not resolve hostname/],
    ['looks like an option', '-oProxyCommand=touch /tmp/mxhome-owned', /hostname contains invalid characters/],
  ])('a host that %s says nothing about the port', async (_, host, message) => {
    const failure = await dial(25, host).catch(Failure.from)
    expect(failure).toMatchObject({ kind: 'network', reason: undefined, message: expect.stringMatching(message) })
  })

  it('a host that passes nothing on says nothing about the port', async () => {
    const strict = await startSshd(['AllowTcpForwarding no'])
    stops.push(strict.stop)
    const server = { address: LOOPBACK, port: 25 }
    const failure = openTcp({ PATH: strict.path }).connect({ server, from: { ssh: 'probe' } }, never)
    await expect(failure).rejects.toMatchObject({
      reason: undefined,
      message:
        'ssh probe passes no connections on: administratively prohibited: open failed (AllowTcpForwarding in its sshd_config)',
    })
  })

  it('no ssh on this machine; a login that takes too long; cancelled', async () => {
    const server = { address: LOOPBACK, port: 25 }
    const from = { ssh: 'probe' }
    await expect(openTcp({ PATH: '/nonexistent' }).connect({ server, from }, never)).rejects.toMatchObject({
      kind: 'network',
      message: 'ssh could not be started: it is not there',
    })
    await expect(dial(25, 'probe', 1)).rejects.toMatchObject({ message: 'ssh probe was not logged in within 0.001 s' })
    const stop = new AbortController()
    const connecting = openTcp({ PATH: sshd.path }).connect({ server, from }, stop.signal)
    stop.abort()
    await expect(connecting).rejects.toMatchObject({ kind: 'cancelled' })
  })
})
