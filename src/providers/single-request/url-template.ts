import { Failure } from '../../core/failure.ts'
import type { NonEmpty } from '../../core/plan.ts'
import { isWithin, parseName } from '../../dns/name.ts'
import { type AddressRRset, type AddressType, FAMILY } from '../../dns/rrset.ts'
import { relativeTo } from '../kits/open-zone.ts'
import { addressesOf } from '../kits/single-request.ts'

/** What a template may name, and what stands there. */
export const PLACEHOLDERS = ['host', 'label', 'zone', 'ipv4', 'ipv6'] as const
type Values = Readonly<Record<(typeof PLACEHOLDERS)[number], string | undefined>>

const PLACE = /\{(host|label|zone|ipv4|ipv6)\}/g
export const PLACE_OF = { A: 'ipv4', AAAA: 'ipv6' } as const

/** Of several texts, the placeholders in them. */
export const placesIn = (...texts: readonly (string | undefined)[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text = '') => [...text.matchAll(PLACE)].map(([, name = '']) => name)))

/** Words in braces that mean nothing here. */
export const unknownPlaceIn = (template: string): string | undefined =>
  [...template.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name).find((name) => !isPlace(name))

const isPlace = (name: string) => PLACEHOLDERS.some((one) => one === name)

/** The literal texts between the placeholders. */
export const literalsIn = (template: string): readonly string[] => template.split(/\{\w*\}/)

/** Throws a Failure `rejected` for a host outside `zone`. */
export function valuesFor(rrsets: NonEmpty<AddressRRset>, zone: string | undefined): Values {
  const { owner } = rrsets[0]
  const apex = zone === undefined ? undefined : parseName(zone)
  if (apex !== undefined && !isWithin(owner, apex))
    throw new Failure('rejected', `${owner} is not in the zone ${apex}: correct the setting zone`)
  const addresses = { ipv4: addressesOf(rrsets, 'A'), ipv6: addressesOf(rrsets, 'AAAA') }
  return { host: owner, label: apex && relativeTo(apex, owner, '@'), zone: apex, ...addresses }
}

/** A text with the values in it. Of a list (`{ipv4},{ipv6}`) what has no value is left out. */
export function fill(template: string, values: Values, encode: (value: string) => string = (value) => value): string {
  let text = template
  for (const name of PLACEHOLDERS) {
    if (values[name] === undefined) text = text.replaceAll(`,{${name}}`, '').replaceAll(`{${name}},`, '')
  }
  return text.replace(PLACE, (place, name: keyof Values) => {
    const value = values[name]
    return value === undefined ? place : encode(value)
  })
}

/** The same for a URL, where a parameter without a value is left out. */
export function fillUrl(template: string, values: Values): string {
  const filled = fill(template, values, encodeURIComponent)
  const [path = '', ...query] = filled.split('?')
  const parameters = query.join('?').split('&')
  const kept = parameters.filter((parameter) => parameter !== '' && placesIn(parameter).size === 0)
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`
}

/** A request that would say `{ipv6}` is not sent. The address may come, so that it is tried again. */
export function mustBeFilled(rrsets: NonEmpty<AddressRRset>, ...texts: readonly (string | undefined)[]): void {
  const left = placesIn(...texts)
  for (const type of Object.keys(PLACE_OF) as AddressType[]) {
    const place = PLACE_OF[type]
    if (!left.has(place)) continue
    const message = `the template names {${place}} outside its query, but ${rrsets[0].owner} has no ${FAMILY[type]} address to send: nothing was sent`
    throw new Failure('unavailable', message)
  }
}
