import { Failure } from '../core/failure.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { Message, RecordType } from '../dns/message.ts'
import type { DomainName } from '../dns/name.ts'
import type { Asking, Zone } from './asking.ts'
import { delegatedZone, zoneOf } from './zone.ts'

/** One server's answer with authority, or why there is none. */
export interface Heard {
  /** The NS name; empty where the user named the server by its address. */
  readonly name: string
  /** With its port where that is not 53; empty where none is known. */
  readonly address: string
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
  const heard = await askServers(asking, zone, question, signal)
  const lame = heard.every(({ reply }) => reply instanceof Failure && reply.kind === 'rejected')
  if (asking.nameservers.length === 0 || !lame) return heard
  // The servers that the user named do not serve this zone: it is another one's.
  const other = await delegatedZone(asking, owner, signal).catch(() => undefined)
  return other ? askServers(asking, other, question, signal) : heard
}

/** Asks these servers side by side. Never rejects. */
export async function askServers(
  { dns }: Asking,
  { servers, unreachable }: Pick<Zone, 'servers' | 'unreachable'>,
  question: { readonly name: string; readonly type: RecordType },
  signal: AbortSignal,
): Promise<readonly Heard[]> {
  const heard = await Promise.all(
    servers.map(async ({ name, endpoint }): Promise<Heard> => {
      const address = describeEndpoint(endpoint)
      const asked = { ...question, server: endpoint, recursion: false }
      return { name, address, reply: await dns.query(asked, signal).then(judged(address, question.name), Failure.from) }
    }),
  )
  return [...heard, ...unreachable.map(({ name, why }): Heard => ({ name, address: '', reply: why }))]
}

/** Only what comes with authority over the name counts: a cache, a referral or a refusal is a lame server, hence unknown. */
const judged =
  (where: string, name: string) =>
  (reply: Message): Message | Failure => {
    const { rcode, authoritative, recursionAvailable, answers } = reply
    if (rcode === 'SERVFAIL') return new Failure('unavailable', `${where} answers SERVFAIL`)
    if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return new Failure('rejected', `${where} answers ${rcode}`)
    const strange = answers.length > 0 && !answers.some(({ owner }) => owner === name)
    if (strange) return new Failure('protocol', `${where} answers of another name than ${name}`)
    if (authoritative) return zoneIsForeign(reply, name) ? new Failure('rejected', `${where} is lame`) : reply
    const cache = recursionAvailable && answers.length > 0
    if (!cache) return new Failure('rejected', `${where} is lame`)
    return new Failure('rejected', `${where} answers from a cache, without authority`, { reason: 'from-cache' })
  }

/**
 * A negative answer carries the SOA of the zone that it speaks for (RFC 2308 2). Servers that do not have the name's zone
 * (any more) often deny every name out of a root zone of their own.
 */
function zoneIsForeign({ answers, authorities }: Message, name: string): boolean {
  const zones = authorities.flatMap(({ owner, data }) => (data.type === 'SOA' ? [owner] : []))
  return answers.length === 0 && zones.length > 0 && !zones.some((zone) => name === zone || name.endsWith(`.${zone}`))
}
