import { Buffer } from 'node:buffer'
import type { z } from 'zod'
import { Failure } from '../core/failure.ts'
import type { Published } from '../core/outcome.ts'

/** Puts stars in the place of the account's secrets, in every form in which an answer may repeat them. */
export type Hide = (text: string) => string

export function hideSecrets(schema: z.ZodType, settings: unknown): Hide {
  const values = isRecord(settings) ? settings : {}
  const forms = secretNames(schema).flatMap((name) => formsOf(values[name], values.username))
  const secrets = [...new Set(forms)].filter(Boolean).toSorted((one, other) => other.length - one.length)
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text)
}

/** The settings that the schema marks as secret. */
export function secretNames(schema: z.ZodType): readonly string[] {
  const shape = 'shape' in schema && isRecord(schema.shape) ? (schema.shape as Record<string, z.ZodType>) : {}
  return Object.keys(shape).filter((name) => shape[name]?.meta()?.secret === true)
}

function formsOf(secret: unknown, username: unknown): readonly string[] {
  if (typeof secret !== 'string') return []
  const basic = Buffer.from(`${username ?? ''}:${secret}`).toString('base64')
  const inUrl = URL.canParse(secret) ? [...new URL(secret).searchParams.values()] : []
  return [secret, basic, ...inUrl, ...[secret, ...inUrl].map(encodeURIComponent)]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The same Failure with nothing secret in its message. */
export function hiding(thrown: unknown, hide: Hide): Failure {
  const failure = Failure.from(thrown)
  const { kind, message, retryAfter, lost, reason, cause } = failure
  const shown = hide(message)
  return shown === message ? failure : new Failure(kind, shown, { cause, retryAfter, lost, reason })
}

export async function* hidden(published: AsyncIterable<Published>, hide: Hide): AsyncGenerator<Published> {
  try {
    for await (const one of published) {
      const { outcome } = one
      yield 'failure' in outcome ? { ...one, outcome: { ...outcome, failure: hiding(outcome.failure, hide) } } : one
    }
  } catch (thrown) {
    throw hiding(thrown, hide)
  }
}
