import { expect, it } from 'vitest'
import { confirmMx } from '../../src/app/confirm-mx.ts'
import type { Setup } from '../../src/app/setup.ts'
import { Failure } from '../../src/core/failure.ts'
import { parseName } from '../../src/dns/name.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { Dns } from '../../src/ports/dns.ts'
import type { World } from '../../src/ports/world.ts'

const DOMAIN = parseName('example.com')!
const WANTED = [{ preference: 10, exchange: 'mail.example.com' }]
const servers = [1, 2, 3].map((n) => ({ address: parseAddress(`192.0.2.${n}`)!, port: 53 }))

/** Two of three servers have the set; the third is asked, and `last` becomes of it. */
function asked(last: (stop: AbortController) => Failure) {
  const stop = new AbortController()
  const query: Dns['query'] = async ({ server, name, type }) => {
    if (server.address === servers[2]!.address) throw last(stop)
    const data = { type: 'MX', ...WANTED[0]! } as const
    const common = { id: 1, response: true, rcode: 'NOERROR', authoritative: true, truncated: false } as const
    const sections = { answers: [{ owner: name, ttl: 60, data }], authorities: [], additionals: [] }
    return { ...common, recursionAvailable: false, questions: [{ name, type }], ...sections }
  }
  const clock = { now: () => 0, sleep: async () => {} }
  const dns = { query, resolvers: async () => [] } as unknown as Dns
  const asking = { dns, clock, resolvers: [servers[0]!], nameservers: servers, allow: [], zones: new Map() }
  const setup = { asking, config: { confirmTimeout: 0 } } as unknown as Setup
  return confirmMx(DOMAIN, WANTED, setup, { clock } as unknown as World, stop.signal)
}

it('counts a silent server as silent', async () => {
  const { proof } = await asked(() => new Failure('network', 'no answer'))
  expect(proof).toBe('confirmed')
})

it('does not count as silent who was cut off before it could answer', async () => {
  const { proof } = await asked((stop) => {
    stop.abort()
    return new Failure('cancelled', 'stopped')
  })
  expect(proof).toBe('pending')
})
