import { ok } from 'node:assert'
import fc from 'fast-check'
import { attempt } from '../../src/core/outcome.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { bind, type Provider, type Tools } from '../../src/providers/provider.ts'
import { settingsOf } from '../../src/providers/settings.ts'
import { fixtureOf, situationsOf } from '../contract/fixture.ts'
import { check } from './check.ts'

/** The two halves of every secret: neither may be read anywhere. */
const HALVES = ['Qx7pRt', 'Lm9wSv'] as const
const between = fc.oneof(
  fc.constantFrom('"', "'", '\\', '&', '<', '>', '%', '+', ' ', '/', '=', '$&', '{}', 'ä', '€', '😀', '\t'),
  fc.string({ maxLength: 3 }),
)

const providers: Provider[] = []
for (const id of providerIds) providers.push((await loadProvider(id))!)
const speaking = providers.filter(({ id }) => situationsOf(id).includes('updated'))

/** The settings with such a secret wherever one is taken. */
function withSecrets({ id, settings }: Provider, secret: string): Record<string, unknown> {
  const given: Record<string, unknown> = { ...(fixtureOf(id, 'updated').settings as object) }
  for (const { name, secret: isSecret } of settingsOf(settings)) {
    const before = given[name]
    if (!isSecret || typeof before !== 'string') continue
    given[name] = secret
    if (!settings.safeParse(given).success) given[name] = before
  }
  return given
}

const html = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
const php = (value: unknown) =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
const document = (words: string) => ({
  message: words,
  error: words,
  errors: [{ code: 1, message: words }],
  success: false,
})
/** How a service may repeat a text. */
const PAGES: Readonly<Record<string, (words: string) => string>> = {
  plain: (words) => words,
  'after a code': (words) => `badauth ${words}`,
  JSON: (words) => JSON.stringify(document(words)),
  'JSON by PHP': (words) => php(document(words)),
  'JSON in a line': (words) => `error: ${JSON.stringify(words)}`,
  'a page': (words) => `<!doctype html><title>${html(words)}</title>`,
  'an error in XML': (words) =>
    `<ApiResponse Status="ERROR"><Errors><Error Number="1011102">${html(words)}</Error></Errors></ApiResponse>`,
  'a part of a page': (words) => `error: ${html(words)}<br>`,
}

export const secrets = check(
  { name: 'secrets: none is in a message, however it is repeated', share: 60_000, quick: 500 },
  fc.asyncProperty(
    fc.constantFrom(...speaking.map(({ id }) => id)),
    between,
    fc.constantFrom(...Object.keys(PAGES)),
    fc.constantFrom(200, 400, 401, 403, 422, 500),
    fc.nat(220),
    async (id, middle, page, status, lead) => {
      const provider = speaking.find((one) => one.id === id)!
      const secret = `${HALVES[0]}${middle}${HALVES[1]}`
      const { baseUrl, rrsets } = fixtureOf(id, 'updated')
      const settings = withSecrets(provider, secret)
      if (!Object.values(settings).includes(secret)) return // a key in a form of its own, or a whole URL
      const account = bind(provider, settings, baseUrl)
      const http: Tools['http'] = async ({ url, headers = {}, body: sent = '' }) => {
        const shown = `${'x'.repeat(lead)} ${secret} ${url} ${Object.values(headers).join(' ')} ${sent}`
        return { status, headers: {}, body: PAGES[page]!(shown) }
      }
      const unasked = async () => Promise.reject(new Error('nobody should have asked'))
      const tools = {
        http,
        dns: { query: unasked, send: unasked, lookup: unasked },
        exec: unasked,
        now: () => 0,
        random: () => 0.5,
      }
      for await (const { outcome } of attempt(rrsets, () => account.publish(rrsets, tools))) {
        if (!('failure' in outcome)) continue
        const { message } = outcome.failure
        for (const half of HALVES) ok(!message.includes(half), `${JSON.stringify(secret)} is in: ${message}`)
      }
    },
  ),
)
