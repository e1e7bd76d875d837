import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import * as dnsPacket from 'dns-packet'
import { startProgram } from './namespace-router.ts'

/** A name server that answers each question with its caller's address, by UDP. */
export async function startCallersName(address: string): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, from) => {
    const { id = 0, questions = [] } = dnsPacket.decode(bytes)
    const answers = questions.map(({ name }) => ({ type: 'A', name, ttl: 0, data: from.address }) as const)
    const answer = dnsPacket.encode({ type: 'response', id, questions, answers })
    socket.send(answer, from.port, from.address)
  })
  socket.bind(53, address)
  await once(socket, 'listening')
}

const STUN = ['turnserver', '-n', '-S', '--no-auth', '-p', '3478', '--no-tls', '--no-dtls', '--no-cli']
const FILES = ['--log-file', 'stdout', '--pidfile', '/dev/null', '--db', '/dev/null']

/** coturn, which tells its caller's address by STUN. */
export const startCoturn = (space: string, address: string) =>
  startProgram(space, [...STUN, '-L', address, ...FILES], /admin thread/)
