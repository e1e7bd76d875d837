import * as z from 'zod'
import type { Failure } from '../../src/core/failure.ts'
import type { Instant } from '../../src/core/instant.ts'
import { unchanged, updated } from '../../src/core/outcome.ts'
import type { IpAddress, RRsetName } from '../../src/dns/rrset.ts'
import type { Provider } from '../../src/providers/provider.ts'

/** An account at an API that can be read; it counts, and fails as the test says. */
export function fakeZoneApi(now: () => Instant) {
  const history = new Map<string, { at: Instant; addresses: readonly IpAddress[] }[]>()
  const versions = ({ owner, type }: RRsetName) => history.get(`${owner} ${type}`) ?? []
  const held = (name: RRsetName): readonly IpAddress[] => versions(name).at(-1)?.addresses ?? []
  const put = (name: RRsetName, addresses: readonly IpAddress[]) =>
    history.set(`${name.owner} ${name.type}`, [...versions(name), { at: now(), addresses }])
  const api = {
    reads: 0,
    writes: 0,
    readFails: undefined as Failure | undefined,
    writeFails: undefined as Failure | undefined,
    held,
    heldAt: (name: RRsetName, at: Instant) => versions(name).findLast((one) => one.at <= at)?.addresses ?? [],
    /** Someone else writes. */
    put,
  }
  const provider: Provider<Record<string, never>> = {
    id: 'zone-api',
    name: 'An API',
    docs: 'https://api.example.org/',
    facts: { sure: 'yours', verified: '2026-11' },
    writes: { together: true },
    endpoint: 'https://api.example.org',
    settings: z.strictObject({}),
    traits: { readable: true, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 },
    async *publish({ rrsets }) {
      for (const rrset of rrsets) {
        api.writes += 1
        if (api.writeFails) throw api.writeFails
        const before = held(rrset)
        const same = String(before) === String(rrset.addresses)
        if (!same) put(rrset, rrset.addresses)
        yield { rrset, outcome: same ? unchanged : updated, before }
      }
    },
    async read(rrset) {
      api.reads += 1
      if (api.readFails) throw api.readFails
      return held(rrset)
    },
  }
  return { api, provider }
}
