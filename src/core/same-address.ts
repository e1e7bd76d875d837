import type { AddressType } from '../dns/rrset.ts'
import type { LineName } from './plan.ts'

/** What is believed of one family of one line. */
export interface LineAddress {
  readonly line: LineName
  readonly type: AddressType
  /** Empty: it has none, or it is unknown. */
  readonly addresses: readonly string[]
}

export interface SameAddress {
  readonly type: AddressType
  readonly address: string
  /** Two or more, in their order. */
  readonly lines: readonly LineName[]
}

/** For messages: what it means, and where to read what to do. */
export const SAME_ADDRESS = 'two lines show the same address: requests of one leave by the other; see "Two lines"'

/**
 * An address ends at one line. Two that show the same are asked through one of them: the kernel was not told which way
 * packets of the other's address take. Such a fail-over publishes the address of the line that is down. Pure.
 */
export function sameAddressesOf(all: readonly LineAddress[]): readonly SameAddress[] {
  const found = new Map<string, SameAddress>()
  for (const { line, type, addresses } of all) {
    for (const address of new Set(addresses)) {
      const lines = found.get(address)?.lines ?? []
      found.set(address, { type, address, lines: [...lines, line] })
    }
  }
  return [...found.values()].filter(({ lines }) => lines.length > 1)
}
