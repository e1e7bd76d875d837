import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import type { PublicIp } from '../ports/public-ip.ts'

type Ask = (options: { readonly timeout: number; readonly signal: AbortSignal }) => Promise<string>
interface Package {
  readonly publicIpv4: Ask
  readonly publicIpv6: Ask
}

const TIMEOUT = 10 * SECOND

/** The package public-ip, loaded when it is first asked. */
export function openPublicIp(load: () => Promise<Package> = loadWithoutProxy): PublicIp {
  return async (type, signal) => {
    const cancelled = () => new Failure('cancelled', 'stopped while asking public-ip')
    if (signal.aborted) throw cancelled()
    const { publicIpv4, publicIpv6 } = await load()
    if (signal.aborted) throw cancelled()
    const ask = type === 'A' ? publicIpv4 : publicIpv6
    return ask({ timeout: TIMEOUT, signal }).catch(() => {
      throw signal.aborted
        ? cancelled()
        : new Failure('network', `public-ip found no IPv${type === 'A' ? 4 : 6} address`)
    })
  }
}

/** It asks by fetch, which Node can be told to send through the environment's proxies: their address is not the line's. */
function loadWithoutProxy(): Promise<Package> {
  process.env.no_proxy = '*' // fetch looks at each request, and nobody else here does at all
  return import('public-ip')
}
