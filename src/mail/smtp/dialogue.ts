import { Failure } from '../../core/failure.ts'
import { type Milliseconds, SECOND } from '../../core/instant.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Connection, TlsSeen } from '../../ports/tcp.ts'
import type { Reply, SmtpSeen } from '../ask/smtp.ts'
import { replyReader } from './reply.ts'
import { within } from './within.ts'

/** How long is waited: for the connection, the greeting, any further reply, and in all. */
export interface Limits {
  readonly connect: Milliseconds
  readonly greeting: Milliseconds
  readonly reply: Milliseconds
  readonly all: Milliseconds
}

/** RFC 5321 4.5.3.2 has minutes; who waits 30 s has outwaited postscreen and most tarpits. */
export const LIMITS: Limits = { connect: 10 * SECOND, greeting: 30 * SECOND, reply: 5 * SECOND, all: 33 * SECOND }

/** What is said beside EHLO and STARTTLS. */
export interface Script {
  readonly helo: string
  /** For SNI: the MX host. */
  readonly host: string
  /** Local part and domain to try; undefined: not asked. */
  readonly postmaster: DomainName | undefined
  readonly unknownRecipient: string | undefined
  readonly relay: boolean
}

/** Names that nobody has (RFC 2606 3): no server but one that relays for all takes mail from the one to the other. */
const STRANGERS = { from: 'mxhome-doctor@example.com', to: 'mxhome-doctor@example.net' }

/** Listens first, asks, and leaves with QUIT whatever came before; ends within `limits` save `all`, which is the signal's. */
export async function converse(
  connection: Connection,
  script: Script,
  { clock, limits, signal }: { readonly clock: Clock; readonly limits: Limits; readonly signal: AbortSignal },
): Promise<SmtpSeen> {
  const seen: { -readonly [K in keyof SmtpSeen]: SmtpSeen[K] } = {
    ...{ greeting: undefined, ehlo: undefined, capabilities: [], starttls: undefined },
    ...{ postmaster: undefined, unknownRecipient: undefined, relay: undefined, ended: undefined },
  }
  let rest = ''
  let canSpeak = true

  async function hear(limit: Milliseconds, what: string): Promise<Reply> {
    const late = () => new Failure('network', `no ${what} within ${limit / SECOND} s`, { reason: 'silent' })
    return within({ clock, limit, signal, late }, async (time) => {
      const take = replyReader()
      for (let text = rest; ; ) {
        const heard = take(text)
        rest = heard?.rest ?? ''
        if (heard) return heard.reply
        const bytes = await connection.read(limit, time)
        if (!bytes) throw new Failure('network', `the connection was closed before the ${what}`)
        text = Buffer.from(bytes).toString('latin1')
      }
    })
  }

  async function say(command: string): Promise<Reply> {
    // What was said before it was asked for would be taken for the answer.
    if (rest !== '') throw new Failure('protocol', `the server went on speaking before ${wordOf(command)}`)
    await connection.write(Buffer.from(`${command}\r\n`))
    return hear(limits.reply, `reply to ${wordOf(command)}`)
  }

  async function secure(): Promise<TlsSeen> {
    if (rest !== '') throw new Failure('protocol', 'the server went on in plain text after its reply to STARTTLS')
    return connection.secure(script.host, limits.reply, signal)
  }

  /** The reply to RCPT; where no sender is taken, that to the last MAIL. */
  async function recipient(to: string, ...senders: readonly string[]): Promise<Reply | undefined> {
    let reply: Reply | undefined
    for (const from of senders) {
      reply = await say(`MAIL FROM:<${from}>`)
      if (!isGood(reply)) continue
      reply = await say(`RCPT TO:<${to}>`)
      break
    }
    await say('RSET').catch((thrown) => {
      seen.ended = Failure.from(thrown)
    })
    return reply
  }

  try {
    seen.greeting = await hear(limits.greeting, 'greeting')
    if (seen.greeting.code !== 220) return seen
    seen.ehlo = await say(`EHLO ${script.helo}`)
    if (!isGood(seen.ehlo)) return seen
    seen.capabilities = seen.ehlo.lines.slice(1).map((line) => line.trim().toUpperCase())
    if (seen.capabilities.some((line) => line.split(' ')[0] === 'STARTTLS')) {
      const reply = await say('STARTTLS')
      if (reply.code === 220) {
        canSpeak = false // nor after half a handshake
        seen.starttls = { reply, tls: await secure().catch(Failure.from) }
        if (seen.starttls.tls instanceof Failure) throw seen.starttls.tls
        canSpeak = true
        await say(`EHLO ${script.helo}`)
      } else seen.starttls = { reply, tls: new Failure('rejected', `STARTTLS was answered with ${reply.code}`) }
    }
    if (script.postmaster) seen.postmaster = await recipient(`postmaster@${script.postmaster}`, '')
    if (script.unknownRecipient) seen.unknownRecipient = await recipient(script.unknownRecipient, '')
    if (script.relay) seen.relay = await recipient(STRANGERS.to, STRANGERS.from, '')
    return seen
  } catch (thrown) {
    seen.ended ??= Failure.from(thrown)
    return seen
  } finally {
    rest = ''
    if (seen.greeting && canSpeak) await say('QUIT').catch(() => undefined)
    connection.close()
  }
}

const wordOf = (command: string): string => command.split(/[ :]/, 1)[0]!
const isGood = ({ code }: Reply): boolean => code >= 200 && code < 300
