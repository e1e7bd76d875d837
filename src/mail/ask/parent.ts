import { Failure } from '../../core/failure.ts'
import type { Message } from '../../dns/message.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import { whyNotPublic } from '../../dns/special-purpose.ts'
import type { Asker } from '../asker.ts'
import { dataAt } from './answers.ts'
import { learn } from './learn.ts'

/** All of a parent's servers say the same, and the first answer counts; a top-level domain has up to 26 addresses. */
const MOST_SERVERS = 3

/** NS names that the zone above delegates `apex` to, as its own servers say (RFC 1034 4.3.2: a referral). Rejects with a Failure. */
export async function delegatedNames(asker: Asker, apex: string): Promise<readonly string[]> {
  const above = await zoneAbove(asker, apex)
  const addresses = await addressesOf(asker, above)
  if (addresses.length === 0) throw new Failure('network', `no name server of ${nameOf(above)} has an address`)
  const asked = addresses.map((address) => askOne(asker, address, apex))
  return Promise.any(asked).catch((thrown: AggregateError) => {
    throw Failure.from(thrown.errors[0])
  })
}

/** The name of the zone that holds the delegation: not always one label shorter (`co.uk` is a zone, `gov.example` may be none). */
async function zoneAbove({ stub }: Asker, apex: string): Promise<string> {
  const name = apex.slice(apex.indexOf('.') + 1)
  const { answers, authorities } = await stub(name, 'SOA')
  const owners = [...answers, ...authorities].flatMap(({ owner, data }) => (data.type === 'SOA' ? [owner] : []))
  const zone = owners.find((owner) => owner === '.' || name === owner || name.endsWith(`.${owner}`))
  if (zone === undefined) throw new Failure('unavailable', `the zone above ${apex} was not found`)
  return zone
}

async function addressesOf({ stub, asking }: Asker, zone: string): Promise<readonly IpAddress[]> {
  const names = dataAt(await stub(zone, 'NS'), zone, 'NS').map(({ target }) => target)
  const found = await Promise.all(
    names.slice(0, MOST_SERVERS).map(async (name): Promise<readonly IpAddress[]> => {
      const reply = await learn(() => stub(name, 'A'))
      const known = reply instanceof Failure ? [] : dataAt(reply, name, 'A')
      return known.slice(0, 1).map(({ address }) => address)
    }),
  )
  return found.flat().filter((address) => !whyNotPublic(address, asking.allow))
}

async function askOne({ world, signal }: Asker, address: IpAddress, apex: string): Promise<readonly string[]> {
  const server = { address, port: 53 }
  const reply = await world.dns.query({ server, name: apex, type: 'NS', recursion: false }, signal)
  const names = namesIn(reply, apex)
  if (names.length === 0) throw new Failure('rejected', `${address}, a server of the zone above, delegates no ${apex}`)
  return names
}

/** A referral; or the zone's own word, where one server has both zones. A cache's answer is neither. */
function namesIn({ rcode, authoritative, answers, authorities }: Message, apex: string): readonly string[] {
  if (rcode !== 'NOERROR') return []
  const records = authoritative ? [...answers, ...authorities] : answers.length === 0 ? authorities : []
  const names = records.flatMap(({ owner, data }) => (owner === apex && data.type === 'NS' ? [data.target] : []))
  return [...new Set(names)]
}

const nameOf = (zone: string) => (zone === '.' ? 'the root' : zone)
