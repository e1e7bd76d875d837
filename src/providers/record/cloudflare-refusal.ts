import * as z from 'zod'
import type { Failure } from '../../core/failure.ts'
import type { HttpResponse } from '../../ports/http.ts'
import { type Api, parseJson } from '../kits/json-api.ts'
import { refusalSaying } from '../kits/status.ts'

const Reason = z.object({ code: z.number(), message: z.string() })
const Refused = z.object({
  success: z.literal(false),
  errors: z.array(Reason.extend({ error_chain: z.array(Reason).optional() })),
})
/** Headers that are malformed, credentials that are unknown or may not do this: answered with 400 as well as 403. */
const ABOUT_THE_KEY: readonly number[] = [6003, 6111, 9106, 9109, 10000, 10001]

/** A refusal may come with status 200. */
export function refusal(
  response: HttpResponse,
  asked: Parameters<NonNullable<Api['refusal']>>[1],
): Failure | undefined {
  const said = Refused.safeParse(parseJson(response.body))
  if (!said.success) return undefined
  const reasons = said.data.errors.flatMap(({ error_chain = [], ...error }) => [error, ...error_chain])
  const words = reasons.map(({ code, message }) => `${code} ${message}`).join('; ')
  return refusalSaying(
    response,
    asked,
    words,
    reasons.some(({ code }) => ABOUT_THE_KEY.includes(code)) ? 'auth' : undefined,
  )
}
