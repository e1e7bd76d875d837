import { Failure } from '../../src/core/failure.ts'
import { parseName } from '../../src/dns/name.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { SmtpSeen, SmtpWish } from '../../src/mail/ask/smtp.ts'
import type { Limits } from '../../src/mail/smtp/dialogue.ts'
import { examine, type Way } from '../../src/mail/smtp/examine.ts'
import { openClock } from '../../src/system/clock.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { leadTo, type Part, startSmtp } from '../support/smtp-server.ts'

export const never = new AbortController().signal
export const QUICK: Limits = { connect: 2000, greeting: 300, reply: 200, all: 10_000 }
export const WISH: SmtpWish = {
  domain: parseName('example.com')!,
  host: 'mx.example.com',
  address: parseAddress('127.0.0.1')!,
  tests: { postmaster: true, abuse: false },
}
export const WAY: Way = { from: 'here', helo: '[203.0.113.7]', stranger: false }
const stops: (() => void)[] = []
export const stopServers = () => {
  for (const stop of stops.splice(0)) stop()
}

/** One examination of a server that plays that part. */
export async function ask(part: Part, { limits = QUICK, signal = never, ...rest }: Asked = {}) {
  const { port, heard, stop } = await startSmtp(part)
  stops.push(stop)
  const world = { tcp: leadTo(openTcp({}), port), clock: openClock(), random: () => 0.5 }
  const wish = { ...WISH, tests: { ...WISH.tests, ...rest.tests } }
  const seen = await examine(world, wish, { ...WAY, ...rest.way }, signal, limits)
  if (seen instanceof Failure) throw seen
  return { seen, heard }
}
export interface Asked {
  readonly limits?: Limits
  readonly signal?: AbortSignal
  readonly tests?: Partial<SmtpWish['tests']>
  readonly way?: Partial<Way>
}
/** Why it ended, as plain data. */
export const why = ({ ended }: SmtpSeen) => ended && { kind: ended.kind, message: ended.message }
