import { parseJson } from '../kits/json-api.ts'
import type { Settings } from './url-settings.ts'
import { headersIn } from './url-settings.ts'
import { literalsIn } from './url-template.ts'

/** Shorter values are no credentials, but words of every second message; a segment of a path is more often a plain word. */
const LEAST = { value: 4, segment: 8 }

/**
 * Hides in an answer what it may repeat of the templates' literal texts: a token may stand in the path, in a parameter, in a
 * header, in the body.
 */
export function hideTemplate({ template, headers, body }: Settings): (text: string) => string {
  const after = template.replace(/^https?:\/\/[^/?#]*/i, '')
  const [path = '', ...query] = after.split('?')
  const values = [
    ...query.join('?').split('&').map(valueIn),
    ...Object.values(headersIn(headers)).flatMap((value) => [value, ...value.split(/\s+/)]),
    ...(body === undefined ? [] : leavesOf(parseJson(body) ?? body.split('&').map(valueIn))),
  ]
  const literals = [
    ...literalsIn(after).filter(({ length }) => length >= LEAST.segment),
    ...path
      .split('/')
      .flatMap(literalsIn)
      .filter(({ length }) => length >= LEAST.segment),
    ...values.flatMap(literalsIn).filter(({ length }) => length >= LEAST.value),
  ]
  const forms = literals.flatMap((text) => [text, decoded(text), encodeURIComponent(decoded(text))])
  const secrets = [...new Set(forms)].toSorted((one, other) => other.length - one.length)
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text)
}

const valueIn = (parameter: string) => parameter.slice(parameter.indexOf('=') + 1)

/** All texts in a JSON value. */
function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
