import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import type { Vantage } from '../../ports/tcp.ts'
import type { World } from '../../ports/world.ts'
import type { SmtpSeen, SmtpWish } from '../ask/smtp.ts'
import { converse, LIMITS, type Limits } from './dialogue.ts'
import { within } from './within.ts'

/** From where, and under which name. */
export interface Way {
  readonly from: Vantage
  readonly helo: string
  /** This place is none that the server trusts: only then an attempt to relay proves anything. */
  readonly stranger: boolean
}

/** One dialogue with port 25 of one address; a Failure where there is no connection. Never rejects. */
export async function examine(
  { tcp, clock, random }: Pick<World, 'tcp' | 'clock' | 'random'>,
  { domain, host, address, tests }: SmtpWish,
  { from, helo, stranger }: Way,
  signal: AbortSignal,
  limits: Limits = LIMITS,
): Promise<SmtpSeen | Failure> {
  const nobody = `mxhome-doctor-${random().toString(36).slice(2, 12)}@${domain}`
  const script = {
    ...{ helo, host },
    postmaster: tests.postmaster ? domain : undefined,
    unknownRecipient: tests.abuse ? nobody : undefined,
    relay: tests.abuse && tests.postmaster && stranger,
  }
  const late = () =>
    new Failure('network', `the dialogue was not done within ${limits.all / SECOND} s`, { reason: 'silent' })
  let seen: SmtpSeen | undefined
  try {
    return await within({ clock, limit: limits.all, signal, late }, async (time) => {
      const dial = { server: { address, port: 25 }, from, timeout: limits.connect }
      seen = await converse(await tcp.connect(dial, time), script, { clock, limits, signal: time })
      if (seen.ended?.kind === 'cancelled') throw seen.ended
      return seen
    })
  } catch (thrown) {
    return seen ? { ...seen, ended: Failure.from(thrown) } : Failure.from(thrown)
  }
}
