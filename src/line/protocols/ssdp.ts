import type { Endpoint } from '../../dns/endpoint.ts'
import type { IpAddress } from '../../dns/rrset.ts'

/** Where UPnP devices are searched for, and announce themselves (UDA 1.1, 1). */
export const SSDP: Endpoint = { address: '239.255.255.250' as IpAddress, port: 1900 }

/** An answer to a search. */
export interface Found {
  /** The search target that it answers. */
  readonly target: string
  /** Where its description is, as it was sent: whether to go there is for the reader to judge. */
  readonly location: string
}

/** What a device says without being asked. */
export interface Announcement {
  readonly kind: 'alive' | 'byebye' | 'update'
  /** Of which device or service it speaks. */
  readonly about: string
  /** Grows with each start of the device; before UDA 1.1 there was none. */
  readonly boot?: string | undefined
}

/** A search (UDA 1.1, 1.3.2), of all (SSDP) or of one machine: who answers may take up to `delay` seconds for it, by chance. */
export function searchMessage(target: string, delay: number, at: Endpoint = SSDP): Uint8Array {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${at.address}:${at.port}`,
    'MAN: "ssdp:discover"',
    `MX: ${delay}`,
    `ST: ${target}`,
  ]
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
}

/** undefined: no answer to a search. */
export function readFound(bytes: Uint8Array): Found | undefined {
  const message = messageOf(bytes)
  if (!message || !/^HTTP\/1\.\d 200(?: |$)/.test(message.start)) return undefined
  const [target, location] = [message.header('st'), message.header('location')]
  return target && location ? { target, location } : undefined
}

const KINDS: Readonly<Record<string, Announcement['kind']>> = {
  'ssdp:alive': 'alive',
  'ssdp:byebye': 'byebye',
  'ssdp:update': 'update',
}

/** undefined: no announcement; searches of others come to the same port. */
export function readAnnouncement(bytes: Uint8Array): Announcement | undefined {
  const message = messageOf(bytes)
  if (!message || !/^NOTIFY \* HTTP\/1\.\d$/.test(message.start)) return undefined
  const [about, says = ''] = [message.header('nt'), message.header('nts')]
  const kind = Object.hasOwn(KINDS, says) ? KINDS[says] : undefined
  if (!kind || !about) return undefined
  // An update speaks of the number from now on (UDA 1.1, 1.2.4).
  const boot = message.header('nextbootid.upnp.org') ?? message.header('bootid.upnp.org')
  return { kind, about, boot }
}

/** A device's own words need a few hundred. */
const LONGEST = 8192

/** A start line and headers, as HTTP has them. undefined: too long to be one. */
function messageOf(bytes: Uint8Array) {
  if (bytes.length > LONGEST) return undefined
  const [start = '', ...lines] = new TextDecoder().decode(bytes).split('\n')
  const header = (name: string): string | undefined => {
    const line = lines.find((one) => one.slice(0, one.indexOf(':')).trim().toLowerCase() === name)
    return line?.slice(line.indexOf(':') + 1).trim()
  }
  return { start: start.trim(), header }
}
