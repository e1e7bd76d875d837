import * as z from 'zod'
import { updated } from '../../core/outcome.ts'
import { IONOS_FORM } from '../kits/mx-forms.ts'
import { addressesOf, singleRequest, withQuery } from '../kits/single-request.ts'
import { wordsOf } from '../kits/status.ts'

const ENDPOINT = 'https://ipv4.api.hosting.ionos.com'
const expected =
  'expected the whole update URL as IONOS shows it (https://ipv4.api.hosting.ionos.com/dns/v1/dyndns?q=...)'

export const ionosDyndns = singleRequest({
  id: 'ionos-dyndns',
  name: 'IONOS DynDNS update URL',
  docs: 'https://developer.hosting.ionos.de/docs/dns',
  facts: {
    sure: 'documented',
    verified: '2026-11',
    doubt: 'what the call answers, and what becomes of the other family',
    mxForm: IONOS_FORM,
  },
  endpoint: ENDPOINT,
  settings: z.strictObject({
    updateUrl: z
      .string()
      .trim()
      .regex(/^https?:\/\/[^/]+\/\S*\?(?:\S*&)?q=[^&\s]+/, expected)
      .meta({
        description: 'The whole update URL, as IONOS hands it out; its q parameter is the credential',
        secret: true,
        example: `${ENDPOINT}/dns/v1/dyndns?q=...`,
      }),
  }),
  // The names are bound to the URL: one call sets them all. IONOS takes two calls a minute from one address.
  traits: { leftOut: 'unknown', hostsPerRequest: 100, spacing: 30 },
  request: ({ settings: { updateUrl }, base, rrsets }) => ({
    method: 'GET',
    url: withQuery(at(base, updateUrl), { ipv4: addressesOf(rrsets, 'A'), ipv6: addressesOf(rrsets, 'AAAA') }),
  }),
  // What the body says of a success is not specified, so that "unchanged" cannot be told.
  judge(response, _rrset, place) {
    wordsOf(response, place)
    return updated
  },
})

/** The URL as received (it may name another host of IONOS), unless the user has put an address in its place. */
function at(base: string, updateUrl: string): string {
  return base === ENDPOINT ? updateUrl : updateUrl.replace(/^https?:\/\/[^/]+/, base)
}
