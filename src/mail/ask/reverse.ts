import { reverseName } from '../../dns/reverse-name.ts'
import { type AddressType, addressType, type IpAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'
import { dataAt } from './answers.ts'
import { learn } from './learn.ts'

/** The reverse name of one of our addresses ("iprev", RFC 8601 3). */
export interface ReverseFacts {
  readonly address: IpAddress
  /** PTR names, at most ten; [] = none. */
  readonly names: Learnt<readonly ReverseName[]>
}

export interface ReverseName {
  readonly name: string
  /** Its addresses of the same family. */
  readonly addresses: Learnt<readonly IpAddress[]>
}

/** RFC 8601 3: receivers look at no more. */
const MOST_NAMES = 10

/** Never rejects. */
export async function askReverse(asker: Asker, addresses: readonly IpAddress[]): Promise<readonly ReverseFacts[]> {
  return Promise.all(addresses.map(async (address) => ({ address, names: await learn(() => namesOf(asker, address)) })))
}

async function namesOf(asker: Asker, address: IpAddress): Promise<readonly ReverseName[]> {
  const at = reverseName(address)
  const targets = dataAt(await asker.stub(at, 'PTR'), at, 'PTR').map(({ target }) => target)
  const names = [...new Set(targets)].filter((name) => name !== '.').slice(0, MOST_NAMES)
  const type = addressType(address)
  return Promise.all(
    names.map(async (name) => ({ name, addresses: await learn(() => addressesOf(asker, name, type)) })),
  )
}

async function addressesOf(asker: Asker, name: string, type: AddressType): Promise<readonly IpAddress[]> {
  return dataAt(await asker.stub(name, type), name, type).map(({ address }) => address)
}
