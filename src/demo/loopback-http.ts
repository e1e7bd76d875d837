import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the services of this folder see it; header names in lower case. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** What meets a request in place of the service's own answer. `acts`: the service does its work before. */
export type Fault =
  | {
      readonly kind: 'answer'
      readonly status?: number
      readonly body?: string
      readonly headers?: Reply['headers']
      readonly acts?: boolean
    }
  | { readonly kind: 'silence'; readonly acts?: boolean } // the connection stays open, no byte comes
  | { readonly kind: 'cut'; readonly acts?: boolean } //     the connection is reset
  | { readonly kind: 'delay'; readonly ms: number } //       the answer comes late

export interface LoopbackService {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string
  /** The next requests meet these, one each, in this order. */
  readonly answerNext: (...faults: readonly Fault[]) => void
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
}

/** A real HTTP server on 127.0.0.1; port 0: any that is free. */
export async function serve(answer: (asked: Asked) => Reply | Promise<Reply>, port = 0): Promise<LoopbackService> {
  const faults: Fault[] = []
  const server = createServer((request, response) => {
    meet(request, response, answer, faults.shift()).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerNext: (...more) => void faults.push(...more),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function meet(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Reply | Promise<Reply>,
  fault?: Fault,
): Promise<void> {
  const asked = await read(request)
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms))
  const own = !fault || fault.kind === 'delay' || fault.acts ? await answer(asked) : undefined
  if (fault?.kind === 'silence') return
  if (fault?.kind === 'cut') {
    request.socket.resetAndDestroy()
    return
  }
  const { status = 200, headers = {}, body = '' } = fault?.kind === 'answer' ? fault : (own ?? {})
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers })
  response.end(body)
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '/', 'http://127.0.0.1'),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

/** undefined: not JSON. */
export function jsonOf({ body }: Asked): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
