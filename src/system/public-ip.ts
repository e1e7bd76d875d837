import { Failure } from '../core/failure.ts'
import { type Milliseconds, SECOND } from '../core/instant.ts'
import { joined } from '../core/joined.ts'
import type { PublicIp } from '../ports/public-ip.ts'
import { pause } from './pause.ts'

type Ask = (options: { readonly timeout: Milliseconds; readonly signal: AbortSignal }) => Promise<string>
interface Package {
  readonly publicIpv4: Ask
  readonly publicIpv6: Ask
}

const TIMEOUT = 10 * SECOND
/** The package never repeats a question, and right after a change of the line the first packets are often lost. */
const AGAIN = 250

/** The package public-ip, loaded when it is first asked; asked once more where it has said nothing after 250 ms. */
export function openPublicIp(load: () => Promise<Package> = loadWithoutProxy, sleep = pause): PublicIp {
  return async (type, signal) => {
    const cancelled = () => new Failure('cancelled', 'stopped while asking public-ip')
    if (signal.aborted) throw cancelled()
    const { publicIpv4, publicIpv6 } = await load()
    if (signal.aborted) throw cancelled()
    const ask = type === 'A' ? publicIpv4 : publicIpv6
    return twice((timeout, until) => ask({ timeout, signal: until }), sleep, signal).catch(() => {
      throw signal.aborted
        ? cancelled()
        : new Failure('network', `public-ip found no IPv${type === 'A' ? 4 : 6} address`)
    })
  }
}

type Attempt = (timeout: Milliseconds, until: AbortSignal) => Promise<string>

/** The first answer of two attempts, the second of which begins late and ends with the first; whoever is left is aborted. */
async function twice(attempt: Attempt, sleep: typeof pause, signal: AbortSignal): Promise<string> {
  const over = new AbortController()
  const { signal: until, end } = joined(signal, over.signal)
  try {
    const first = attempt(TIMEOUT, until)
    const isSilent = sleep(AGAIN, until).then(() => !until.aborted)
    if (!(await Promise.race([first.then(() => false), isSilent]))) return await first
    return await Promise.any([first, attempt(TIMEOUT - AGAIN, until)])
  } finally {
    over.abort()
    end()
  }
}

/** It asks by fetch, which Node can be told to send through the environment's proxies: their address is not the line's. */
function loadWithoutProxy(): Promise<Package> {
  process.env.no_proxy = '*' // fetch looks at each request, and nobody else here does at all
  return import('public-ip')
}
