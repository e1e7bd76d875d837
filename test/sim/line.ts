import type { Instant } from '../../src/core/instant.ts'
import { type AddressType, type IpAddress, parseAddress } from '../../src/dns/rrset.ts'

/** The truth about the home line: which addresses it has, and has had. */
export interface HomeLine {
  /** undefined: the line is down. */
  readonly now: (type: AddressType) => IpAddress | undefined
  /** Whether it ever had it. */
  readonly had: (address: IpAddress) => boolean
  /** When it last came to have what it has; also when it went down. */
  readonly since: (type: AddressType) => Instant
  readonly isUp: () => boolean
  /** Carrier-grade NAT: the box sees an address of 100.64.0.0/10. */
  readonly isShared: () => boolean
  readonly goDown: () => void
  readonly comeBack: () => void
  /** A new address, or one that it had before. */
  readonly renumber: (back: boolean, prefix: boolean) => void
  readonly share: (shared: boolean) => void
}

/** What its addresses begin with: never those of another line. */
export interface Blocks {
  readonly A: number
  readonly AAAA: string
}
const FIRST: Blocks = { A: 84, AAAA: '2a02:908' }
export const SECOND: Blocks = { A: 92, AAAA: '2a02:3030' }

export function homeLine(time: () => Instant, blocks: Blocks = FIRST): HomeLine {
  const given: Record<AddressType, number> = { A: 0, AAAA: 0 }
  const fresh = (type: AddressType): IpAddress => {
    given[type] += 1
    const n = given[type]
    const text =
      type === 'A'
        ? `${blocks.A}.${130 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
        : `${blocks.AAAA}:${n.toString(16)}::25`
    return parseAddress(text)!
  }
  const current: Record<AddressType, IpAddress> = { A: fresh('A'), AAAA: fresh('AAAA') }
  const before: Record<AddressType, IpAddress | undefined> = { A: undefined, AAAA: undefined }
  const all = new Set<IpAddress>([current.A, current.AAAA])
  const since: Record<AddressType, Instant> = { A: time(), AAAA: time() }
  const touch = () => Object.assign(since, { A: time(), AAAA: time() })
  let outages = 0
  let shared = false

  function take(type: AddressType, back: boolean): void {
    const next = (back ? before[type] : undefined) ?? fresh(type)
    before[type] = current[type]
    current[type] = next
    all.add(next)
    since[type] = time()
  }

  return {
    now: (type) => (outages > 0 || (shared && type === 'A') ? undefined : current[type]),
    had: (address) => all.has(address),
    since: (type) => since[type],
    isUp: () => outages === 0,
    isShared: () => shared,
    goDown() {
      outages += 1
      touch()
    },
    comeBack() {
      outages -= 1
      touch()
    },
    renumber(back, prefix) {
      take('A', back)
      if (prefix) take('AAAA', back)
    },
    share(value) {
      shared = value
      touch()
    },
  }
}
