import { randomInt } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { Failure } from '../core/failure.ts'
import type { Milliseconds } from '../core/instant.ts'
import { decodeMessage, encodeQuery } from '../dns/codec.ts'
import type { Message, Question } from '../dns/message.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { Dns, DnsQuestion } from '../ports/dns.ts'
import { type Exchange, exchangeTcp, exchangeUdp, nameOf } from './dns-exchange.ts'
import { systemResolvers } from './resolvers.ts'

interface Patience {
  /** For a datagram's answer. */
  readonly udp: Milliseconds
  /** From the connection to the last octet of the answer. */
  readonly tcp: Milliseconds
  /** For the answer to a message that writes: a server answers when it has written. */
  readonly write: Milliseconds
}

const SILENT = { reason: 'silent' } as const
const NOBODY = { reason: 'no-family' } as const
const TRIES = 3
const NO_EDNS = ['FORMERR', 'NOTIMP', 'RCODE16'] // RFC 6891 7; 16 is BADVERS

/** The real DNS: sockets of this machine. */
export function createDns({ udp = 2000, tcp = 5000, write = 10_000 }: Partial<Patience> = {}): Dns {
  return {
    query: (question, signal) => query(question, { udp, tcp, write }, signal),
    send: (message, server, over, signal) => {
      const exchange = { message, server, timeout: write, signal, writes: true }
      if (over === 'tcp') return exchangeTcp(exchange)
      const silence = () => new Failure('network', `${nameOf(server)} did not answer within ${write / 1000} s`, SILENT)
      return exchangeUdp(exchange, (datagram) => (answers(message, datagram) ? datagram : undefined), silence)
    },
    lookup: openLookup(),
    resolvers: systemResolvers,
  }
}

async function query(question: DnsQuestion, patience: Patience, signal: AbortSignal): Promise<Message> {
  const { server, localAddress } = question
  let edns = true
  let heard = false
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (attempt === TRIES) edns = false // some firewalls drop what they do not know
    const { message, judge } = ask(question, edns)
    const exchange: Exchange = { message, server, localAddress, timeout: patience.udp, signal, writes: false }
    const accept = (datagram: Uint8Array) => {
      heard ||= decodeMessage(datagram)?.response !== true
      return judge(datagram)
    }
    const answer = await unlessSilent((silence) => exchangeUdp(exchange, accept, silence))
    if (!answer) continue
    if (answer.truncated) return queryByTcp(question, edns, patience.tcp, signal)
    if (!edns || !NO_EDNS.includes(answer.rcode)) return answer
    edns = false
  }
  if (heard) throw new Failure('protocol', `${nameOf(server)} sends something that is no DNS answer`)
  throw new Failure('network', `${nameOf(server)} did not answer (${TRIES} tries of ${patience.udp / 1000} s)`, SILENT)
}

async function queryByTcp(question: DnsQuestion, edns: boolean, timeout: Milliseconds, signal: AbortSignal) {
  const { message, judge } = ask(question, edns)
  const { server, localAddress } = question
  const answer = judge(await exchangeTcp({ message, server, localAddress, timeout, signal, writes: false }))
  if (!answer) throw new Failure('protocol', `${nameOf(server)} sends another answer over TCP than was asked for`)
  if (answer.truncated) throw new Failure('protocol', `${nameOf(server)} truncates its answer over TCP too`)
  return answer
}

/** A query with an id of its own, and who knows its answer. */
function ask({ server: _, localAddress: __, recursion, dnssec, ...question }: DnsQuestion, edns: boolean) {
  const id = randomInt(0x10000)
  const message = encodeQuery({ id, question, recursion, edns, dnssec })
  const asked = decodeMessage(message)?.questions[0] // canonical: servers may send another case back
  const judge = (bytes: Uint8Array): Message | undefined => {
    const answer = decodeMessage(bytes)
    return answer?.response && answer.id === id && concerns(answer, asked) ? answer : undefined
  }
  return { message, judge }
}

/** Some servers repeat no question with an error. */
function concerns({ questions, rcode }: Message, asked: Question | undefined): boolean {
  const [only, ...more] = questions
  if (!only) return rcode !== 'NOERROR' && rcode !== 'NXDOMAIN'
  return more.length === 0 && only.name === asked?.name && only.type === asked.type && only.class === asked.class
}

async function unlessSilent<T>(work: (silence: () => Failure) => Promise<T>): Promise<T | undefined> {
  const silent = new Failure('network', 'no answer')
  try {
    return await work(() => silent)
  } catch (thrown) {
    if (thrown === silent) return undefined
    throw thrown
  }
}

/** The same id, and the bit that says it is an answer. */
const answers = (message: Uint8Array, datagram: Uint8Array): boolean =>
  datagram.length >= 12 && datagram[0] === message[0] && datagram[1] === message[1] && (datagram[2]! & 0x80) !== 0

/**
 * A server's addresses as this machine's other programs find them (getaddrinfo: /etc/hosts counts). Nobody can end it, and two
 * run at a time: who asks for a name that is being looked up waits for the same answer.
 */
function openLookup(): Dns['lookup'] {
  const pending = new Map<string, Promise<readonly IpAddress[]>>()
  return (host) => {
    const found = pending.get(host) ?? systemLookup(host).finally(() => pending.delete(host))
    pending.set(host, found)
    return found
  }
}

export async function systemLookup(host: string): Promise<readonly IpAddress[]> {
  const found = await lookup(host, { all: true }).catch((cause: Error) => {
    const code = 'code' in cause ? cause.code : cause.message
    throw new Failure(
      'network',
      `no address found for ${host} (${code}): check its spelling and this machine's resolver`,
      { cause, ...(code === 'EAI_AGAIN' && SILENT), ...(code === 'ENOTFOUND' && NOBODY) },
    )
  })
  return found.flatMap(({ address }) => parseAddress(address) ?? [])
}
