import { Failure } from '../../core/failure.ts'
import { elementAt, elementsAt, parseXml, textAt, type XmlElement } from '../../core/xml.ts'

/** Of Internet Gateway Devices: a version 2 answers a search for version 1 as such (UDA 1.1, 1.3.2). */
export const IGD_DEVICES = [
  'urn:schemas-upnp-org:device:InternetGatewayDevice:1',
  'urn:schemas-upnp-org:device:InternetGatewayDevice:2',
] as const

/** What knows a line's address: the second where the router itself dials in (PPPoE). */
const SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
] as const

export interface WanService {
  readonly type: string
  readonly controlUrl: string
  /** undefined: it tells nothing by itself. */
  readonly eventUrl: string | undefined
  /** The description is a FRITZ!Box's. */
  readonly isFritzBox?: true | undefined
}

/** A router with several lines has a service for each. */
const MOST_SERVICES = 16
/** Gateway, WAN device, connection device. */
const DEEPEST = 8

/** An announcement or an answer about a device of this kind, or about a service of it. */
export const isIgd = (name: string): boolean =>
  /^urn:schemas-upnp-org:(?:device:InternetGatewayDevice|service:WAN(?:IP|PPP)Connection):\d+$/.test(name)

/**
 * The services in a description from `location` that know a line's address. Those that lead to another host, or by another
 * way than HTTP, are left out: a router speaks for itself. Throws a Failure `protocol` if there is none.
 */
export function readDescription(xml: string, location: string): readonly WanService[] {
  const root = parseXml(xml)
  if (root?.name !== 'root') throw new Failure('protocol', "the router's UPnP description is not the XML of one")
  const base = urlAt(location, textAt(root, 'URLBase'), location) ?? location
  const device = elementAt(root, 'device')
  const services = servicesOf(device, base, location, 0).slice(0, MOST_SERVICES)
  if (services.length === 0) {
    throw new Failure('protocol', "the router's UPnP description names no service that knows the address, at this host")
  }
  return isFritzBox(device) ? services.map((one) => ({ ...one, isFritzBox: true })) : services
}

/** By its maker (`AVM Berlin`) or its model; its friendly name is the user's. */
const isFritzBox = (device: XmlElement | undefined): boolean =>
  /\bAVM\b/.test(textAt(device, 'manufacturer') ?? '') || (textAt(device, 'modelName') ?? '').startsWith('FRITZ!Box')

function servicesOf(
  device: XmlElement | undefined,
  base: string,
  location: string,
  depth: number,
): readonly WanService[] {
  if (!device || depth > DEEPEST) return []
  const own = elementsAt(elementAt(device, 'serviceList'), 'service').flatMap((service): WanService | [] => {
    const type = SERVICES.find((one) => one === textAt(service, 'serviceType'))
    const controlUrl = urlAt(base, textAt(service, 'controlURL'), location)
    if (!type || controlUrl === undefined) return []
    return { type, controlUrl, eventUrl: urlAt(base, textAt(service, 'eventSubURL'), location) }
  })
  const below = elementsAt(elementAt(device, 'deviceList'), 'device')
  return [...own, ...below.flatMap((one) => servicesOf(one, base, location, depth + 1))]
}

/** undefined: not named, no URL, or it leads elsewhere. */
function urlAt(base: string, text: string | undefined, location: string): string | undefined {
  if (!text || !URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  return isPlainHttp(url) && url.hostname === new URL(location).hostname ? url.href : undefined
}

const isPlainHttp = ({ protocol, username, password }: URL) => protocol === 'http:' && `${username}${password}` === ''

/** A description may be fetched from there: by HTTP, and from that very host. */
export function isAt(location: string, host: string): boolean {
  if (!URL.canParse(location)) return false
  const url = new URL(location)
  return isPlainHttp(url) && url.hostname === host
}
