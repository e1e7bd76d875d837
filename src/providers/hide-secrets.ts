import { Buffer } from 'node:buffer'
import type * as z from 'zod'
import { Failure } from '../core/failure.ts'
import type { Published } from '../core/outcome.ts'
import { type Hide, hiderOf, secretsInUrl } from '../core/secrets.ts'
import { settingsOf } from './settings.ts'

export { type Hide, shortened } from '../core/secrets.ts'

interface Given {
  /** Names of hosts, which some services take for the user name of HTTP Basic. */
  readonly owners?: readonly string[]
  /** Of the service, of a proxy: they may hold credentials. */
  readonly urls?: readonly (string | undefined)[]
}

/** Hides the account's secrets, in every form in which an answer may repeat them. */
export function hideSecrets(schema: z.ZodType, settings: unknown, { owners = [], urls = [] }: Given = {}): Hide {
  const values = isRecord(settings) ? settings : {}
  const users = [String(values.username ?? ''), ...owners]
  const own = settingsOf(schema).flatMap(({ name, secret }) => {
    const value = values[name]
    if (typeof value !== 'string') return []
    return secret ? [value, ...tokensIn(value), ...users.map((user) => basic(user, value))] : secretsInUrl(value)
  })
  return hiderOf([...own, ...urls.flatMap(secretsInUrl)], { cuts: true })
}

const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64')

/** Of a URL that is a secret as a whole: a short value is no credential, but a word of every second message. */
const tokensIn = (secret: string) =>
  URL.canParse(secret) ? [...new URL(secret).searchParams.values()].filter((value) => value.length > 3) : []

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The same Failure with nothing secret in its message. */
export function hiding(thrown: unknown, hide: Hide): Failure {
  const failure = Failure.from(thrown)
  const { kind, message, retryAfter, lost, reason, cause } = failure
  const shown = hide(message)
  return shown === message ? failure : new Failure(kind, shown, { cause, retryAfter, lost, reason })
}

/** `hideWith`: asked for where something failed; what went well says nothing. */
export async function* hidden(published: AsyncIterable<Published>, hideWith: () => Hide): AsyncGenerator<Published> {
  try {
    for await (const one of published) {
      const { outcome } = one
      yield 'failure' in outcome
        ? { ...one, outcome: { ...outcome, failure: hiding(outcome.failure, hideWith()) } }
        : one
    }
  } catch (thrown) {
    throw hiding(thrown, hideWith())
  }
}
