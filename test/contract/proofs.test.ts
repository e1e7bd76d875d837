import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { bind, type Provider } from '../../src/providers/provider.ts'
import { settingsOf } from '../../src/providers/settings.ts'
import { replay } from '../support/replay.ts'
import { type Fixture, fixtureOf } from './fixture.ts'

const providers = (await Promise.all(providerIds.map(loadProvider))).map((one) => one!)

it('these prove credentials in another way than by reading', () => {
  const proving = providers.filter(({ prove }) => prove !== undefined)
  expect(proving.map(({ id, read }) => [id, read !== undefined])).toEqual([['rfc2136', true]])
})

/** `mxhome init` says of credentials that they are right when something could be read with them. */
describe('what is read without a proof beside it is read with the credentials', () => {
  it.each(providers.filter(({ read, prove }) => read && !prove))('$id', async (provider) => {
    const fixture = fixtureOf(provider.id, 'updated')
    const own = await firstRequest(provider, fixture, fixture.settings)
    expect(own).toEqual(await firstRequest(provider, fixture, fixture.settings))
    expect(own).not.toEqual(await firstRequest(provider, fixture, withOtherSecrets(provider, fixture.settings)))
  })
})

async function firstRequest(provider: Provider, { baseUrl, rrsets }: Fixture, settings: unknown): Promise<HttpRequest> {
  const requests: HttpRequest[] = []
  const { tools } = replay([])
  const http = async (request: HttpRequest) => {
    requests.push(request)
    throw new Failure('network', 'nobody is there')
  }
  await expect(bind(provider, settings, baseUrl).read!(rrsets[0], { ...tools, http })).rejects.toThrow(Failure)
  return requests[0]!
}

function withOtherSecrets(provider: Provider, settings: unknown) {
  const given = Object.entries(settings as Record<string, string>)
  const secrets = settingsOf(provider.settings).flatMap(({ name, secret }) => (secret ? name : []))
  return Object.fromEntries(given.map(([name, value]) => [name, secrets.includes(name) ? other(value) : value]))
}

function other(secret: string): string {
  if (!secret.includes('PRIVATE KEY')) return `${secret}x`
  return String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
