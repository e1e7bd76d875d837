import * as z from 'zod'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import type { HttpRequest } from '../../ports/http.ts'
import { shortened } from '../hide-secrets.ts'
import { parseJson } from '../kits/json-api.ts'
import type { Door } from '../kits/session.ts'
import { refusalOf, unreadable } from '../kits/status.ts'
import type { Access, Tools } from '../provider.ts'
import type { Settings } from './inwx.ts'

/** A log-in, in which methods are called. Resolves to the answer's data. */
export interface Session {
  readonly call: <T>(
    method: string,
    params: object,
    schema: z.ZodType<T>,
    purpose?: HttpRequest['purpose'],
  ) => Promise<T>
}

const Answer = z.object({
  code: z.number(),
  msg: z.string().nullish(),
  reason: z.string().nullish(),
  resData: z.unknown().optional(),
})
const LoggedIn = z.object({ tfa: z.union([z.string(), z.number()]).nullish() }).nullish()

/** The session is known by a cookie. */
const COOKIE = /(?:^|[,;\s])(domrobot=[^;,\s]+)/

export function doorOf({ settings, base }: Access<Settings>, { http, now }: Tools): Door<Session> {
  async function ask<T>(
    method: string,
    params: object,
    schema: z.ZodType<T>,
    purpose: HttpRequest['purpose'],
    cookie?: string,
  ) {
    const headers = { accept: 'application/json', 'content-type': 'application/json', ...(cookie && { cookie }) }
    const body = JSON.stringify({ method, params })
    const response = await http({ purpose, method: 'POST', url: `${base}/`, headers, body })
    const { data: answer } = Answer.safeParse(parseJson(response.body))
    const failure =
      answer && (answer.code < 1000 || answer.code > 1500)
        ? refused(answer, method)
        : refusalOf(response, { purpose, now: now() })
    if (failure) throw failure
    const data = schema.safeParse(answer?.resData)
    if (answer && data.success) return { data: data.data, response }
    throw unreadable(response, purpose)
  }

  return {
    async open() {
      const { username: user, password: pass } = settings
      const { data, response } = await ask(LOG_IN, { user, pass }, LoggedIn, 'read')
      const cookie = COOKIE.exec(response.headers['set-cookie'] ?? '')?.[1]
      if (cookie === undefined) throw unreadable(response, 'read')
      const session: Session = {
        call: async (method, params, schema, purpose = 'read') =>
          (await ask(method, params, schema, purpose, cookie)).data,
      }
      if (!data?.tfa || String(data.tfa) === '0') return session
      await leave(session).catch(() => {})
      throw new Failure('auth', TWO_FACTORS)
    },
    close: leave,
  }
}

const LOG_IN = 'account.login'
const leave = ({ call }: Session) => call('account.logout', {}, z.unknown())

/** A one-time code can be used once in 30 s, and reading and writing are a log-in each. */
const TWO_FACTORS =
  'this account wants a one-time code at each log-in, which cannot be given here: take an account without two-factor log-in'

/** Codes have the meaning that EPP gives them (RFC 5730 3): 22xx security, 24xx and 25xx the server. */
function refused({ code, msg, reason }: z.infer<typeof Answer>, method: string): Failure {
  const words = [msg, reason].filter(Boolean).join(': ') || 'no reason given'
  return new Failure(kindOf(code, method), `${method}: ${code} ${shortened(words, 200)}`)
}

function kindOf(code: number, method: string): ErrorKind {
  if (code === 2200 && method !== LOG_IN) return 'unavailable' // the session has ended
  if (code === 2200 || code === 2201 || code === 2202) return 'auth'
  if (code >= 2000 && code < 2400) return 'rejected'
  return code >= 2400 && code < 2600 ? 'unavailable' : 'protocol'
}
