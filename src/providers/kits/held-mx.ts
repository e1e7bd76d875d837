import { Failure } from '../../core/failure.ts'
import type { MxSet } from '../../core/locate.ts'
import { describeMx, type MxRecord, sameMx } from '../../core/mx.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import type { Seconds } from '../../dns/rrset.ts'
import type { MxWish, MxWritten } from '../provider.ts'

/** The MX RRset of one domain as it was read, and how it is replaced. */
export interface HeldMx {
  readonly mx: MxSet
  /** undefined: there is none, or it has no TTL of its own. */
  readonly ttl?: Seconds | undefined
  /** One write of the RRset as a whole: whatever meets it, nothing is half done. No TTL: it has none of its own here. */
  readonly replace: (wanted: WantedMx) => Promise<void>
}

export interface WantedMx {
  readonly mx: MxSet
  readonly ttl: Seconds | undefined
}

/** Of a new RRset. It names a host that stays, so that nothing is won by a short one. */
export const NEW_MX_TTL: Seconds = 3600

/** Makes the RRset so; sends nothing if it is. `ttl`: what the provider takes; absent: records have none of their own. */
export async function makeMx(
  held: HeldMx,
  { domain, mx, ttl: asked, shown }: MxWish,
  ttl: (wanted: Seconds) => Seconds | undefined,
): Promise<MxWritten> {
  if (mx.length === 0) throw new Failure('unsupported', `mxhome does not remove the MX of ${domain} as a whole`)
  const before = held.mx
  const kept = before.length > 0 ? held.ttl : ttl(NEW_MX_TTL)
  const wanted = asked === undefined ? kept : ttl(asked)
  if (sameMx(before, mx) && wanted === held.ttl) return { before, changed: false }
  if (shown && !sameMx(before, shown)) {
    const now = before.map(describeMx).join(', ') || 'none'
    throw new Failure('unavailable', `someone else has changed the MX of ${domain} meanwhile; it is now: ${now}`)
  }
  await held.replace({ mx, ttl: wanted })
  return { before, changed: true }
}

/** An MX record as zone files write it; a host without a dot at its end is relative to `origin`. Throws a Failure `protocol`. */
export function mxIn(content: string, origin: DomainName): MxRecord {
  const [, preference = '', host = ''] = /^(\d{1,5})\s+(\S+)$/.exec(content.trim()) ?? []
  if (host === '') throw strange(content)
  return mxOf(preference, host === '.' || host.endsWith('.') ? host : `${host}.${origin}`)
}

/** An MX record of an API that has a field for each; the host is a whole name. Throws a Failure `protocol`. */
export function mxOf(preference: unknown, host: string): MxRecord {
  const number = Number(preference ?? Number.NaN)
  const name = host.trim().toLowerCase()
  if (!Number.isInteger(number) || number < 0 || number > 65_535 || preference === '' || name === '')
    throw strange(`${preference} ${host}`)
  return { preference: number, exchange: parseName(name) ?? (name === '.' ? name : name.replace(/\.$/, '')) }
}

/** As zone files write it. */
export const mxText = ({ preference, exchange }: MxRecord): string => `${preference} ${exchange.replace(/\.$/, '')}.`

const strange = (content: string): Failure =>
  new Failure('protocol', `the API shows an MX record that holds ${JSON.stringify(content.slice(0, 60))}`)
