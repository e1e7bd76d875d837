import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Message, Question, Rdata } from '../../src/dns/message.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'

/** What a name server of the lab says to a question: data, nothing at all, or a whole message. */
export type DnsAnswer = readonly Rdata[] | 'silence' | Partial<Message>
/** `recursion`: it is asked as a resolver, not as a name server. */
export type DnsPart = (question: Question, recursion: boolean) => DnsAnswer | undefined

/** Addresses of this network namespace's loopback. */
export function addAddresses(...addresses: readonly string[]): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  for (const address of addresses) execFileSync('ip', ['address', 'add', `${address}/32`, 'dev', 'lo'])
}

/** Data of the presentation format that these tests need. */
export function record(text: string): Rdata {
  const [type = '', ...rest] = text.split(' ')
  const [first = '', second = ''] = rest
  if (type === 'A' || type === 'AAAA') return { type, address: parseAddress(first)! }
  if (type === 'MX') return { type, preference: Number(first), exchange: second }
  if (type === 'TXT') return { type, strings: rest.join(' ').match(/.{1,255}/gs) ?? [''] }
  if (type === 'SOA') return { type, mname: first, rname: first, serial: 1, minimum: 60 }
  return { type: type as 'NS' | 'CNAME' | 'PTR', target: first }
}

/** Records as `name TYPE data`, and what follows from them. Names with records of other types have none of this one. */
export function zoneOf(...lines: readonly string[]): DnsPart {
  const records = lines.map((line) => {
    const [, name = '', data = ''] = /^(\S+) (.*)$/s.exec(line) ?? []
    return { name, data: record(data) }
  })
  return ({ name, type }) => {
    const here = records.filter((one) => one.name === name)
    const alias = here.filter(({ data }) => data.type === 'CNAME')
    const found = here.filter(({ data }) => data.type === type)
    if (found.length > 0) return found.map(({ data }) => data)
    if (alias.length > 0) return alias.map(({ data }) => data)
    const isThere = records.some((one) => one.name === name || one.name.endsWith(`.${name}`))
    return isThere ? [] : undefined
  }
}

/** UDP and TCP at port 53; resolver and authority in one. Without an answer: NXDOMAIN. */
export async function startDns(address: string, part: DnsPart) {
  const asked: string[] = []
  const reply = (bytes: Uint8Array): Uint8Array | undefined => {
    const query = decodeMessage(bytes)
    const [question] = query?.questions ?? []
    if (!query || !question) return undefined
    asked.push(`${question.type} ${question.name}`)
    const said = part(question, query.recursionDesired === true)
    if (said === 'silence') return undefined
    const data = Array.isArray(said) ? (said as readonly Rdata[]) : []
    return encodeMessage({
      ...{ id: query.id, response: true, questions: query.questions, truncated: false },
      ...{ authoritative: true, recursionDesired: query.recursionDesired, recursionAvailable: true },
      rcode: said === undefined ? 'NXDOMAIN' : 'NOERROR',
      answers: data.map((one) => ({ owner: question.name, ttl: 60, data: one })),
      ...{ authorities: [], additionals: [] },
      ...(said !== undefined && !Array.isArray(said) && said),
    })
  }
  const udp = createSocket('udp4')
  udp.on('message', (bytes, from) => {
    const answer = reply(bytes)
    if (!answer) return
    const cut = () => {
      const whole = decodeMessage(answer)!
      return encodeMessage({ ...whole, truncated: true, answers: [], authorities: [], additionals: [] })
    }
    udp.send(answer.length > 1232 ? cut() : answer, from.port, from.address)
  })
  udp.bind(53, address)
  const tcp = createServer((socket) => {
    let waiting = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk])
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0)
        const answer = reply(waiting.subarray(2, end))
        waiting = waiting.subarray(end)
        if (!answer) continue
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
      }
    })
  })
  tcp.listen(53, address)
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')])
  return {
    asked,
    stop() {
      udp.close()
      tcp.close()
    },
  }
}

/** Whatever listens at port 25 of an address, and how many have come. */
export async function listenAt25(address: IpAddress | string, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(25, address)
  await once(server, 'listening')
  return {
    count: () => sockets.size,
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
