import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

const MIB = 1024 * 1024
/** Members of a gzip file follow one another (RFC 1952 2.2): 256 MiB unpacked, 256 KiB on the way. */
const BOMB = Buffer.concat(Array(16).fill(gzipSync(Buffer.alloc(16 * MIB, ' '))))

type Answer = (response: ServerResponse, elsewhere: string) => unknown
const body =
  (text: string | Buffer, headers: Record<string, string> = {}, status = 200): Answer =>
  (response) =>
    response.writeHead(status, headers).end(text)

/** The first part of a request's path says how it is answered; `later-TEXT` is 429 with that Retry-After. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  empty: body(''),
  page: body('<!doctype html><title>Log in to the hotel</title>203.0.113.66', { 'content-type': 'text/html' }),
  half: body('{"success": true, "result": [{"id', { 'content-type': 'application/json' }),
  long: body(Buffer.alloc(10 * MIB, ' ')),
  bomb: body(BOMB, { 'content-encoding': 'gzip' }),
  unpackable: body('OK', { 'content-encoding': 'gzip' }),
  endless: (response) => {
    const chunk = Buffer.alloc(64 * 1024, ' ')
    const more = () => {
      while (response.write(chunk));
    }
    response.on('drain', more)
    more()
  },
  moved: (response, elsewhere) => response.writeHead(307, { location: elsewhere }).end('moved'),
}
export const MODES = Object.keys(ANSWERS)

export async function listen<S extends Server>(server: S): Promise<{ port: number; stop: () => void }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    server.close()
    server.closeAllConnections()
  }
  return { port: (server.address() as AddressInfo).port, stop }
}

/** A server that answers by the path; `elsewhere` is another one, which counts what reaches it. */
export async function startHostileServer() {
  const arrived: string[] = []
  const other = await listen(createServer(noting(arrived)))
  const server = await listen(
    createServer((request, response) => {
      const mode = decodeURIComponent(request.url!.split('/')[1]!)
      const later = /^later-(.*)$/.exec(mode)?.[1]
      if (later !== undefined) return response.writeHead(429, { 'retry-after': later }).end('slow down')
      const answer = ANSWERS[mode] ?? body('not found', {}, 404)
      return answer(response, `http://127.0.0.1:${other.port}/elsewhere`)
    }),
  )
  const stop = () => {
    server.stop()
    other.stop()
  }
  return { url: `http://127.0.0.1:${server.port}`, arrived, stop }
}

export const noting =
  (arrived: string[], text = '203.0.113.66'): RequestListener =>
  ({ method, url, headers }, response) => {
    arrived.push(`${method} ${url} ${headers.authorization ?? ''}`)
    response.end(text)
  }
