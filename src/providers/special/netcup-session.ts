import * as z from 'zod'
import { Failure } from '../../core/failure.ts'
import type { HttpRequest } from '../../ports/http.ts'
import { shortened } from '../hide-secrets.ts'
import { parseJson } from '../kits/json-api.ts'
import type { Door } from '../kits/session.ts'
import { refusalOf, unreadable } from '../kits/status.ts'
import type { Access, Tools } from '../provider.ts'
import type { Settings } from './netcup.ts'

/** netcup understood, and says no. */
export interface Refusal {
  readonly code: number
  readonly failure: Failure
}

/** A log-in, by which actions are asked for. */
export interface Session {
  /** Resolves to the answer's data. */
  readonly call: <T>(action: string, param: object, schema: z.ZodType<T>, purpose?: Purpose) => Promise<T>
  /** The same, where a refusal is an answer. */
  readonly ask: <T>(action: string, param: object, schema: z.ZodType<T>) => Promise<T | Refusal>
}

type Purpose = HttpRequest['purpose']

/** `responsedata` is an empty text in an error. */
const Answer = z.object({
  status: z.string(),
  statuscode: z.number(),
  shortmessage: z.string().nullish(),
  longmessage: z.string().nullish(),
  responsedata: z.unknown().optional(),
})
const LoggedIn = z.object({ apisessionid: z.string().min(1) })

export const isRefusal = (given: unknown): given is Refusal =>
  typeof given === 'object' && given !== null && 'failure' in given

export function doorOf({ settings, base }: Access<Settings>, { http, now }: Tools): Door<Session> {
  const { customerNumber: customernumber, apiKey: apikey, apiPassword: apipassword } = settings

  async function ask<T>(action: string, param: object, schema: z.ZodType<T>, purpose: Purpose): Promise<T | Refusal> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    const body = JSON.stringify({ action, param: { ...param, customernumber, apikey } })
    const response = await http({ purpose, method: 'POST', url: base, headers, body })
    const { data: answer } = Answer.safeParse(parseJson(response.body))
    if (answer && answer.status !== 'success') return refusalIn(answer, action)
    const failure = refusalOf(response, { purpose, now: now() })
    if (failure) throw failure
    const data = schema.safeParse(answer?.responsedata)
    if (answer && data.success) return data.data
    throw unreadable(response, purpose)
  }

  return {
    async open() {
      const { apisessionid } = accepted(await ask('login', { apipassword }, LoggedIn, 'read'))
      return {
        call: async (action, param, schema, purpose = 'read') =>
          accepted(await ask(action, { ...param, apisessionid }, schema, purpose)),
        ask: (action, param, schema) => ask(action, { ...param, apisessionid }, schema, 'read'),
      }
    },
    close: ({ call }) => call('logout', {}, z.unknown()),
  }
}

function accepted<T>(given: T | Refusal): T {
  if (isRefusal(given)) throw given.failure
  return given
}

/**
 * Refusals come with status 200, and which codes there are is not documented: 4013 is a value that is refused, a refused
 * log-in has no code of its own, and any other (the end of a session may be one) is tried again rather than held.
 */
function refusalIn({ statuscode: code, shortmessage, longmessage }: z.infer<typeof Answer>, action: string): Refusal {
  const kind = action === 'login' ? 'auth' : code === 4013 ? 'rejected' : 'protocol'
  const words = [shortmessage, longmessage].filter(Boolean).join(' ') || 'no reason given'
  return { code, failure: new Failure(kind, `${action}: ${code} ${shortened(words, 200)}`) }
}
