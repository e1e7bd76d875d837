import * as z from 'zod'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import { type Api, type JsonApi, parseJson } from '../kits/json-api.ts'
import { refusalOf, refusalSaying } from '../kits/status.ts'

const Reason = z.object({ code: z.string(), message: z.string().optional() })
/** A write that goes on after its answer. */
export const Action = z.object({ action: z.object({ id: z.number(), status: z.string(), error: Reason.nullish() }) })
type Action = z.infer<typeof Action>

/** How often it is looked at: an adapter cannot wait, and the name servers tell the rest. */
const LOOKS = 5

/** Until it is done the next write would find the zone locked. Throws if it failed. */
export const settled = async (api: JsonApi, answer: Action): Promise<void> => mustBeDone(await followed(api, answer))

/** The same for a write of which nobody looks again by itself: if its end cannot be learnt, it is lost. */
export async function settledOrLost(api: JsonApi, answer: Action): Promise<void> {
  const end = await followed(api, answer).catch((thrown) => {
    const { kind, message, retryAfter, cause } = Failure.from(thrown)
    throw new Failure(kind, `the change was taken, but not how it ended: ${message}`, { retryAfter, cause, lost: true })
  })
  mustBeDone(end)
}

async function followed(api: JsonApi, answer: Action): Promise<Action> {
  let last = answer
  for (let looks = 0; last.action.status === 'running' && looks < LOOKS; looks += 1) {
    last = await api.get(`/zones/actions/${last.action.id}`, Action)
  }
  return last
}

function mustBeDone({ action }: Action): void {
  if (action.status !== 'error') return
  const { code = 'no reason given', message = '' } = action.error ?? {}
  throw new Failure(KINDS[code] ?? 'unavailable', `the change was taken, and then failed: ${code} ${message}`.trim())
}

/** Where the status alone would mislead, or is not documented. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  protected: 'rejected',
  locked: 'unavailable', // another action is at work
  conflict: 'unavailable', // changed by someone else meanwhile
  deprecated_api_endpoint: 'unsupported',
}

export const refusal: NonNullable<Api['refusal']> = (response, asked) => {
  const failure = refusalOf(response, asked)
  const { data } = z.object({ error: Reason }).safeParse(parseJson(response.body))
  if (!failure || !data) return failure
  const { code, message = '' } = data.error
  return refusalSaying(response, asked, `${code} ${message}`, KINDS[code])
}
