import type { MailSeen } from '../../config/init-answers.ts'
import { Failure } from '../../core/failure.ts'
import type { MxSet } from '../../core/locate.ts'
import { nonexistentText } from '../../core/locate-findings.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import { aliasOf, mxOf } from '../../lookup/mx.ts'
import { nameServersOf } from '../../lookup/name-servers.ts'
import { askStub } from '../../lookup/stub.ts'
import { TEMPORARY } from '../exit-codes.ts'
import { withProgress } from '../progress.ts'
import { looksLikeSuffix } from './public-suffix.ts'
import { isRefusal, type Refusal, refuse, type Session } from './session.ts'

/** The domain's mail as its name servers show it, else why it cannot be the domain of a mail host. */
export async function lookUpMail(
  domain: DomainName,
  suffixes: readonly string[],
  session: Session,
): Promise<MailSeen | Refusal> {
  const { asking, signal, context } = session
  return withProgress(context.terminal, true, `asking the name servers of ${domain}`, async () => {
    const exists = await existsInDns(domain, session)
    if (isRefusal(exists)) return exists
    const answer = await mxOf(asking, domain, signal)
    signal.throwIfAborted()
    const heard = [...answer.authorities, answer.resolver].find((one) => !(one instanceof Failure))
    if (heard === undefined || heard instanceof Failure) {
      const why = answer.resolver instanceof Failure ? answer.resolver.message : 'no answer'
      return refuse(`the MX record of ${domain} cannot be looked up: ${why}; try again later`, TEMPORARY)
    }
    const mx = heard.filter(({ exchange }) => exchange !== '.').toSorted((a, b) => a.preference - b.preference)
    if (mx.length === 0 && looksLikeSuffix(domain, suffixes)) {
      return refuse(
        `${domain} is a public suffix, below which domains are registered: give your own, such as example.${domain}`,
      )
    }
    return { domain, mx, aliases: await aliasesOf(mx, session), takesNoMail: heard.length > 0 && mx.length === 0 }
  })
}

async function existsInDns(domain: DomainName, { asking, signal }: Session): Promise<true | Refusal> {
  const reply = await askStub(asking, domain, 'MX', signal).catch(Failure.from)
  signal.throwIfAborted()
  if (reply instanceof Failure) {
    const remedy = 'is this machine on the Internet? Resolvers can be named by MXHOME_RESOLVERS'
    return refuse(`${domain} cannot be looked up: ${reply.message}; ${remedy}`, TEMPORARY)
  }
  return reply.rcode === 'NXDOMAIN' ? refuse(nonexistentText(domain)) : true
}

async function aliasesOf(mx: MxSet, { asking, signal }: Session): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    mx.map(async ({ exchange }) => {
      const name = parseName(exchange)
      const alias = name && (await aliasOf(asking, name, signal))
      return alias === undefined ? [] : [[exchange, alias] as const]
    }),
  )
  return new Map(found.flat())
}

/** The zone of a host and the names of its name servers; undefined: they cannot be looked up. */
export async function lookUpServers(
  host: DomainName,
  { asking, signal }: Session,
): Promise<{ readonly apex: DomainName; readonly names: readonly string[] } | undefined> {
  const found = await nameServersOf(asking, host, signal).catch(() => undefined)
  signal.throwIfAborted()
  return found
}
