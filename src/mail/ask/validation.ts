import { BlockList } from 'node:net'
import { Failure } from '../../core/failure.ts'
import { describeEndpoint, type Endpoint } from '../../dns/endpoint.ts'
import type { Message, RecordType } from '../../dns/message.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { DnsQuestion } from '../../ports/dns.ts'
import type { Asker } from '../asker.ts'
import { aboutSignatures, causesOf } from './bogus-causes.ts'

/** What a resolver that may validate says of one RRset. */
export type Validated =
  /** By a validating resolver on this machine: signed and good, or not signed. */
  | { readonly state: 'secure' | 'insecure'; readonly reply: Message }
  /** An answer, but no resolver here that could tell whether it is signed. */
  | { readonly state: 'unproven'; readonly reply: Message; readonly why: string }
  /** Refused by one that validates. */
  | { readonly state: 'bogus'; readonly causes: readonly string[] }

export type AskValidated = (name: string, type: RecordType) => Promise<Validated>

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')
const isLoopback = (address: IpAddress) => LOOPBACK.check(address, address.includes(':') ? 'ipv6' : 'ipv4')

/** Asks for validated data. AD counts only from a resolver on loopback (RFC 4035 4.9.3), so those are asked first. Rejects with a Failure. */
export function openValidation({ asking, world, signal }: Asker): AskValidated {
  const roots = new Map<Endpoint, Promise<boolean>>()
  const ask = (question: DnsQuestion) => world.dns.query(question, signal)

  /** The root is signed: who validates says so of it. */
  const validates = (server: Endpoint) => {
    const question = { server, name: '.', type: 'SOA', recursion: true, dnssec: 'checked' } as const
    const known = roots.get(server) ?? ask(question).then(({ authentic = false }) => authentic)
    roots.set(server, known)
    return known.catch(() => false)
  }

  const judged = async (question: DnsQuestion, reply: Message): Promise<Validated> => {
    const { server } = question
    if (isAnswer(reply)) {
      if (!isLoopback(server.address)) return { state: 'unproven', reply, why: farAway(server) }
      if (reply.authentic) return { state: 'secure', reply }
      if (await validates(server)) return { state: 'insecure', reply }
      return { state: 'unproven', reply, why: `the resolver ${describeEndpoint(server)} does not validate DNSSEC` }
    }
    if (reply.rcode !== 'SERVFAIL') throw refusal(server, reply)
    const told = aboutSignatures(reply)
    if (told === false) throw refusal(server, reply)
    const unchecked = await ask({ ...question, dnssec: 'unchecked' })
    if (!isAnswer(unchecked)) throw refusal(server, reply)
    // Without a word about signatures it may have been a passing fault.
    const again = told ? reply : await ask(question)
    if (isAnswer(again)) return judged(question, again)
    return { state: 'bogus', causes: causesOf(reply, unchecked, world.clock.now()) }
  }

  return async (name, type) => {
    const all = asking.resolvers.length > 0 ? asking.resolvers : await world.dns.resolvers()
    const servers = all.toSorted((one, other) => Number(isLoopback(other.address)) - Number(isLoopback(one.address)))
    let failure = new Failure('network', 'this box has no resolver (resolv.conf), and MXHOME_RESOLVERS names none')
    for (const server of servers) {
      const question = { server, name, type, recursion: true, dnssec: 'checked' } as const
      try {
        return await judged(question, await ask(question))
      } catch (thrown) {
        failure = Failure.from(thrown)
        if (failure.kind === 'cancelled' || failure.kind === 'bug') break
      }
    }
    throw failure
  }
}

const isAnswer = ({ rcode }: Message) => rcode === 'NOERROR' || rcode === 'NXDOMAIN'

const refusal = (server: Endpoint, { rcode }: Message) =>
  new Failure('unavailable', `the resolver ${describeEndpoint(server)} answers ${rcode}`)

const farAway = (server: Endpoint) =>
  `the resolver ${describeEndpoint(server)} is not on this machine, so that its word on signatures proves nothing`
