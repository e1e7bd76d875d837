import { isKnown, type Known } from '../core/plan.ts'
import { isHidden, type JudgedSighting } from '../core/sighting.ts'
import type { AddressType } from '../dns/rrset.ts'
import { FAMILY } from '../dns/rrset.ts'

/**
 * What the router's own word makes of the verdict. `none`: it says that it has no address, and others see one; `hidden`: it
 * answers, and keeps its address back; `alone`: nobody else answers; `unclear`: nothing is believed.
 */
export interface RouterDocument {
  readonly verdict:
    | 'agrees'
    | 'alone'
    | 'behind-cgnat'
    | 'double-nat'
    | 'none'
    | 'hidden'
    | 'differs'
    | 'unclear'
    | 'silent'
  /** One sentence. */
  readonly explanation: string
}

/** undefined: no router was asked. */
export function routerDocument(
  type: AddressType,
  addresses: Known,
  sightings: readonly JudgedSighting[],
): RouterDocument | undefined {
  const asked = sightings.filter(({ view }) => view === 'gateway')
  if (asked.length === 0) return undefined
  const shown = asked.flatMap(({ refused }) => refused)
  const carrier = shown.find(({ why }) => why.explain === 'behind-cgnat')
  if (carrier)
    return { verdict: 'behind-cgnat', explanation: carrierText(`has ${carrier.address}, ${SHARED}`, addresses) }
  const isOwn = sightings.some(
    ({ view, refused }) => view === 'host' && refused.some(({ why }) => why.explain === 'behind-cgnat'),
  )
  if (!isOwn && sightings.some(({ judgement }) => judgement === 'vetoed'))
    return { verdict: 'behind-cgnat', explanation: carrierText(DS_LITE, addresses) }
  const inner = asked.every(({ judgement }) => ['refused', 'failed', 'hidden'].includes(judgement))
    ? shown.find(({ why }) => why.explain === 'double-nat')
    : undefined
  if (inner) return { verdict: 'double-nat', explanation: doubleText(inner.address, addresses) }
  const known = asked.flatMap(({ answer, judgement }) =>
    isKnown(answer) && judgement !== 'refused' ? [{ answer, judgement }] : [],
  )
  if (known.length === 0 && asked.some(isHidden)) return { verdict: 'hidden', explanation: hiddenText(addresses) }
  if (known.length === 0) return { verdict: 'silent', explanation: silentText(asked) }
  const word = [...new Set(known.flatMap(({ answer }) => answer))].join(' or ')
  const says = word ? `The router has ${word}` : `The router says that the line has no ${FAMILY[type]}`
  if (!isKnown(addresses)) return { verdict: 'unclear', explanation: `${says}; that alone decides nothing.` }
  if (word === '' && addresses.length > 0) return { verdict: 'none', explanation: noneText(addresses) }
  if (!known.some(({ judgement }) => judgement === 'agreed'))
    return {
      verdict: 'differs',
      explanation: `${says}, but from outside ${addresses.join(' ')} is seen, and that is used.`,
    }
  const others = sightings.some(({ view, judgement }) => view !== 'gateway' && judgement === 'agreed')
  if (!others) return { verdict: 'alone', explanation: `${says}; nobody else answers, so it is believed.` }
  return {
    verdict: 'agrees',
    explanation: `${says}, as is seen by others: nothing stands between it and the internet.`,
  }
}

/** Said where no router shows an address of the carrier's. What one showed before is no matter: whoever asks here remembers nothing. */
const DS_LITE = 'is connected without an IPv4 address of its own (DS-Lite)'

const SHARED = 'which the ISP shares among its customers'

const carrierText = (what: string, addresses: Known): string =>
  isKnown(addresses)
    ? `The router ${what}; what this box has of its own is used.`
    : `The router ${what}: what is seen from outside is the ISP's address, and leads to nobody's mail server.`

const doubleText = (wan: string, addresses: Known): string =>
  `The router has ${wan}, an address of another router before it: port 25 must be forwarded in both${isKnown(addresses) ? '; what is seen from outside is used.' : '.'}`

/** miniupnpd keeps back what is not public, whichever it is. */
const noneText = (addresses: readonly string[]): string =>
  `The router says that it has no public IPv4 address, but ${addresses.join(' ')} is seen from outside, and is used: carrier-grade NAT, DS-Lite or a second router stands before it, unless the line is just coming up.`

const hiddenText = (addresses: Known): string =>
  isKnown(addresses) && addresses.length > 0
    ? `The router keeps its address back, and ${addresses.join(' ')} is seen from outside, and is used: carrier-grade NAT, DS-Lite or a second router stands before it, unless the line is just coming up.`
    : 'The router answers and keeps its address back: it has none, or one that is not public.'

const PROTOCOLS: Readonly<Record<string, string>> = { 'nat-pmp': 'NAT-PMP', upnp: 'UPnP' }

/** Nobody named it: then that is no fault, and nothing more is known of it. */
function silentText(asked: readonly JudgedSighting[]): string {
  const ways = [...new Set(asked.map(({ source }) => PROTOCOLS[source] ?? source))].join(' or ')
  return `The router does not tell its address by ${ways}: whether another router or the ISP translates addresses before it is not known.`
}
