import { loadProvider } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'

const USED = [
  ...['desec', 'duckdns', 'dyn', 'he-net', 'ionos', 'namecheap-api', 'netcup', 'noip', 'rfc2136', 'route53', 'strato'],
] as const

/** The adapters, as users have them, of the services of the simulated world. */
export async function adapters(): Promise<ReadonlyMap<string, Provider>> {
  return new Map(await Promise.all(USED.map(async (id) => [id, (await loadProvider(id))!] as const)))
}
