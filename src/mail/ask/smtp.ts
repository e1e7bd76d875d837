import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { TlsSeen } from '../../ports/tcp.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'
import { LIMITS, type Limits } from '../smtp/dialogue.ts'
import { examine } from '../smtp/examine.ts'
import { nameIn } from '../smtp/reply.ts'
import { learn } from './learn.ts'
import { askProber } from './prober.ts'

/** One reply of an SMTP server: its code, and its lines without code and hyphen. */
export interface Reply {
  readonly code: number
  readonly lines: readonly string[]
}

/** Port 25 at one address, seen from one place. */
export interface SmtpFacts {
  readonly address: IpAddress
  /** `here`: this machine, where a router may answer or fail to lead back; `outside`: a prober. */
  readonly from: 'here' | 'outside'
  /** Why there is no connection (reasons `refused`, `silent`, `no-route`), or what was said over it. */
  readonly seen: SmtpSeen | Failure
  /** Addresses of the name in the greeting of a server of ours; undefined: it is the MX host, or no name. */
  readonly named?: Learnt<readonly IpAddress[]> | undefined
  /** From here, where 25 of ours does not answer: a port of mail that does, so the way through the router leads back. */
  readonly leadsBack?: number | undefined
}

/** A dialogue as far as it went. */
export interface SmtpSeen {
  /** undefined: none within its time; `ended` says why. */
  readonly greeting: Reply | undefined
  readonly ehlo: Reply | undefined
  /** Keywords of the EHLO reply, upper case, with their parameters: `SIZE 10240000`. */
  readonly capabilities: readonly string[]
  /** undefined: not offered. The reply to STARTTLS, and the handshake where it was 220. */
  readonly starttls: { readonly reply: Reply | undefined; readonly tls: TlsSeen | Failure } | undefined
  /** To RCPT for the domain's postmaster (to MAIL, where that is refused); undefined: not asked. Reset before anything was sent. */
  readonly postmaster: Reply | undefined
  /** To RCPT for a recipient that cannot exist; undefined: not asked. */
  readonly unknownRecipient: Reply | undefined
  /** To RCPT for a foreign recipient from a foreign sender; undefined: not asked. */
  readonly relay: Reply | undefined
  /** Why the dialogue ended before QUIT. */
  readonly ended: Failure | undefined
}

/** What is asked of one address. */
export interface SmtpWish {
  readonly domain: DomainName
  /** For SNI: the MX host. */
  readonly host: string
  readonly address: IpAddress
  /** `postmaster`: the host is ours, RCPT for it; `abuse`: attempts to reach a recipient that cannot exist, and to relay by ours. */
  readonly tests: { readonly postmaster: boolean; readonly abuse: boolean }
}

/** Port 25 at one address from here, and from outside where a prober is set. Never rejects. */
export async function askSmtp(asker: Asker, wish: SmtpWish, limits: Limits = LIMITS): Promise<readonly SmtpFacts[]> {
  return Promise.all([fromHere(asker, wish, limits), ...fromOutside(asker, wish, limits)])
}

async function fromHere(asker: Asker, wish: SmtpWish, limits: Limits): Promise<SmtpFacts> {
  const { world, helo, signal, outside } = asker
  const seen = await examine(world, wish, { from: 'here', helo, stranger: false }, signal, limits)
  const isClosed = seen instanceof Failure && (seen.reason === 'refused' || seen.reason === 'silent')
  const leadsBack = isClosed && wish.tests.postmaster && !outside ? await wayBack(asker, wish.address) : undefined
  return { address: wish.address, from: 'here', seen, named: await namedBy(asker, wish, seen), leadsBack }
}

/** A prober service asks nobody but its caller: strangers' servers are not asked by it. */
function fromOutside(asker: Asker, wish: SmtpWish, limits: Limits): readonly Promise<SmtpFacts>[] {
  const { outside, world, helo, signal } = asker
  if (!outside || (outside.kind === 'http' && !wish.tests.postmaster)) return []
  const asked =
    outside.kind === 'http'
      ? askProber(asker, wish)
      : examine(world, wish, { from: outside.vantage, helo, stranger: true }, signal, limits)
  return [
    asked.then(async (seen) => ({
      ...{ address: wish.address, from: 'outside' as const, seen },
      named: await namedBy(asker, wish, seen),
    })),
  ]
}

/** At which no router listens for itself. */
const MAIL_PORTS = [993, 587, 465, 143]

async function wayBack({ world, signal }: Asker, address: IpAddress): Promise<number | undefined> {
  const found = await Promise.all(
    MAIL_PORTS.map(async (port) => {
      const dial = { server: { address, port }, from: 'here', timeout: 3 * SECOND } as const
      const connection = await world.tcp.connect(dial, signal).catch(() => undefined)
      connection?.close()
      return connection ? port : undefined
    }),
  )
  return found.find((port) => port !== undefined)
}

async function namedBy(asker: Asker, { host, address, tests }: SmtpWish, seen: SmtpSeen | Failure) {
  const name = seen instanceof Failure || seen.greeting?.code !== 220 ? undefined : parseName(nameIn(seen.greeting))
  if (!tests.postmaster || name === undefined || name === host) return undefined
  const type = address.includes(':') ? 'AAAA' : 'A'
  return learn(async () => {
    const { answers } = await asker.stub(name, type)
    return answers.flatMap(({ data }) => (data.type === type ? [data.address] : []))
  })
}
