// The provider's side for the container, where there is no network: a dyndns2 service that takes every update and notes
// it, one line each, and the authoritative name server that shows the address last sent, for whatever name.
import { createSocket } from 'node:dgram'
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [, , httpPort, dnsPort, log] = process.argv
let address

createServer((request, response) => {
  const login = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
  const query = new URL(request.url, 'http://localhost').searchParams
  address = query.get('myip')
  appendFileSync(log, `${login} ${query.get('hostname')} ${address}\n`)
  response.end(`good ${address}`)
}).listen(Number(httpPort), '127.0.0.1')

const A = 1
const HEADER = 12
const server = createSocket('udp4', (query, client) => {
  const end = query.indexOf(0, HEADER) + 5 // the root label, type, class
  const known = address !== undefined && query.readUInt16BE(end - 4) === A
  const header = Buffer.from([query[0], query[1], 0x84, 0, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0]) // QR, AA, NOERROR
  const record = known ? Buffer.from([0xc0, HEADER, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.')]) : Buffer.of()
  server.send(Buffer.concat([header, query.subarray(HEADER, end), record]), client.port, client.address)
})
server.bind(Number(dnsPort), '127.0.0.1')
