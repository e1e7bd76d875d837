import { describe, expect, it } from 'vitest'
import type { RoundDocument } from '../../src/report/document.ts'
import { atHome, type Families, whyNoNamespaces } from '../support/two-namespaces.ts'

interface Told {
  readonly code: number
  readonly document: RoundDocument
  readonly requests?: number
  readonly held?: readonly (readonly string[])[]
  readonly drops?: readonly number[]
}

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces()

const run = async (scenario: string, families: Families = [4]) => {
  const told = (await atHome('test/service/hostile-network-child.ts', scenario, families)) as Told
  const [target] = told.document.targets
  const findings = told.document.findings.map(({ id }) => id)
  const asked = target?.confirmation?.servers.filter(({ notAsked }) => !notAsked).map(({ address }) => address)
  return { ...told, target: target!, findings, asked }
}

describe.skipIf(why !== undefined)(`a home behind a cable${why === undefined ? '' : ` (left out: ${why})`}`, () => {
  it.concurrent('port 53 to the name servers is blocked: seen, by the resolver alone', async () => {
    const { code, target, findings, requests } = await run('blocked')
    expect({ code, requests, findings }).toEqual({
      code: 0,
      requests: 2,
      findings: ['name-servers-unreachable', 'name-servers-unreachable'],
    })
    expect(target.confirmation).toMatchObject({ state: 'seen', seen: 0, asked: 2 })
  })

  it.concurrent('the router answers for the name servers: seen, and told', async () => {
    const { code, target, findings, requests } = await run('intercepted')
    expect({ code, requests, findings }).toEqual({
      code: 0,
      requests: 2,
      findings: ['dns-intercepted', 'dns-intercepted'],
    })
    expect(target.confirmation).toMatchObject({ state: 'seen', seen: 0, asked: 2 })
  })

  it.concurrent('three of ten packets that leave are lost, three of ten that come come twice: confirmed in the end', async () => {
    const { code, target, held, drops } = await run('lossy')
    expect({ code, ...target.confirmation }).toMatchObject({ code: 0, state: 'confirmed', seen: 2, asked: 2 })
    expect(held).toEqual([['203.0.113.7'], ['203.0.113.7']])
    expect(Math.min(...drops!), 'packets lost, and doubled').toBeGreaterThan(0)
  })

  it.concurrent.each([
    ['IPv4', 'four', [4], ['192.0.2.53', '192.0.2.54']],
    ['IPv6', 'six', [6], ['2001:db8::53', '2001:db8::54']],
    ['both families', 'both', [4, 6], ['192.0.2.53', '2001:db8::53', '192.0.2.54', '2001:db8::54']],
  ] as const)('with %s: confirmed by those that there is a route to', async (_, scenario, families, servers) => {
    const { code, target, findings, asked } = await run(scenario, families)
    expect({ code, findings, asked }).toEqual({ code: 0, findings: [], asked: servers })
    const all = servers.length
    expect(target.confirmation).toMatchObject({ state: 'confirmed', seen: all, asked: all })
    expect(target.confirmation?.servers).toHaveLength(4)
  })
})
