import { Failure } from '../../src/core/failure.ts'
import { SECOND } from '../../src/core/instant.ts'
import type { AddressType, IpAddress } from '../../src/dns/rrset.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import type { Chance } from './chance.ts'
import type { Met } from './faults.ts'
import type { SourceFault } from './happenings.ts'

/** A service that tells the caller's address, with what is wrong with it. */
export function askSource(
  nth: number,
  { family }: HttpRequest,
  faults: ReadonlySet<SourceFault>,
  chance: Chance,
  addressOf: (type: AddressType) => IpAddress | undefined,
): Met {
  const type: AddressType = family === 6 ? 'AAAA' : 'A'
  const address = addressOf(type)
  if (address === undefined) return { ms: 2 * SECOND, come: new Failure('network', 'no route') }
  if (faults.has('silent')) return { ms: 5 * SECOND, come: new Failure('network', 'no answer within 5 s') }
  if (faults.has('error')) return { ms: 50, come: { status: 500, headers: {}, body: 'oops' } }
  const page = '<html>Please accept our cookies</html>'
  const bodies: Partial<Record<SourceFault, string>> = {
    page,
    // Each lies in its own way: two that lie alike would be believed, and rightly so.
    lies: type === 'A' ? `84.200.71.${nth + 1}` : `2a02:909::${nth + 1}`,
    private: type === 'A' ? '192.168.178.20' : 'fd00::20',
    two: `${address} ${type === 'A' ? '84.200.72.1' : '2a02:909::72'}`,
    cut: address.slice(0, chance.whole(0, address.length - 1)),
  }
  const fault = [...faults].find((one) => bodies[one] !== undefined)
  return { ms: 0, come: { status: 200, headers: {}, body: fault ? bodies[fault]! : address } }
}
