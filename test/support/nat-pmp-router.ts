// Run in a router's namespace: a NAT-PMP gateway that tells whatever address its line has, as miniupnpd does only of public ones.
import { createSocket } from 'node:dgram'
import { natPmpAnswer } from './datagrams.ts'

const [, , lan = '', wan = ''] = process.argv
const socket = createSocket('udp4')
socket.on('message', (_, { address, port }) => socket.send(natPmpAnswer(wan), port, address))
socket.bind(5351, lan, () => console.log('listening'))
