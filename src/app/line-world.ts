import { Failure } from '../core/failure.ts'
import { addressType, FAMILY, type IpAddress } from '../dns/rrset.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import type { SourceWorld } from '../line/source.ts'
import type { Dns } from '../ports/dns.ts'
import type { HostAddress, Interfaces } from '../ports/interfaces.ts'
import type { World } from '../ports/world.ts'
import { lookUpThrough } from './line-names.ts'

/** The world as one line sees it; `cut`: the kernel says that there is no way out there. */
export interface LineView<W> {
  readonly world: W
  readonly cut?: Failure | undefined
}

/**
 * Everything that sources ask goes out from one interface's own address, and `the gateway` is the one behind it. Which way
 * such packets take is the kernel's to decide (`ip rule`): an address alone does not choose the interface. Never rejects.
 */
export async function throughInterface<W extends SourceWorld & Pick<World, 'clock'>>(
  name: string,
  world: W,
): Promise<LineView<W>> {
  const all = await world.interfaces.addresses().catch(Failure.from)
  if (all instanceof Failure) return { world, cut: new Failure('network', `${name} is not known: ${all.message}`) }
  const ready = all.filter((one) => one.interface === name && one.down !== true)
  const own = { 4: usable(ready, 4), 6: usable(ready, 6) }
  if (!own[4] && !own[6]) {
    const others = [...new Set(all.map((one) => one.interface))].join(', ') || 'none'
    const what = `${name} is down, has no address, or does not exist (${others} are there)`
    return { world, cut: new Failure('network', what, { reason: 'no-route' }) }
  }
  const from = (family: 4 | 6): IpAddress => {
    const address = own[family]
    if (address) return address
    const type = FAMILY[family === 4 ? 'A' : 'AAAA']
    throw new Failure('network', `${name} has no ${type} address`, { reason: 'no-route' })
  }
  const { http, dns, udp, interfaces } = world
  const here: Interfaces = {
    ...interfaces,
    defaultRoute: async (family) => (own[family] ? name : undefined),
    defaultRoutes: async (family, how) =>
      (await interfaces.defaultRoutes(family, how)).filter((route) => route.interface === name),
    gateway: (other = name) => interfaces.gateway(other),
  }
  const lookup = lookUpThrough(own, { ...world, interfaces: here })
  const bound = <Q extends { readonly localAddress?: IpAddress | undefined }>(question: Q, family: 4 | 6): Q => ({
    ...question,
    localAddress: question.localAddress ?? from(family),
  })
  return {
    world: {
      ...world,
      http: async (request, signal) => {
        const family = request.family ?? familyOfUrl(request.url)
        // Of another family no socket could be bound to that address.
        const lookUp: Dns['lookup'] = async (host, how) =>
          (await lookup(host, { ...how, family })).filter((address) => familyOf(address) === family)
        return http({ ...bound(request, family), lookup: lookUp }, signal)
      },
      dns: {
        ...dns,
        query: async (question, signal) => dns.query(bound(question, familyOf(question.server.address)), signal),
        lookup,
      },
      udp: {
        ...udp,
        ask: async (question, signal) => udp.ask(bound(question, familyOf(question.server.address)), signal),
      },
      interfaces: here,
      publicIp: () => Promise.reject(new Failure('unsupported', 'public-ip cannot be asked through one interface')),
    },
  }
}

/** Several sources of a round need the gateway, or the addresses: the kernel is asked for each once. A glance starts no program where that can be, and shall not be of before. */
export function askedOnce(interfaces: Interfaces): Interfaces {
  const addresses = once(interfaces.addresses)
  return {
    ...interfaces,
    gateway: once(interfaces.gateway),
    addresses: (how) => (how === undefined ? addresses() : interfaces.addresses(how)),
  }
}

function once<Key, Answer>(ask: (key?: Key) => Promise<Answer>): (key?: Key) => Promise<Answer> {
  const asked = new Map<Key | undefined, Promise<Answer>>()
  return (key) => {
    const known = asked.get(key) ?? ask(key)
    asked.set(key, known)
    return known
  }
}

/** Any address that the kernel lets us ask from; one that lasts and that others can answer before the rest. */
function usable(here: readonly HostAddress[], family: 4 | 6): IpAddress | undefined {
  const ready = here.filter(
    ({ address, scope, tentative, dadFailed }) =>
      familyOf(address) === family && scope === 'global' && !tentative && !dadFailed,
  )
  const rank = ({ address, temporary, deprecated }: HostAddress) =>
    Number(deprecated) * 4 + Number(family === 6 && whyNotPublic(address) !== undefined) * 2 + Number(temporary)
  return ready.toSorted((one, other) => rank(one) - rank(other))[0]?.address
}

const familyOf = (address: IpAddress): 4 | 6 => (addressType(address) === 'A' ? 4 : 6)
const familyOfUrl = (url: string): 4 | 6 => (/^https?:\/\/\[/i.test(url) ? 6 : 4)
