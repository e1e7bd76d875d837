import * as z from 'zod'
import { domain, secret, text } from '../provider.ts'
import { PLACEHOLDERS, placesIn, unknownPlaceIn } from './url-template.ts'

const NAMES = PLACEHOLDERS.map((name) => `{${name}}`).join(' ')

const pattern = (description: string) =>
  text(description).refine(
    (source) => patternOf(source) !== undefined,
    'expected a regular expression, as JavaScript has them',
  )

export const Settings = z
  .strictObject({
    template: secret(`URL to ask for each host, with ${NAMES} in it`)
      .refine(
        isUrl,
        'expected a URL such as https://dyn.example.net/update?name={host}&ip={ipv4}, without user name and password',
      )
      .refine((template) => unknownPlaceIn(template) === undefined, `expected no other words in braces than ${NAMES}`)
      .meta({ example: 'https://dyn.example.net/update?name={host}&ip={ipv4}&token=<token>' }),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('GET').meta({ description: 'Method; GET unless given' }),
    headers: secret('Further headers, one in a line: "X-Api-Key: ..."; may hold the same words in braces')
      .refine((lines) => linesOf(lines).every((line) => HEADER.test(line)), 'expected lines such as "X-Api-Key: ..."')
      .meta({ severalLines: true })
      .optional(),
    body: secret('Body, which may hold the same words in braces; JSON, or a form')
      .meta({ severalLines: true })
      .optional(),
    success: pattern(
      'Regular expression that an answer must match; any answer with a status of 2xx unless given',
    ).optional(),
    nochg: pattern('Regular expression of an answer that says that nothing has changed').optional(),
    zone: domain('Zone that holds the hosts; needed for {label} and {zone}').optional(),
    username: text('User name for HTTP Basic authentication').optional(),
    password: secret('Password for HTTP Basic authentication').optional(),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'expected both username and password, or neither',
    path: ['password'],
  })
export type Settings = z.infer<typeof Settings>

/** `^` and `$` are the ends of a line. undefined: no regular expression. */
export function patternOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'm')
  } catch {
    return undefined
  }
}

const HEADER = /^([\w!#$%&'*+.^`|~-]+):[^\S\r\n]*(.*)$/

/** In an environment variable lines are often written as one, with \n between them. */
const linesOf = (text: string) => text.split(/\r?\n|\\n/).filter((line) => line.trim() !== '')

export const headersIn = (text = ''): Readonly<Record<string, string>> =>
  Object.fromEntries(
    linesOf(text).map((line) => {
      const [, name = '', value = ''] = HEADER.exec(line.trim()) ?? []
      return [name.toLowerCase(), value.trim()]
    }),
  )

function isUrl(template: string): boolean {
  const filled = template.replace(/\{\w*\}/g, 'x').trim()
  if (!/^https?:\/\//i.test(filled) || !URL.canParse(filled) || /\s/.test(filled)) return false
  const { username, password } = new URL(filled)
  return username === '' && password === ''
}

/** All that a template names, wherever. */
export const placesOf = ({ template, headers, body }: Settings) => placesIn(template, headers, body)
