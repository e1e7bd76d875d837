import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { keepPlaces } from '../../src/system/places.ts'
import { makeAuthority } from './certificates.ts'

const leave: (() => void)[] = []
afterEach(() => {
  for (const one of leave.splice(0)) one()
})

/** Three places; what asks for /wait is not answered. */
async function serve() {
  const waiting: ServerResponse[] = []
  const inside: Socket[] = []
  const server = createServer(
    ({ url }, response) => void (url === '/wait' ? waiting.push(response) : response.end('yes')),
  )
  keepPlaces(server, 3)
  server.on('connection', (socket) => inside.push(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  leave.push(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  /** Resolves when the server has let it in. */
  async function come(text = ''): Promise<Socket> {
    const client = connect(port, '127.0.0.1').on('error', () => {})
    leave.push(() => client.destroy())
    const isIn = once(server, 'connection')
    client.write(text)
    await isIn
    return client
  }
  return { come, waiting, inside }
}
const asking = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
const answered = async (client: Socket) => {
  client.write(asking('/'))
  expect(String(await once(client, 'data'))).toContain('yes')
}
const isOut = (client: Socket) => client.closed || once(client, 'close').then(() => true)

it('who has been silent for the longest time leaves, and who was answered lately stays', async () => {
  const { come } = await serve()
  const [one, two, three] = [await come(), await come('GET / HT'), await come()]
  await answered(one)
  const four = await come()
  await isOut(two)
  await answered(four)
  await come()
  await isOut(three)
  await answered(one)
  await answered(four)
})

it('a place that was left is free', async () => {
  const { come, inside } = await serve()
  const [one, two, three] = [await come(), await come(), await come()]
  two.destroy()
  await once(inside[1]!, 'close')
  const four = await come()
  for (const client of [one, three, four]) await answered(client)
})

it('who waits for an answer, or does not read it, leaves only when no other is there', async () => {
  const { come, waiting } = await serve()
  const [one, silent] = [await come(asking('/wait')), await come()]
  const more = [await come(asking('/wait'))]
  await expect.poll(() => waiting.length).toBe(2)
  more.push(await come(asking('/wait')))
  await isOut(silent)
  expect(one.closed).toBe(false)
  await expect.poll(() => waiting.length).toBe(3)
  await answered(await come())
  await isOut(one)
  waiting[1]!.end('yes')
  expect(String(await once(more[0]!, 'data'))).toContain('yes')
})

it('over TLS who waits for an answer stays as well, and silent ones leave', async () => {
  const { cert, key } = makeAuthority().issue('IP:127.0.0.1')
  const waiting: ServerResponse[] = []
  const inside: Socket[] = []
  const server = createTlsServer({ cert, key }, (_, response) => void waiting.push(response))
  keepPlaces(server, 3)
  server.on('connection', (socket: Socket) => inside.push(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  leave.push(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {})
  leave.push(() => client.destroy())
  client.write(asking('/'))
  await once(server, 'request')
  for (let nth = 0; nth < 8; nth++) {
    const silent = connect(port, '127.0.0.1').on('error', () => {})
    leave.push(() => silent.destroy())
    await once(server, 'connection')
  }
  expect(inside.map(({ destroyed }) => destroyed)).toEqual([false, ...Array(6).fill(true), false, false])
  waiting[0]?.end('yes')
  expect(String(await once(client, 'data'))).toContain('yes')
})
