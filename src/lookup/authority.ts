import { Failure } from '../core/failure.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { Message, RecordType } from '../dns/message.ts'
import type { DomainName } from '../dns/name.ts'
import type { Asking, NameServer, Zone } from './asking.ts'
import { delegatedZone, zoneOf } from './zone.ts'

/** One server's answer with authority, or why there is none. */
export interface Heard {
  readonly server: NameServer
  readonly reply: Message | Failure
}

/** Asks every authoritative server of the owner's zone side by side. Rejects only when the servers cannot be found. */
export async function askAuthority(
  asking: Asking,
  owner: DomainName,
  question: { readonly name: string; readonly type: RecordType },
  signal: AbortSignal,
): Promise<readonly Heard[]> {
  const zone = await zoneOf(asking, owner, signal)
  const heard = await askAll(asking, zone, question, signal)
  const lame = heard.every(({ reply }) => reply instanceof Failure && reply.kind === 'rejected')
  if (asking.nameservers.length === 0 || !lame) return heard
  // The servers that the user named do not serve this zone: it is another one's.
  const other = await delegatedZone(asking, owner, signal).catch(() => undefined)
  return other ? askAll(asking, other, question, signal) : heard
}

async function askAll(
  { dns }: Asking,
  { servers }: Zone,
  question: { name: string; type: RecordType },
  signal: AbortSignal,
) {
  return Promise.all(
    servers.map(async (server): Promise<Heard> => {
      const asked = { ...question, server: server.endpoint, recursion: false }
      return { server, reply: await dns.query(asked, signal).then(judged(server), Failure.from) }
    }),
  )
}

/** Only what comes with authority counts: a cache, a referral or a refusal is a lame server, hence unknown. */
const judged =
  ({ endpoint }: NameServer) =>
  (reply: Message): Message | Failure => {
    const where = describeEndpoint(endpoint)
    const { rcode, authoritative, recursionAvailable, answers } = reply
    if (rcode === 'SERVFAIL') return new Failure('unavailable', `${where} answers SERVFAIL`)
    if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return new Failure('rejected', `${where} answers ${rcode}`)
    if (authoritative) return reply
    const cache = recursionAvailable && answers.length > 0
    if (!cache) return new Failure('rejected', `${where} is lame`)
    return new Failure('rejected', `${where} answers from a cache, without authority`, { reason: 'from-cache' })
  }
