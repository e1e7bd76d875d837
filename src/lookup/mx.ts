import { Failure } from '../core/failure.ts'
import type { MxAnswer, MxSet } from '../core/locate.ts'
import type { Message } from '../dns/message.ts'
import type { DomainName } from '../dns/name.ts'
import type { Asking } from './asking.ts'
import { askAuthority, type Heard } from './authority.ts'
import { askStub } from './stub.ts'

export interface MxAtServer {
  readonly name: string
  readonly address: string
  readonly mx: MxSet | Failure
}

/** The domain's MX RRset as every authoritative server gives it, and as the resolver does, side by side. Never rejects. */
export async function mxOf(
  asking: Asking,
  domain: DomainName,
  signal: AbortSignal,
): Promise<MxAnswer & { readonly servers: readonly MxAtServer[]; readonly alias?: string }> {
  const [heard, resolver] = await Promise.all([
    askAuthority(asking, domain, { name: domain, type: 'MX' }, signal).catch(Failure.from),
    askStub(asking, domain, 'MX', signal).catch(Failure.from),
  ])
  const servers = (heard instanceof Failure ? [] : heard).map(({ name, address, reply }) => ({
    name,
    address,
    mx: reply instanceof Failure ? reply : mxIn(reply),
  }))
  const alias = aliasIn(domain, heard, resolver)
  return {
    authorities: heard instanceof Failure ? [heard] : servers.map(({ mx }) => mx),
    resolver: resolver instanceof Failure ? resolver : mxIn(resolver),
    servers,
    ...(isDenied(domain, heard, resolver) && { nxdomain: true }),
    ...(alias !== undefined && { alias }),
  }
}

/** Who is silent may have it: only where every server is another zone's, or none is found, does the resolver's word count. */
function isDenied(domain: string, heard: readonly Heard[] | Failure, resolver: Message | Failure): boolean {
  const denies = (reply: Message) => reply.rcode === 'NXDOMAIN' && !reply.answers.some(({ owner }) => owner === domain) // else what an alias leads to
  const replies = heard instanceof Failure ? [] : heard.map(({ reply }) => reply)
  const known = replies.flatMap((reply) => (reply instanceof Failure ? [] : reply))
  if (known.length > 0) return known.every(denies)
  const isSilent = replies.some((reply) => reply instanceof Failure && reply.kind !== 'rejected')
  return !isSilent && !(resolver instanceof Failure) && denies(resolver)
}

/** What the domain itself is an alias of: the MX that is heard is that of its end (RFC 5321 5.1). */
function aliasIn(domain: string, heard: readonly Heard[] | Failure, resolver: Message | Failure): string | undefined {
  const replies = [...(heard instanceof Failure ? [] : heard.map(({ reply }) => reply)), resolver]
  const known = replies.find((reply) => !(reply instanceof Failure))
  return known instanceof Failure || !known ? undefined : endOf(known, domain, domain)
}

/** The end of the chain of aliases that starts at `host`; undefined: it is none. Asked with authority, else of the resolver. */
export async function aliasOf(asking: Asking, host: DomainName, signal: AbortSignal): Promise<string | undefined> {
  const heard = await askAuthority(asking, host, { name: host, type: 'CNAME' }, signal).catch(() => [])
  const reply = heard.map((one) => one.reply).find((one) => !(one instanceof Failure))
  const first = reply instanceof Failure || !reply ? undefined : targetOf(reply, host)
  if (reply && !first) return undefined
  const chain = await askStub(asking, host, 'A', signal).catch(() => undefined)
  return (chain && endOf(chain, first ?? host, host)) ?? first
}

function targetOf({ answers }: Message, owner: string): string | undefined {
  const alias = answers.find((one) => one.owner === owner && one.data.type === 'CNAME')
  return alias?.data.type === 'CNAME' ? alias.data.target : undefined
}

function endOf(reply: Message, from: string, host: string): string | undefined {
  let name = from
  for (let hops = 0; hops < 16; hops++) {
    const next = targetOf(reply, name)
    if (next === undefined) break
    name = next
  }
  return name === host ? undefined : name
}

const mxIn = ({ answers }: Message): MxSet =>
  answers.flatMap(({ data }) => (data.type === 'MX' ? [{ preference: data.preference, exchange: data.exchange }] : []))
