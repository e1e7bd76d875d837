import type { Instant } from '../core/instant.ts'
import type { Rdata, ResourceRecord, WireName } from '../dns/message.ts'

/** What a zone held from a moment on. The SOA is made from the serial: it is not among the records. */
export interface ZoneVersion {
  readonly at: Instant
  readonly serial: number
  readonly records: readonly ResourceRecord[]
}

/** One zone in memory, shared by all its name servers. */
export interface Zone {
  readonly apex: WireName
  /** What it held at that moment; the first version where it is not that old. */
  readonly at: (moment: Instant) => ZoneVersion
  /** A new version with the next serial; none if nothing differs. */
  readonly write: (records: readonly ResourceRecord[]) => void
  /** The records of one owner and type become these; none: they go. */
  readonly setRRset: (owner: WireName, type: Rdata['type'], data: readonly Rdata[], ttl?: number) => void
}

const TTL = 60
/** Nobody asks for what was longer ago than this. */
const KEPT_VERSIONS = 200

/** Records outside the zone are refused by a RangeError: they could never be answered. */
export function createZone(apex: WireName, records: readonly ResourceRecord[], now: () => Instant = Date.now): Zone {
  const versions: ZoneVersion[] = [{ at: now(), serial: 1, records: inside(apex, records) }]
  const last = () => versions.at(-1)!
  const write = (next: readonly ResourceRecord[]) => {
    if (textOf(next) === textOf(last().records)) return
    versions.push({ at: now(), serial: last().serial + 1, records: inside(apex, next) })
    if (versions.length > KEPT_VERSIONS) versions.shift()
  }
  return {
    apex,
    at: (moment) => versions.findLast(({ at }) => at <= moment) ?? versions[0]!,
    write,
    setRRset(owner, type, data, ttl = TTL) {
      const others = last().records.filter((record) => record.owner !== owner || record.data.type !== type)
      write([...others, ...data.map((one) => ({ owner, ttl, data: one }))])
    },
  }
}

function inside(apex: WireName, records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const stray = records.find(({ owner }) => !liesWithin(owner, apex))
  if (stray) throw new RangeError(`${stray.owner} does not lie in the zone ${apex}`)
  return records
}

/** The name is the apex or lies below it, on a label boundary. */
export const liesWithin = (name: WireName, apex: WireName): boolean => name === apex || name.endsWith(`.${apex}`)

const textOf = (records: readonly ResourceRecord[]): string =>
  records
    .map((record) => JSON.stringify(record))
    .toSorted()
    .join('\n')
