// Run in the internet: tells callers the address that they come from, by HTTP and by STUN, unless it is told to lie.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { attribute, stunAnswer, xorMapped } from './datagrams.ts'
import { note, obey } from './orders.ts'

export interface OutsideManners {
  readonly isMute?: boolean
  /** Answers bear another transaction than the question, and another address. */
  readonly isForging?: boolean
}

const [, , own = ''] = process.argv
let now: OutsideManners = {}
const server = createServer(({ socket }, response) => {
  if (now.isMute) response.writeHead(503).end()
  else response.end(socket.remoteAddress)
})
const stun = createSocket('udp4')
stun.on('message', (request, { address, port }) => {
  note('STUN')
  const told = now.isForging ? '6.6.6.6' : address
  const answer = stunAnswer(request, [attribute(0x0020, xorMapped(request, told))])
  if (now.isForging) answer.writeUInt8(answer.readUInt8(19) ^ 1, 19)
  stun.send(answer, port, address)
})
await once(server.listen(80, own), 'listening')
await once(stun.bind(3478, own), 'listening')
obey<OutsideManners>((order) => {
  now = { ...now, ...order }
})
