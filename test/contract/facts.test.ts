import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { providersPage } from '../../scripts/providers-page.ts'
import { SURE } from '../../src/providers/facts.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { fixtureOf, situationsOf } from './fixture.ts'

const providers = (await Promise.all(providerIds.map(loadProvider))).map((one) => one!)

it('docs/providers.md is what the program says', () => {
  expect(readFileSync('docs/providers.md', 'utf8')).toBe(providersPage(providers))
})

describe.each(providers)('$id', ({ id, facts, writes }) => {
  it('says how sure it is, since when, and what is in doubt', () => {
    expect(Object.keys(SURE)).toContain(facts?.sure)
    expect(facts.verified).toMatch(/^20\d\d-(?:0[1-9]|1[0-2])$/)
    expect(new Date(facts.verified).getTime()).toBeLessThanOrEqual(Date.now())
    const { doubt } = facts
    if (facts.sure === 'agreed' || facts.sure === 'reported') expect(doubt, 'not sure, so of what not?').toBeDefined()
    if (doubt !== undefined) expect(doubt, 'a short phrase, no sentence').toMatch(/^[^|\n]{5,90}[^|\n.]$/)
  })

  const both = situationsOf(id).includes('both-families') ? fixtureOf(id, 'both-families') : undefined
  it.runIf(both?.outcome === 'updated')('says whether both families go in one request', () => {
    const sent = both!.exchange.filter(({ request, farewell }) => request.purpose === 'write' && !farewell)
    expect(both!.rrsets.map(({ type }) => type).toSorted()).toEqual(['A', 'AAAA'])
    expect(sent.length === 1).toBe(writes.together)
  })
})
