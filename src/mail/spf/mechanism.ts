import { bytesOfAddress } from '../../dns/address-bytes.ts'
import type { WireName } from '../../dns/message.ts'
import { reverseName } from '../../dns/reverse-name.ts'
import { addressType, type IpAddress } from '../../dns/rrset.ts'
import {
  type Context,
  endsIn,
  isProblem,
  look,
  NAMES,
  nameOf,
  overLookups,
  type Problem,
  permerror,
  validatedNames,
} from './context.ts'
import type { Include, Mechanism, Prefixes } from './record.ts'

/** Whether the sender's address is one that the term means. `domain`: the one whose record it stands in. */
export async function matches(
  context: Context,
  domain: WireName,
  mechanism: Exclude<Mechanism, Include>,
): Promise<boolean | Problem> {
  const { address } = context.question
  if (mechanism.kind === 'all') return true
  if ('network' in mechanism) {
    const { kind, network, prefix } = mechanism
    return addressType(address) === (kind === 'ip4' ? 'A' : 'AAAA') && within(address, network, prefix)
  }
  const over = overLookups(context)
  if (over) return over
  const target = mechanism.domain ? await nameOf(context, domain, mechanism.domain) : domain
  switch (mechanism.kind) {
    case 'a':
      return hasAddress(context, target, mechanism.prefixes)
    case 'mx':
      return hasExchange(context, target, mechanism.prefixes)
    case 'exists': {
      const answer = await look(context, target, 'A') // whatever the sender's family
      return isProblem(answer) ? answer : answer.length > 0
    }
    case 'ptr':
      return hasPointer(context, target)
  }
}

async function hasAddress(context: Context, name: WireName | undefined, prefixes: Prefixes) {
  const { address } = context.question
  const type = addressType(address)
  const answer = await look(context, name, type)
  if (isProblem(answer)) return answer
  const prefix = type === 'A' ? prefixes.ip4 : prefixes.ip6
  return answer.some((one) => within(address, one, prefix))
}

async function hasExchange(context: Context, name: WireName | undefined, prefixes: Prefixes) {
  const exchanges = await look(context, name, 'MX')
  if (isProblem(exchanges)) return exchanges
  if (exchanges.length > NAMES) return permerror(`${name} has more than ${NAMES} MX hosts`)
  for (const exchange of exchanges) {
    const found = exchange !== '.' && (await hasAddress(context, exchange, prefixes))
    if (found) return found
  }
  return false
}

/** The sender's provider writes these names: that they cannot be looked up is no fault of the record. */
async function hasPointer(context: Context, name: WireName | undefined) {
  const answer = await look(context, reverseName(context.question.address), 'PTR')
  if (isProblem(answer)) return answer.problem === 'permerror' && answer
  const names = await validatedNames(context, answer)
  return name !== undefined && names.some((one) => endsIn(one, name))
}

function within(address: IpAddress, network: string, prefix: number): boolean {
  const own = bytesOfAddress(address)
  const other = bytesOfAddress(network as IpAddress)
  return own.every((octet, i) => {
    const bits = Math.min(Math.max(prefix - i * 8, 0), 8)
    return (octet ^ other[i]!) >> (8 - bits) === 0
  })
}
