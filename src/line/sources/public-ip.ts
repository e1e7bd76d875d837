import { notCloudflares } from '../cloudflare.ts'
import { onlyAddressIn } from '../only-address.ts'
import type { IpSource } from '../source.ts'

/** The package public-ip: OpenDNS and Google by DNS, then icanhazip and ipify by HTTPS; the first answer counts. */
export function publicIp(rest: string | undefined): IpSource | undefined {
  if (rest !== undefined) return undefined
  return {
    id: 'public-ip',
    view: 'outside',
    types: ['A', 'AAAA'],
    goesItsOwnWay: true,
    addresses: async (type, world, signal) => {
      const answer = await world.publicIp(type, signal)
      return notCloudflares(onlyAddressIn(answer, type, 'public-ip'), 'public-ip')
    },
  }
}
