import * as z from 'zod'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import type { HttpResponse } from '../../ports/http.ts'
import { shortened } from '../hide-secrets.ts'
import { type Api, parseJson } from '../kits/json-api.ts'
import { refusalOf } from '../kits/status.ts'

type Refusal = NonNullable<Api['refusal']>

/** In the service's own words. */
export function refusal(response: HttpResponse, asked: Parameters<Refusal>[1]): Failure | undefined {
  const failure = refusalOf(response, asked)
  if (!failure) return undefined
  const { retryAfter, lost } = failure
  const words = `HTTP ${response.status}${hintOf(response.status)}: ${reasonsIn(response.body) ?? failure.message}`
  return new Failure(kindOf(failure.kind, response, asked.path), words, { retryAfter, lost })
}

/** The list of zones takes no parameters: a 400 there is about the key. */
function kindOf(kind: ErrorKind, { status }: HttpResponse, path: string): ErrorKind {
  return status === 400 && path === '/v1/zones' ? 'auth' : kind
}

const hintOf = (status: number) =>
  status === 503 ? ' (IONOS also answers so where the User-Agent is missing or too short)' : ''

const Reason = z.object({
  code: z.string().optional(),
  message: z.string().optional(),
  parameters: z
    .object({ invalidFields: z.array(z.string()), requiredFields: z.array(z.string()) })
    .partial()
    .optional(),
})
/** The gateway answers an object, the API an array of them. */
const Reasons = z.union([z.array(Reason).min(1), Reason.transform((one) => [one])])

function reasonsIn(body: string): string | undefined {
  const reasons = Reasons.safeParse(parseJson(body))
  if (!reasons.success) return undefined
  const texts = reasons.data.map(({ code, message, parameters }) => {
    const fields = [...(parameters?.invalidFields ?? []), ...(parameters?.requiredFields ?? [])]
    return [code, message, fields.length > 0 ? `(fields: ${fields.join(', ')})` : undefined].filter(Boolean).join(' ')
  })
  return shortened(texts.filter(Boolean).join('; '), 200) || undefined
}
