import { ok } from 'node:assert'
import fc from 'fast-check'
import { Failure } from '../../src/core/failure.ts'
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts'
import type { Provider, Tools } from '../../src/providers/provider.ts'
import { settingsOf } from '../../src/providers/settings.ts'
import type { Exchange } from '../support/replay.ts'
import { type Mutation, mutate, mutation } from './mutations.ts'

/** A recorded exchange, and the request whose answer is spoilt. */
export interface Scene {
  readonly exchange: readonly Exchange[]
  readonly step: number
}

/** What becomes of one answer; what is absent stays as it was recorded. */
export interface Spoilt {
  readonly mutations: readonly Mutation[]
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly fault: Failure | undefined
}

const retryAfter = fc.constantFrom('0', '77', '-1', '1.5', '9'.repeat(400), 'Wed, 25 Nov 2026 12:01:17 GMT', 'soon', '')
const location = fc.constantFrom('http://portal.example/?to=x', '//', 'http://[', '')
export const spoilt: fc.Arbitrary<Spoilt> = fc.record({
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
export function toolsFor({ exchange, step }: Scene, one: Spoilt, stays: boolean): Tools {
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
  return { http, dns, exec: unasked, now: () => NOW, random: () => 0.5 }
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

/** In a message about these owners no secret may stand, however it is written. */
export function mustHide(message: string, provider: Provider, settings: unknown, owners: readonly string[]): void {
  const given = settings as Record<string, string>
  const users = [given.username ?? '', ...owners]
  for (const { name, secret } of settingsOf(provider.settings)) {
    if (!secret || typeof given[name] !== 'string' || given[name] === '') continue
    const forms = [given[name], ...users.map((user) => Buffer.from(`${user}:${given[name]}`).toString('base64'))]
    for (const form of forms) ok(!message.includes(form), `the secret ${name} is in: ${message}`)
  }
}
