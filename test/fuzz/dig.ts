import { deepStrictEqual } from 'node:assert'
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { message } from '../support/message.ts'
import { check } from './check.ts'
import { rdata } from './dns-messages.ts'

const run = promisify(execFile)
const NAME = 'home.dyn.example'
let answers: readonly ResourceRecord[] = []

const server = createSocket('udp4')
server.on('message', (bytes, from) => {
  const query = decodeMessage(bytes)
  if (!query) return
  const { id, questions } = query
  server.send(encodeMessage(message({ id, questions, authoritative: true, answers })), from.port, from.address)
})
server.bind(0, '127.0.0.1')
server.unref()
const listening = once(server, 'listening')

/** The RDATA of each record as RFC 1035 5.1 writes it. */
function written(data: Rdata): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'MX':
      return `${data.preference} ${data.exchange}.`
    case 'TXT':
      return data.strings.map(quoted).join(' ')
    case 'SOA':
      return `${data.mname}. ${data.rname}. ${data.serial} ${data.refresh} 7200 3600000 ${data.minimum}`
    case 'TLSA':
      return `${data.usage} ${data.selector} ${data.matching} ${Buffer.from(data.data).toString('hex').toUpperCase()}`
    case 'opaque':
      return ''
    default:
      return `${data.target}.`
  }
}

const quoted = (text: string) =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (one) => `\\${String(one.charCodeAt(0)).padStart(3, '0')}`)}"`

/** What fits into a datagram, in types that both know by name. */
const record = rdata.filter(
  (data) => data.type !== 'opaque' && (data.type !== 'TXT' || data.strings.join('').length < 200),
)

export const dig = check(
  { name: 'DNS: dig reads what is encoded here', share: 300, quick: 15, needs: ['dig'] },
  fc.asyncProperty(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 0x7fffffff }), record), { minLength: 1, maxLength: 4 }),
    async (records) => {
      await listening
      answers = records.map(([ttl, data]) => ({ owner: NAME, ttl, data }))
      const { port } = server.address() as AddressInfo
      const argv = [
        '@127.0.0.1',
        '-p',
        String(port),
        '+noall',
        '+answer',
        '+nosplit',
        '+tries=3',
        '+time=5',
        NAME,
        'ANY',
        '+notcp',
      ]
      const { stdout } = await run('dig', argv)
      const seen = stdout.split('\n').filter((line) => line.startsWith(NAME))
      const wanted = records.map(([ttl, data]) => `${NAME}. ${ttl} IN ${data.type} ${written(data)}`)
      deepStrictEqual(
        seen.map((line) => line.replace(/^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+/, '$1 $2 $3 $4 ')),
        wanted,
      )
    },
  ),
)
