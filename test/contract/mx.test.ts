import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { describeMx } from '../../src/core/mx.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { bind, type Provider, type Tools } from '../../src/providers/provider.ts'
import { settingsOf } from '../../src/providers/settings.ts'
import { replay } from '../support/replay.ts'
import { FAULTS } from './faults.ts'
import { exceptionsOf, type MxFixture, mxFixtureOf, mxSituationsOf } from './fixture.ts'

const REQUIRED = ['updated', 'unchanged', 'created', 'auth']
const providers = (await Promise.all(providerIds.map(loadProvider))).map((one) => one!)
const writers = providers.filter((provider) => provider.writeMx !== undefined)
/** Those left out have tests of their own against real servers. */
const recorded = writers.filter(({ id }) => exceptionsOf(id).exchange === undefined)

it('these can write MX records', () => {
  const promised = ['cloudflare', 'desec', 'hetzner-cloud', 'ionos', 'netcup', 'powerdns', 'rfc2136']
  expect(writers.map(({ id }) => id)).toEqual(promised)
})

it.each(providers)('$id reads what it writes, and has fixtures for it if and only if it does', (provider) => {
  expect(provider.readMx !== undefined).toBe(provider.writeMx !== undefined)
  if (!provider.writeMx) expect(mxSituationsOf(provider.id)).toEqual([])
  const { mostMx } = provider.facts
  if (mostMx !== undefined) expect(mostMx).toBeGreaterThan(0)
})

describe.each(recorded)('$id', (provider) => {
  const { id } = provider
  const exceptions = exceptionsOf(id)

  it('has the required fixtures', () => {
    expect(mxSituationsOf(id)).toEqual(expect.arrayContaining(REQUIRED))
  })

  it.each(mxSituationsOf(id))('%s', async (situation) => {
    const fixture = mxFixtureOf(id, situation)
    const { tools, done } = replay(fixture.exchange)
    const { outcome, before, message } = await write(provider, fixture, tools)
    expect(outcome, message).toBe(fixture.outcome)
    if (fixture.message) expect(message).toContain(fixture.message)
    if (fixture.before) expect(before).toEqual(fixture.before)
    expectNoSecret(message, provider, fixture)
    done()
  })

  it.each(['updated', 'created'])('%s: one write, which names no other owner and no other type', (situation) => {
    const { exchange, domain } = mxFixtureOf(id, situation)
    const writes = exchange.filter(({ request, farewell }) => request.purpose === 'write' && !farewell)
    expect(writes).toHaveLength(1)
    const said = `${writes[0]!.request.url} ${writes[0]!.request.body}`
    expect(said).not.toMatch(/"(?:A|AAAA|TXT|CNAME|NS)"/)
    for (const other of ['"sub"', '"www"', `sub.${domain}`]) expect(said).not.toContain(other)
  })

  it('sends nothing where it is so already, and does not remove an RRset', async () => {
    const { exchange, ...fixture } = mxFixtureOf(id, 'unchanged')
    expect(exchange.filter(({ request, farewell }) => request.purpose === 'write' && !farewell)).toEqual([])
    const { tools } = replay(exchange)
    expect(await write(provider, { ...fixture, exchange, mx: [] }, tools)).toMatchObject({ outcome: 'unsupported' })
  })

  it('writes nothing where something else is there than the user was shown', async () => {
    const fixture = mxFixtureOf(id, 'updated')
    const { tools, made } = replay(fixture.exchange)
    const { outcome, message } = await write(provider, { ...fixture, shown: ['5 another.example.com'] }, tools)
    expect({ outcome, writes: made.filter(({ purpose }) => purpose === 'write') }).toEqual({
      outcome: 'unavailable',
      writes: [],
    })
    expect(message).toContain('changed the MX of example.com meanwhile')
  })

  it('reads what is there', async () => {
    const fixture = mxFixtureOf(id, 'updated')
    const { tools, made } = replay(fixture.exchange)
    const found = await bind(provider, fixture.settings, fixture.baseUrl).readMx?.(fixture.domain, tools)
    expect(found?.map(describeMx)).toEqual(fixture.before)
    expect(made.every(({ purpose }) => purpose === 'read')).toBe(true)
  })

  const fixture = mxFixtureOf(id, 'updated')
  const firstWrite = fixture.exchange.findIndex(({ request }) => request.purpose === 'write')
  for (const [step, { request, farewell }] of fixture.exchange.entries()) {
    for (const [name, { fault, reading, writing, retryAfter }] of Object.entries(FAULTS)) {
      const { purpose } = request
      const title = `request ${step + 1}, a ${purpose}, meets ${name}`
      const excuse = exceptions.skip?.[`a ${purpose} meets ${name}`]
      it.skipIf(excuse)(excuse ? `${title} (${excuse})` : title, async () => {
        const { tools, made, done } = replay(fixture.exchange, step, fault)
        const { outcome, message, failure } = await write(provider, fixture, tools)
        // Once it was sent, what cannot be learnt of its end is unknown, and never "nothing was written".
        const afterwards = step > firstWrite ? 'unknown' : reading
        const wanted = farewell ? fixture.outcome : purpose === 'write' ? writing : afterwards
        expect(outcome, message).toBe(wanted)
        if (step < firstWrite) expect(made.filter((one) => one.purpose === 'write')).toEqual([])
        if (retryAfter && !farewell) expect(failure?.retryAfter).toBe(retryAfter)
        expectNoSecret(message, provider, fixture)
        done()
      })
      if (step >= firstWrite || farewell) continue
      it(`${title}, where only reading was wanted`, async () => {
        const { tools } = replay(fixture.exchange, step, fault)
        const reads = bind(provider, fixture.settings, fixture.baseUrl).readMx?.(fixture.domain, tools)
        const failure = await reads?.then(() => undefined, Failure.from)
        expect(failure?.kind).toBe(reading)
        expectNoSecret(failure?.message ?? '', provider, fixture)
      })
    }
  }
})

async function write(provider: Provider, { settings, baseUrl, domain, mx, ttl, shown }: MxFixture, tools: Tools) {
  const wish = { domain, mx: mx.map(parsed), ttl, shown: shown?.map(parsed) }
  try {
    const { changed, before } = await bind(provider, settings, baseUrl).writeMx!(wish, tools)
    return { outcome: changed ? 'updated' : 'unchanged', before: before.map(describeMx), message: '' }
  } catch (thrown) {
    const failure = Failure.from(thrown)
    return { outcome: failure.lost ? 'unknown' : failure.kind, message: failure.message, failure }
  }
}

function parsed(text: string) {
  const [preference, exchange = ''] = text.split(' ')
  return { preference: Number(preference), exchange }
}

function expectNoSecret(text: string, provider: Provider, { settings }: Pick<MxFixture, 'settings'>) {
  const given = settings as Record<string, string>
  for (const { name, secret } of settingsOf(provider.settings)) {
    if (secret && given[name]) expect(text).not.toContain(given[name])
  }
  expect(text).not.toContain('s3cr3t')
}
