import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Tcp } from '../../src/ports/tcp.ts'

/** What is said to a command: a reply, or what is done with the connection. */
export type Answer = string | ((socket: Socket) => void)

export interface Part {
  /** undefined: as any server; `silence`: none. */
  readonly greeting?: Answer
  /** By the first word of a command, upper case, or the whole command; in place of what any server says. */
  readonly replies?: Readonly<Record<string, Answer>>
  /** Offered by STARTTLS; PEM. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

export const silence = () => undefined
export const hangUp = (socket: Socket) => void socket.end()
/** Says it, and ends the connection. */
export const last = (text: string) => (socket: Socket) => void socket.end(text)

const USUAL: Readonly<Record<string, string>> = {
  MAIL: '250 2.1.0 Ok\r\n',
  RCPT: '250 2.1.5 Ok\r\n',
  RSET: '250 2.0.0 Ok\r\n',
}

/** An SMTP server, on loopback unless told, that plays a part, and notes every command; over TLS with `tls ` before it. */
export async function startSmtp(
  { greeting = '220 mx.example.com ESMTP\r\n', replies = {}, tls }: Part = {},
  at: { readonly address: string; readonly port: number } = { address: '127.0.0.1', port: 0 },
) {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const ehlo = ['250-mx.example.com', ...(tls ? ['250-STARTTLS'] : []), '250 SIZE 10240000', ''].join('\r\n')

  function listen(socket: Socket, mark: string): void {
    let text = ''
    const answer = (line: string) => {
      heard.push(`${mark}${line}`)
      const word = line.split(/[ :]/, 1)[0]!.toUpperCase()
      const own = replies[`${mark}${line}`] ?? replies[line] ?? replies[`${mark}${word}`] ?? replies[word]
      if (typeof own === 'function') return own(socket)
      if (word === 'QUIT') return socket.end(own ?? '221 2.0.0 Bye\r\n')
      if (word === 'STARTTLS' && tls && !own) {
        socket.removeAllListeners('data')
        socket.write('220 2.0.0 Ready\r\n')
        const secured = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) })
        secured.on('error', () => undefined)
        return listen(secured, 'tls ')
      }
      socket.write(own ?? (word === 'EHLO' ? ehlo : (USUAL[word] ?? '502 5.5.2 Unknown\r\n')))
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end)
        text = text.slice(end + 2)
        answer(line)
      }
    })
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    listen(socket, '')
    if (typeof greeting === 'function') greeting(socket)
    else socket.write(greeting)
  })
  server.listen(at.port, at.address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port, heard, stop }
}

/** Port 25 of any address is that port of loopback. */
export const leadTo = (tcp: Tcp, port: number): Tcp => ({
  connect: (dial, signal) => {
    const to = dial.server.port === 25 ? port : dial.server.port
    return tcp.connect({ ...dial, server: { ...dial.server, port: to } }, signal)
  },
})
