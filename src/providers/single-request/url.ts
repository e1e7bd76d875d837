import { Failure } from '../../core/failure.ts'
import { type Outcome, unchanged, updated } from '../../core/outcome.ts'
import type { AddressType } from '../../dns/rrset.ts'
import type { HttpRequest, HttpResponse } from '../../ports/http.ts'
import { basic } from '../auth/basic.ts'
import { parseJson } from '../kits/json-api.ts'
import { singleRequest } from '../kits/single-request.ts'
import { type Asked, excerpt, mustSucceed } from '../kits/status.ts'
import type { Order } from '../provider.ts'
import { hideTemplate } from './url-secrets.ts'
import { headersIn, patternOf, placesOf, Settings } from './url-settings.ts'
import { fill, fillUrl, mustBeFilled, PLACE_OF, valuesFor } from './url-template.ts'

/** Any service that takes one request a host, in the user's own words. */
export const url = singleRequest<Settings>({
  id: 'url',
  name: 'A URL template of your own',
  docs: 'https://www.rfc-editor.org/rfc/rfc9110',
  facts: { sure: 'yours', verified: '2026-11' },
  endpoint: '',
  settings: Settings,
  traits: { leftOut: 'unknown', hostsPerRequest: 1 },
  problem({ settings }) {
    const places = placesOf(settings)
    if (!places.has('ipv4') && !places.has('ipv6')) return 'a template without an address: put {ipv4} or {ipv6} into it'
    const place = ['label', 'zone'].find((one) => places.has(one))
    if (place === undefined || settings.zone !== undefined) return undefined
    return `{${place}} in the template, but no zone: set URL_ZONE (in YAML: zone)`
  },
  cannotWith(settings) {
    const places = placesOf(settings)
    const missing = (Object.keys(PLACE_OF) as AddressType[]).filter((type) => !places.has(PLACE_OF[type]))
    return Object.fromEntries(missing.map((type) => [type, `the template does not name {${PLACE_OF[type]}}`]))
  },
  request: requestFor,
  judge: (response, _rrset, { settings, now }) => judge(response, settings, { purpose: 'write', now }),
})

/** One request carries both families. */
function requestFor({ settings, base, rrsets }: Order<Settings>): Omit<HttpRequest, 'purpose'> {
  const { template, method, headers, body, zone, username, password } = settings
  const values = valuesFor(rrsets, zone)
  const address = base === '' ? template.trim() : template.trim().replace(/^https?:\/\/[^/?#]+/i, base)
  const given: Record<string, string> = {
    ...(username !== undefined && { authorization: basic(username, password ?? '') }),
    ...(body !== undefined && { 'content-type': parseJson(body) === undefined ? FORM : 'application/json' }),
    ...headersIn(headers),
  }
  const encode = given['content-type']?.startsWith(FORM) ? encodeURIComponent : undefined
  const sent = {
    url: fillUrl(address, values),
    headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, fill(value, values)])),
    ...(body !== undefined && { body: fill(body, values, encode) }),
  }
  mustBeFilled(rrsets, sent.url, sent.body, ...Object.values(sent.headers))
  return { method, ...sent }
}

const FORM = 'application/x-www-form-urlencoded'

function judge(response: HttpResponse, settings: Settings, asked: Asked): Outcome {
  const { body } = response
  const shown = { ...response, body: hideTemplate(settings)(body) }
  const says = (source: string | undefined) => source !== undefined && patternOf(source)?.test(body) === true
  mustSucceed(shown, asked)
  if (says(settings.nochg)) return unchanged
  if (settings.success === undefined || says(settings.success)) return updated
  // The pattern is the user's: what it does not match is no fault of this program's reading, and may well be a refusal.
  const message = `the answer does not match the pattern success: ${excerpt(shown.body)}`
  throw new Failure('unavailable', message, { lost: true })
}
