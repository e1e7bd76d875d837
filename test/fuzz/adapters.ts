import { ok } from 'node:assert'
import fc from 'fast-check'
import { Failure } from '../../src/core/failure.ts'
import { attempt, type Published } from '../../src/core/outcome.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { bind, type Provider, type Tools } from '../../src/providers/provider.ts'
import { type Fixture, fixtureOf, situationsOf } from '../contract/fixture.ts'
import { check } from './check.ts'
import { mustBeFailure } from './failures.ts'
import { remembered } from './remembered.ts'
import { mustHide, spoilt, toolsFor } from './spoilt.ts'

interface Scene {
  readonly provider: Provider
  readonly fixture: Fixture
  readonly step: number
}

const providers: Provider[] = []
for (const id of providerIds) providers.push((await loadProvider(id))!)

/** Every request of every recorded exchange, adapter by adapter. */
const scenes: readonly (readonly Scene[])[] = providers
  .map((provider) =>
    situationsOf(provider.id).flatMap((situation) => {
      const fixture = fixtureOf(provider.id, situation)
      return fixture.exchange.map(({ request }, step) => {
        const told = `${provider.id} ${situation}, request ${step + 1}: ${request.method} ${request.url}`
        return { provider, fixture, step, [fc.toStringMethod]: () => told }
      })
    }),
  )
  .filter(({ length }) => length > 0)

async function publish({ provider, fixture }: Scene, tools: Tools): Promise<readonly Published[]> {
  const { settings, baseUrl, rrsets } = fixture
  const told: Published[] = []
  const account = bind(provider, settings, baseUrl)
  async function* counted() {
    for await (const one of account.publish(rrsets, tools)) {
      told.push(one)
      yield one
    }
  }
  const found: Published[] = []
  for await (const one of attempt(rrsets, counted)) found.push(one)
  ok(told.length === new Set(told.map(({ rrset }) => rrset)).size, 'no RRset has two outcomes')
  ok(
    found.length === rrsets.length && rrsets.every((rrset) => found.some((one) => one.rrset === rrset)),
    'one outcome an RRset',
  )
  return found
}

const scene = fc.constantFrom(...scenes).chain((own) => fc.constantFrom(...own))
export const adapters = check(
  { name: 'adapters: any answer to any request', share: 250_000, quick: 1200 },
  fc.asyncProperty(scene, spoilt, fc.boolean(), fc.boolean(), async (one, what, stays, reads) => {
    const { provider, fixture } = one
    const tools = toolsFor({ exchange: fixture.exchange, step: one.step }, what, stays)
    const owners = fixture.rrsets.map(({ owner }) => owner)
    const hides = (message: string) => mustHide(message, provider, fixture.settings, owners)
    const { read } = bind(provider, fixture.settings, fixture.baseUrl)
    if (reads && read) {
      const seen = await read(fixture.rrsets[0], tools).catch((thrown) => mustBeFailure(thrown))
      if (seen instanceof Failure) hides(seen.message)
      return
    }
    for (const { outcome, rrset } of await publish(one, tools)) {
      if ('failure' in outcome) hides(mustBeFailure(outcome.failure).message)
      remembered(provider, rrset, outcome)
    }
  }),
)
