import { Buffer } from 'node:buffer'
import type { z } from 'zod'
import { Failure } from '../core/failure.ts'
import type { Published } from '../core/outcome.ts'
import { settingsOf } from './settings.ts'

/** Puts stars in the place of the account's secrets, in every form in which an answer may repeat them. */
export type Hide = (text: string) => string

export function hideSecrets(schema: z.ZodType, settings: unknown): Hide {
  const values = isRecord(settings) ? settings : {}
  const forms = settingsOf(schema).flatMap(({ name, secret }) => (secret ? formsOf(values[name], values.username) : []))
  const secrets = [...new Set(forms)].filter(Boolean).toSorted((one, other) => other.length - one.length)
  return (text) =>
    hideCut(
      secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text),
      secrets,
    )
}

/** Messages quote the first words of an answer: a secret may be cut off at their end. Up to three letters tell nothing. */
function hideCut(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length > 3; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}***`
    }
  }
  return text
}

function formsOf(secret: unknown, username: unknown): readonly string[] {
  if (typeof secret !== 'string') return []
  const basic = Buffer.from(`${username ?? ''}:${secret}`).toString('base64')
  const values = [secret, ...(URL.canParse(secret) ? tokensIn(new URL(secret)) : [])]
  return [basic, ...values, ...values.map(encodeURIComponent), ...values.map(inForm)]
}

/** Of a URL that is a secret as a whole: a short value is no credential, but a word of every second message. */
const tokensIn = ({ searchParams }: URL) => [...searchParams.values()].filter((value) => value.length > 3)

const inForm = (value: string) => new URLSearchParams({ '': value }).toString().slice(1)

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
