import { Buffer } from 'node:buffer'
import type { z } from 'zod'
import { Failure } from '../core/failure.ts'
import type { Published } from '../core/outcome.ts'
import { settingsOf } from './settings.ts'

/** Where a text was cut off. */
export const CUT = '...'

/** Puts stars in the place of the account's secrets, in every form in which an answer may repeat them. */
export type Hide = (text: string) => string

/** `owners`: names of hosts, which some services take for the user name of HTTP Basic. */
export function hideSecrets(schema: z.ZodType, settings: unknown, owners: readonly string[] = []): Hide {
  const values = isRecord(settings) ? settings : {}
  const users = [String(values.username ?? ''), ...owners]
  const forms = settingsOf(schema).flatMap(({ name, secret }) => (secret ? formsOf(values[name], users) : []))
  const secrets = [...new Set(forms)].filter(Boolean).toSorted((one, other) => other.length - one.length)
  return (text) =>
    secrets.reduce((left, secret) => withoutEnd(withoutBeginning(left.replaceAll(secret, '***'), secret), secret), text)
}

/** A cut may have gone through a secret: of its beginning two characters may be left. */
function withoutBeginning(text: string, secret: string): string {
  if (!text.includes(CUT)) return text
  const lengths = Array.from(secret, (_, left) => secret.length - left).filter((length) => length > 2)
  return lengths.reduce((left, length) => left.replaceAll(`${secret.slice(0, length)}${CUT}`, `***${CUT}`), text)
}

/** A message may end where a quotation was cut off without a mark. Up to three letters tell nothing. */
function withoutEnd(text: string, secret: string): string {
  const lengths = Array.from(secret, (_, left) => secret.length - left).slice(1)
  const length = lengths.find((one) => one > 3 && text.endsWith(secret.slice(0, one)))
  return length === undefined ? text : `${text.slice(0, -length)}***`
}

function formsOf(secret: unknown, users: readonly string[]): readonly string[] {
  if (typeof secret !== 'string') return []
  const basic = users.map((user) => Buffer.from(`${user}:${secret}`).toString('base64'))
  const values = [secret, ...(URL.canParse(secret) ? tokensIn(new URL(secret)) : [])]
  const written = [...values, ...values.map(encodeURIComponent), ...values.map(inQuery), ...values.map(inForm)]
  // A text is shown on one line: blanks of any kind become one.
  return [...basic, ...written.flatMap(escapes)].flatMap((form) => [form, form.replace(/\s+/g, ' ').trim()])
}

/** As a page shows it, and as JSON does; some write `\/` and all that is not ASCII as `\uXXXX`. */
function escapes(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const page = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  const pages = [page, ...APOSTROPHES.map((apostrophe) => page.replaceAll("'", apostrophe))]
  return [text, json, ascii(json), ascii(json).replaceAll('/', '\\/'), ...pages]
}

const APOSTROPHES = ['&#39;', '&#039;', '&#x27;', '&apos;']

const ascii = (json: string) =>
  json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Of a URL that is a secret as a whole: a short value is no credential, but a word of every second message. */
const tokensIn = ({ searchParams }: URL) => [...searchParams.values()].filter((value) => value.length > 3)

/** Comma and colon may stand in a query as they are, and some services want it: see `withQuery`. */
const inQuery = (value: string) => encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')

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
