import { ok } from 'node:assert'
import fc from 'fast-check'
import { Failure } from '../../src/core/failure.ts'
import { attempt, type Published } from '../../src/core/outcome.ts'
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { bind, type Provider, type Tools } from '../../src/providers/provider.ts'
import { settingsOf } from '../../src/providers/settings.ts'
import { type Fixture, fixtureOf, situationsOf } from '../contract/fixture.ts'
import { check } from './check.ts'
import { mustBeFailure } from './failures.ts'
import { type Mutation, mutate, mutation } from './mutations.ts'
import { remembered } from './remembered.ts'

interface Scene {
  readonly provider: Provider
  readonly fixture: Fixture
  readonly step: number
}

/** What becomes of one answer; what is absent stays as it was recorded. */
interface Spoilt {
  readonly mutations: readonly Mutation[]
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly fault: Failure | undefined
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

const retryAfter = fc.constantFrom('0', '77', '-1', '1.5', '9'.repeat(400), 'Wed, 25 Nov 2026 12:01:17 GMT', 'soon', '')
const location = fc.constantFrom('http://portal.example/?to=x', '//', 'http://[', '')
const spoilt: fc.Arbitrary<Spoilt> = fc.record({
  mutations: fc.array(mutation, { maxLength: 3 }),
  status: fc.option(
    fc.oneof(
      fc.constantFrom(200, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503),
      fc.integer({ min: 200, max: 599 }),
    ),
    { nil: undefined },
  ),
  headers: fc.option(fc.record({ 'retry-after': retryAfter, location }, { requiredKeys: [] }), { nil: undefined }),
  fault: fc.option(
    fc
      .tuple(fc.constantFrom('network', 'cancelled', 'protocol'), fc.boolean())
      .map(([kind, lost]) => new Failure(kind, 'no answer', { lost })),
    { nil: undefined, freq: 20 },
  ),
})

/** No API has so many pages, and none may be asked without end. */
const MOST_REQUESTS = 500

/** Answers as recorded, but one request gets something else; what follows gets the same, or what was recorded for it. */
function toolsFor({ fixture, step }: Scene, one: Spoilt, stays: boolean): { tools: Tools; made: () => number } {
  const { exchange } = fixture
  let made = 0
  const http: Tools['http'] = async (request) => {
    const nth = made++
    if (made > MOST_REQUESTS) throw new Error(`it asks without end: ${request.method} ${request.url}`)
    const same = exchange.find((other) => other.request.method === request.method && other.request.url === request.url)
    const recorded: HttpResponse = { headers: {}, ...(same ?? exchange[nth % exchange.length]!).response }
    if (nth !== step && !(stays && nth > step)) return recorded
    return answerOf(request, recorded, one)
  }
  const unasked = async () => {
    throw new Error('this adapter speaks HTTP alone')
  }
  const dns = { query: unasked, send: unasked, lookup: unasked }
  return { tools: { http, dns, exec: unasked, now: () => NOW, random: () => 0.5 }, made: () => made }
}

function answerOf(
  request: HttpRequest,
  recorded: HttpResponse,
  { mutations, status, headers, fault }: Spoilt,
): HttpResponse {
  if (fault) throw new Failure(fault.kind, fault.message, { lost: fault.lost && request.purpose === 'write' })
  const echo = `${request.method} ${request.url} ${JSON.stringify(request.headers ?? {})} ${request.body ?? ''}`
  const body = mutate(recorded.body, mutations, echo)
  return { status: status ?? recorded.status, headers: { ...recorded.headers, ...headers }, body }
}

const NOW = Date.UTC(2026, 10, 25, 12, 0, 0)

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

function mustHide(message: string, { provider, fixture }: Scene): void {
  const given = fixture.settings as Record<string, string>
  const users = [given.username ?? '', ...fixture.rrsets.map(({ owner }) => owner)]
  for (const { name, secret } of settingsOf(provider.settings)) {
    if (!secret || typeof given[name] !== 'string' || given[name] === '') continue
    const forms = [given[name], ...users.map((user) => Buffer.from(`${user}:${given[name]}`).toString('base64'))]
    for (const form of forms) ok(!message.includes(form), `the secret ${name} is in: ${message}`)
  }
}

const scene = fc.constantFrom(...scenes).chain((own) => fc.constantFrom(...own))
export const adapters = check(
  { name: 'adapters: any answer to any request', share: 250_000, quick: 1200 },
  fc.asyncProperty(scene, spoilt, fc.boolean(), fc.boolean(), async (one, what, stays, reads) => {
    const { provider, fixture } = one
    const { tools } = toolsFor(one, what, stays)
    const { read } = bind(provider, fixture.settings, fixture.baseUrl)
    if (reads && read) {
      const seen = await read(fixture.rrsets[0], tools).catch((thrown) => mustBeFailure(thrown))
      if (seen instanceof Failure) mustHide(seen.message, one)
      return
    }
    for (const { outcome, rrset } of await publish(one, tools)) {
      if ('failure' in outcome) mustHide(mustBeFailure(outcome.failure).message, one)
      remembered(provider, rrset, outcome)
    }
  }),
)
