import * as z from 'zod'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import { updated } from '../../core/outcome.ts'
import { labelsWithin, parseName } from '../../dns/name.ts'
import { addressesOf, otherAddress, singleRequest, withQuery } from '../kits/single-request.ts'
import { excerpt, unreadable, wordsOf } from '../kits/status.ts'
import { domain, secret } from '../provider.ts'

/** The texts and numbers that other clients know. */
const ERRORS: readonly (readonly [RegExp, ErrorKind])[] = [
  [/passwords do not match|<ResponseNumber>304156</i, 'auth'],
  [/record not found|domain name not active|request is badly formed|<ResponseNumber>31615[34]</i, 'rejected'],
  [/internal server error|<ResponseNumber>38009[89]</i, 'unavailable'],
]

export const namecheapDyndns = singleRequest({
  id: 'namecheap-dyndns',
  name: 'Namecheap Dynamic DNS',
  docs: 'https://www.namecheap.com/support/knowledgebase/article.aspx/29/11/how-to-dynamically-update-the-hosts-ip-with-an-http-request/',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'the texts of errors' },
  endpoint: 'https://dynamicdns.park-your-domain.com',
  settings: z.strictObject({
    domain: domain('The registered domain').meta({ example: 'example.com' }),
    password: secret('Dynamic DNS password of the domain: 32 hexadecimal digits'),
  }),
  traits: { leftOut: 'kept', hostsPerRequest: 1, spacing: 300 }, // what another client keeps to; no rule is published
  cannot: { AAAA: 'the interface takes IPv4 only (as of 2026-11)' },
  request({ settings: { domain, password }, base, rrsets }) {
    const { owner } = rrsets[0]
    const zone = parseName(domain)
    const host = zone && labelsWithin(owner, zone)
    if (host === undefined) throw new Failure('rejected', `${owner} is no name of ${domain}: nothing was sent`)
    const query = { host: host || '@', domain: zone, password, ip: addressesOf(rrsets, 'A') }
    return { method: 'GET', url: withQuery(`${base}/update`, query) }
  },
  // The XML calls itself UTF-16 and is not: no parser reads it. Errors come with status 200; "unchanged" is not told.
  judge(response, rrset, place) {
    const body = wordsOf(response, place)
    const errors = valueIn(body, 'ErrCount')
    if (errors === '0') return otherAddress(valueIn(body, 'IP') ?? '', rrset) ?? updated
    const said = excerpt(valueIn(body, 'Err1') ?? valueIn(body, 'ResponseNumber') ?? body)
    const kind = ERRORS.find(([words]) => words.test(body))?.[1]
    if (kind) throw new Failure(kind, said)
    if (errors) throw new Failure('protocol', said)
    throw unreadable(response, 'write')
  },
})

const valueIn = (xml: string, element: string): string | undefined =>
  new RegExp(`<${element}>([^<]*)</${element}>`, 'i').exec(xml)?.[1]?.trim()
