import { Failure } from '../core/failure.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { Message, ResourceRecord } from '../dns/message.ts'
import type { Dns, DnsQuestion } from '../ports/dns.ts'

type Query = Dns['query']

/**
 * Resolvers' answers are compared with what the same resolver says of a name that nobody has: some lead every name that
 * does not exist to a page of their own ("NXDOMAIN hijacking"). Such an answer is a Failure: it says nothing. Name servers
 * are believed, they answer for what is theirs; so are answers with signatures, which are judged by those.
 */
export function refuseInvented(query: Query, random: () => number): Query {
  const nobody = `mxhome-${random().toString(36).slice(2).padEnd(8, 'x')}.com`
  const controls = new Map<string, Promise<string>>()
  /** '' where the resolver is honest, or cannot be asked. */
  const control = (question: DnsQuestion, signal: AbortSignal) => {
    const key = `${question.type} ${describeEndpoint(question.server)}`
    const known = controls.get(key) ?? query({ ...question, name: nobody }, signal).then(saidIn, () => '')
    controls.set(key, known)
    return known
  }
  return async (question, signal) => {
    const reply = await query(question, signal)
    if (!question.recursion || question.dnssec) return reply
    const said = saidIn(reply)
    if (said === '' || said !== (await control(question, signal))) return reply
    throw new Failure(
      'protocol',
      `the resolver answers for names that nobody has as it does for ${question.name}: it makes answers up`,
    )
  }
}

/** The data alone: owner and TTL are those of the question. */
const saidIn = ({ answers }: Message): string => answers.map(textOf).toSorted().join('\n')

const textOf = ({ data }: ResourceRecord): string =>
  JSON.stringify(data, (_, value) => (value instanceof Uint8Array ? [...value] : value))
