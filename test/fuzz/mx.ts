import { deepStrictEqual, ok } from 'node:assert'
import fc from 'fast-check'
import type { MxRecord } from '../../src/core/mx.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { bind, type Provider } from '../../src/providers/provider.ts'
import { type MxFixture, mxFixtureOf, mxSituationsOf } from '../contract/fixture.ts'
import { check } from './check.ts'
import { mustBeFailure } from './failures.ts'
import { mustHide, spoilt, toolsFor } from './spoilt.ts'

interface Scene {
  readonly provider: Provider
  readonly fixture: MxFixture
  readonly step: number
}

const providers = (await Promise.all(providerIds.map(loadProvider))).map((one) => one!)

/** Every request of every recorded exchange about an MX, adapter by adapter. */
const scenes: readonly (readonly Scene[])[] = providers
  .map((provider) =>
    mxSituationsOf(provider.id).flatMap((situation) => {
      const fixture = mxFixtureOf(provider.id, situation)
      return fixture.exchange.map(({ request }, step) => {
        const told = `${provider.id} mx-${situation}, request ${step + 1}: ${request.method} ${request.url}`
        return { provider, fixture, step, [fc.toStringMethod]: () => told }
      })
    }),
  )
  .filter(({ length }) => length > 0)

function parsed(text: string): MxRecord {
  const [preference, exchange = ''] = text.split(' ')
  return { preference: Number(preference), exchange }
}

function mustBeMx(found: readonly MxRecord[]): void {
  for (const { preference, exchange } of found) {
    deepStrictEqual(
      [preference, Number.isInteger(preference) && preference >= 0 && preference < 65_536],
      [preference, true],
    )
    ok(typeof exchange === 'string' && exchange !== '', `an exchange: ${JSON.stringify(exchange)}`)
  }
}

const scene = fc.constantFrom(...scenes).chain((own) => fc.constantFrom(...own))
export const mx = check(
  { name: 'adapters: any answer to any request about an MX', share: 50_000, quick: 400 },
  fc.asyncProperty(
    scene,
    spoilt,
    fc.boolean(),
    fc.boolean(),
    async ({ provider, fixture, step }, what, stays, reads) => {
      const { settings, baseUrl, domain, mx: wanted, ttl, shown, exchange } = fixture
      const tools = toolsFor({ exchange, step }, what, stays)
      const account = bind(provider, settings, baseUrl)
      const wish = { domain, mx: wanted.map(parsed), ttl, shown: shown?.map(parsed) }
      try {
        if (reads) mustBeMx(await account.readMx!(domain, tools))
        else mustBeMx((await account.writeMx!(wish, tools)).before)
      } catch (thrown) {
        if (thrown instanceof Error && thrown.name === 'AssertionError') throw thrown
        mustHide(mustBeFailure(thrown).message, provider, settings, [domain])
      }
    },
  ),
)
