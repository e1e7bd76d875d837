import { isSameSecret } from '../../core/same-secret.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import { parseUpdate, TOO_MANY } from '../../line/protocols/dyndns2-server.ts'
import type { Answer, Incoming } from '../../ports/serve.ts'
import { linesToldOf } from '../lines.ts'
import type { PushLimits } from './push-limits.ts'
import { lineMeant } from './push-targets.ts'
import { answerUpdate, LATER, type Pushing } from './push-update.ts'

/** As every dyndns2 service has it. */
const PATH = '/nic/update'
const REASONS = {
  pause: ['abuse', 'five wrong passwords, each within five minutes of the one before'],
  crowd: ['abuse', 'fifty wrong passwords in five minutes, of all callers together'],
  'too-often': ['toomanyrequests', 'more than 30 requests in a minute'],
} as const

/** Answers a router as a dyndns2 service does: https://help.dyn.com/return-codes/ */
export function openPushAnswer(pushing: Pushing, limits: PushLimits): (request: Incoming) => Promise<Answer> {
  const { world, setupOf } = pushing
  const { clock, log } = world

  return async ({ method, path, query, from, headers }) => {
    const refuse = (answer: string, why: string, whose: IpAddress | 'all' = from) => {
      if (limits.isNews(whose, why, clock.now())) log.warn('a push was refused', { from, answer, why })
    }
    const admission = limits.admit(from, clock.now())
    if (admission.kind !== 'welcome') {
      const [code, why] = REASONS[admission.kind]
      // A crowd has more addresses than are kept in mind.
      refuse(code, why, admission.kind === 'crowd' ? 'all' : from)
      return say(429, code, { 'retry-after': String(admission.retryAfter), connection: 'close' })
    }
    const { config } = setupOf()
    const { username = '', password } = config.push
    const login = loginIn(headers.authorization)
    if (password === undefined || login === undefined || !isSameSecret(login, `${username}:${password}`)) {
      if (login !== undefined) {
        limits.wrongPassword(from, clock.now())
        refuse('badauth', 'user name and password are not those of push.username and push.password')
      }
      return say(401, 'badauth', { 'www-authenticate': 'Basic realm="mxhome"' })
    }
    limits.rightPassword(from, clock.now())
    if (path !== PATH) return say(404, `expected: ${PATH}`)
    if (method !== 'GET') return say(405, 'expected: GET', { allow: 'GET' })
    const named = query.get('line')
    const line = lineMeant(setupOf(), named)
    if (line === undefined) {
      const heard = linesToldOf(setupOf().lines).join(', ')
      const why = named
        ? `its &line= names no line of which a router is heard: those are ${heard}`
        : `it does not tell which line is meant: add &line=NAME to the update URL (${heard})`
      refuse('badrequest', why)
      return say(400, 'badrequest')
    }
    const update = parseUpdate(query, config.allowAddresses)
    if (update !== TOO_MANY) {
      const answer = await answerUpdate({ from, line, update, refuse }, pushing)
      // Some clients (OPNsense's) take every 2xx for done, whatever it says.
      return say(answer === LATER ? 503 : 200, answer)
    }
    refuse(TOO_MANY, 'it names more than 20 hosts')
    return say(200, TOO_MANY)
  }
}

const say = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: `${body}\n`,
})

/** `name:password` of HTTP Basic (RFC 7617); undefined: the header is none. */
function loginIn(header = ''): string | undefined {
  const token = /^Basic +([A-Za-z\d+/=_-]+)$/i.exec(header)?.[1]
  return token === undefined ? undefined : Buffer.from(token, 'base64').toString('utf8')
}
