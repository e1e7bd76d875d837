import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { freePort } from '../support/free-port.ts'

const LOOPBACK = parseAddress('127.0.0.1')!
const never = new AbortController().signal
const tcp = openTcp({})
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

async function serve(act: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    stops.push(() => socket.destroy())
    act(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return { server: { address: LOOPBACK, port }, from: 'here', timeout: 1000 } as const
}
const open = async (act: (socket: Socket) => void) => {
  const connection = await tcp.connect(await serve(act), never)
  stops.push(connection.close)
  return connection
}

describe('a connection from here', () => {
  it('gives what comes, in pieces of 64 KiB at most, then the end', async () => {
    const sent = Buffer.alloc(1_000_000, 'mxhome ')
    const connection = await open((socket) => void socket.end(sent))
    const pieces: Uint8Array[] = []
    for (let bytes = await connection.read(1000, never); bytes; bytes = await connection.read(1000, never))
      pieces.push(bytes)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024)
    expect(Buffer.concat(pieces).equals(sent)).toBe(true)
    expect(await connection.read(1000, never), 'still at its end').toBeUndefined()
  })

  it('takes no more from the other side than is read', async () => {
    let socket: Socket | undefined
    const connection = await open((one) => {
      socket = one
      const more = () => {
        while (one.writable && one.write(Buffer.alloc(64 * 1024)));
      }
      one.on('drain', more)
      more()
    })
    await connection.read(1000, never)
    let before = -1
    await expect
      .poll(
        () => {
          const still = socket!.bytesWritten === before
          before = socket!.bytesWritten
          return still
        },
        { interval: 100 },
      )
      .toBe(true)
    expect(before).toBeLessThan(64 * 1024 * 1024)
  })

  it('writes', async () => {
    const connection = await open((socket) => socket.on('data', (data) => socket.write(`heard ${data}`)))
    await connection.write(Buffer.from('hello'))
    expect(Buffer.from((await connection.read(1000, never))!).toString()).toBe('heard hello')
  })

  it('says which port was silent, for how long', async () => {
    const connection = await open(() => undefined)
    await expect(connection.read(50, never)).rejects.toMatchObject({
      kind: 'network',
      reason: 'silent',
      message: expect.stringMatching(/^port \d+ of 127\.0\.0\.1 said nothing for 0\.05 s$/),
    })
  })

  it('what comes after a silence is read all the same', async () => {
    const connection = await open((socket) => socket.on('data', () => socket.write('late')))
    await expect(connection.read(20, never)).rejects.toThrow(Failure)
    await connection.write(Buffer.from('now'))
    expect(Buffer.from((await connection.read(1000, never))!).toString()).toBe('late')
  })

  it('is broken off', async () => {
    const connection = await open((socket) => void socket.once('data', () => socket.resetAndDestroy()))
    await connection.write(Buffer.from('x'))
    await expect(connection.read(1000, never)).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringMatching(/broke the connection off$/),
    })
  })

  it('is closed at once, and more than once; what is asked of it then, fails', async () => {
    const connection = await open(() => undefined)
    const waiting = connection.read(5000, never)
    connection.close()
    connection.close()
    expect(await waiting).toBeUndefined()
    await expect(connection.write(Buffer.from('x'))).rejects.toMatchObject({ kind: 'network' })
  })

  it.each(['before', 'while'])('cancelled %s it is read', async (when) => {
    const stop = new AbortController()
    const connection = await open(() => undefined)
    if (when === 'before') stop.abort()
    const reading = connection.read(5000, stop.signal)
    stop.abort()
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' })
  })

  it('cancelled before it is made', async () => {
    const dial = await serve(() => undefined)
    await expect(tcp.connect(dial, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' })
    const stop = new AbortController()
    const connecting = tcp.connect(dial, stop.signal)
    stop.abort()
    await expect(connecting).rejects.toMatchObject({ kind: 'cancelled' })
  })

  it('a port at which nothing listens', async () => {
    const server = { address: LOOPBACK, port: await freePort() }
    await expect(tcp.connect({ server, from: 'here' }, never)).rejects.toMatchObject({
      kind: 'network',
      reason: 'refused',
      message: `port ${server.port} of 127.0.0.1 refuses the connection (nothing listens there)`,
    })
  })
})
