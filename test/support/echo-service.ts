import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the service answers; it repeats all that it was sent, in each form that an adapter may read. */
export interface Mode {
  readonly status: number
  readonly form: 'text' | 'json' | 'xml' | 'cut'
}

/** A service that tells everything it hears: request line, headers, body; also decoded. */
export async function startEchoService() {
  let mode: Mode = { status: 200, form: 'text' }
  let requests = 0
  const server = createServer(async (request, response) => {
    requests += 1
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (mode.form === 'cut') return void request.socket.destroy()
    const heard = wordsOf(request, Buffer.concat(chunks).toString())
    response.statusCode = mode.status
    const header = heard.replace(/[^\x20-\x7e]/g, ' ').slice(0, 2000)
    response.setHeader('ddnss-response', header)
    response.setHeader('location', `http://127.0.0.1/?${encodeURIComponent(header)}`)
    response.setHeader('x-echo', header)
    response.end(FORMS[mode.form](heard))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    answers(next: Mode) {
      mode = next
    },
    requests: () => requests,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

function wordsOf({ method, url = '', headers }: IncomingMessage, body: string): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const basic = fields.flatMap((field) => /Basic (\S+)/.exec(field)?.[1] ?? [])
  const decoded = basic.map((one) => Buffer.from(one, 'base64').toString())
  // What is most likely quoted comes first: messages show the beginning.
  return [...decoded, ...fields.filter((one) => /auth|key|token/i.test(one)), body, url, method, ...fields].join(' ')
}

const FORMS = {
  text: (heard: string) => heard,
  json: (heard: string) =>
    JSON.stringify({
      ...{ success: false, status: 'ERROR', code: heard, msg: heard, message: heard, detail: heard, error: heard },
      ...{ errors: [{ code: 1, message: heard }], statuscode: 4001, shortmessage: heard, longmessage: heard },
      ...{ result: heard, reason: heard, responsedata: heard, token: heard, id: heard },
    }),
  xml: (heard: string) => {
    const words = heard.replace(/[<>&]/g, ' ')
    const error = `<Error Number="7">${words}</Error><Code>InvalidInput</Code><Message>${words}</Message>`
    return `<ApiResponse Status="ERROR"><Errors>${error}</Errors><ErrCount>1</ErrCount><Err1>${words}</Err1></ApiResponse>`
  },
  cut: () => '',
} as const
