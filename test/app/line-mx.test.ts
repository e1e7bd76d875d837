import { expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import type { Rdata } from '../../src/dns/message.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { name } from '../support/config.ts'
import { homeLine } from '../support/home-line.ts'
import { EMPTY } from '../support/memory-store.ts'
import { planText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const A = { owner: name('a.example.net'), type: 'A' } as const
const B = { owner: name('b.example.net'), type: 'A' } as const
const MX = 'example.net MX'
const mx = (exchange: string): readonly Rdata[] => [{ type: 'MX', preference: 10, exchange }]

/** A home line whose host is named by the MX of example.net alone. */
const mailLine = (
  records: Record<string, readonly Rdata[]> = { [MX]: mx('a.example.net') },
  types: readonly AddressType[] = ['A'],
  exclude: readonly DomainName[] = [],
) => homeLine({ records, config: { domains: [{ name: name('example.net') }], hosts: [], types, exclude } })
const BOTH: readonly AddressType[] = ['A', 'AAAA']

it('follows the MX: the new host at once, the old one for a day, then it is left as it is', async () => {
  const home = await mailLine()
  const world = home.start()
  await home.run(world)
  expect([home.service.held(A), home.service.held(B)]).toEqual([['192.0.2.2'], []])

  home.records[MX] = mx('b.example.net')
  const moved = await home.run(world)
  expect(planText(moved)).toBe('b A publish first, a A skip up-to-date')
  expect(moved.findings.map(({ id }) => id)).toContain('mx-host-dropped')
  expect(home.service.held(B)).toEqual(['192.0.2.2'])

  home.time.now += DAY - HOUR
  home.line.A = [ip('192.0.2.3')]
  await home.run(world)
  expect([home.service.held(A), home.service.held(B)]).toEqual([['192.0.2.3'], ['192.0.2.3']])

  home.time.now += HOUR
  home.line.A = [ip('192.0.2.4')]
  expect(planText(await home.run(world))).toBe('b A publish changed')
  expect([home.service.held(A), home.service.held(B)]).toEqual([['192.0.2.3'], ['192.0.2.4']])
})

it('an MX that comes back within the day is as before', async () => {
  const home = await mailLine()
  const world = home.start()
  home.records[MX] = mx('b.example.net')
  await home.run(world)
  home.records[MX] = mx('a.example.net')
  home.time.now += HOUR
  const back = await home.run(world)
  expect(planText(back)).toBe('a A skip up-to-date, b A skip up-to-date')
  home.time.now += DAY
  expect(planText(await home.run(world))).toBe('a A skip up-to-date')
})

it('keeps the hosts last known while nobody can tell the MX, also after a restart', async () => {
  const home = await mailLine(undefined, BOTH)
  for (const server of ['192.0.2.53', '192.0.2.54', '192.0.2.100']) home.servers[server] = { fault: 'silent' }
  const failed = await home.run(home.start())
  expect(planText(failed)).toBe('a A publish changed with 2001:db8::1, a AAAA skip up-to-date')
  expect(failed.findings.map(({ id }) => id)).toContain('mx-unknown')
  expect(home.service.held(A)).toEqual(['192.0.2.2'])
  expect(planText(await home.run(home.start()))).toBe('a A skip up-to-date, a AAAA skip up-to-date')
})

it('writes nothing for a domain of which nothing was ever known', async () => {
  const home = await mailLine()
  home.disk.synced = JSON.stringify(EMPTY)
  for (const server of ['192.0.2.53', '192.0.2.54', '192.0.2.100']) home.servers[server] = { fault: 'silent' }
  const { requests } = home.service
  expect(planText(await home.run(home.start()))).toBe('')
  expect(home.service.requests).toBe(requests)
})

it('a resolver that knows of no MX is not believed against silent name servers', async () => {
  const home = await mailLine(undefined, BOTH)
  for (const server of ['192.0.2.53', '192.0.2.54']) home.servers[server] = { fault: 'silent' }
  home.records[MX] = [] // what the resolver says
  expect(planText(await home.run(home.start()))).toBe('a A publish changed with 2001:db8::1, a AAAA skip up-to-date')
})

it.each([
  ['elsewhere', mx('mx.isp.net'), 'mx-elsewhere'],
  ['nowhere', [], 'mx-missing'],
  ['null', mx('.'), 'null-mx'],
] as const)('an MX that goes %s: the old host is kept for a day, nothing else is written', async (_, gone, finding) => {
  const home = await mailLine()
  const world = home.start()
  home.records[MX] = gone
  const found = await home.run(world)
  expect(planText(found)).toBe('a A publish changed')
  expect(found.findings.map(({ id }) => id)).toEqual(expect.arrayContaining([finding, 'mx-host-dropped']))
  home.time.now += DAY
  expect(planText(await home.run(world))).toBe('')
})

it('follows an alias to its end', async () => {
  const records = {
    [MX]: mx('mail.example.net'),
    'mail.example.net CNAME': [{ type: 'CNAME', target: 'a.example.net' }] as const,
  }
  const home = await mailLine(records)
  const found = await home.run(home.start())
  expect(planText(found)).toBe('a A publish changed')
  expect(found.findings.map(({ id }) => id)).toContain('mx-is-alias')
})

it('a first start at a record that is right already sends nothing, at one that is not, it does', async () => {
  const home = await mailLine()
  const { requests } = home.service
  home.disk.synced = JSON.stringify(EMPTY)
  home.line.A = [ip('192.0.2.1')]
  const world = home.start()
  expect(planText(await home.run(world))).toBe('a A skip adopted')
  expect(planText(await home.run(world))).toBe('a A skip up-to-date')
  expect(home.service.requests).toBe(requests)

  home.disk.synced = JSON.stringify(EMPTY)
  home.service.put(A, [ip('192.0.2.9')]) // only the server that does not lag shows it
  home.servers['192.0.2.53'] = {}
  home.time.now += MINUTE
  expect(planText(await home.run(home.start()))).toBe('a A publish first')
})

it('adopts nothing when no name server answers', async () => {
  const home = await mailLine()
  home.disk.synced = JSON.stringify({ ...EMPTY, mx: { 'example.net': { hosts: [{ owner: A.owner }] } } })
  home.line.A = [ip('192.0.2.1')]
  for (const server of ['192.0.2.53', '192.0.2.54']) home.servers[server] = { fault: 'silent' }
  const world = home.start()
  // No-IP may clear the AAAA, and nobody says what that is.
  expect(planText(await home.run(world))).toBe('a A wait pause')
  home.time.now += 10 * MINUTE
  expect(planText(await home.run(world))).toBe('a A publish first alone')
})

it('never writes what the user has excluded', async () => {
  const home = await mailLine(undefined, ['A'], [A.owner])
  expect(planText(await home.run(home.start(), { force: 'all' }))).toBe('')
  expect(home.service.requests).toBe(0)
})

it('leaves a family alone that the service cannot take', async () => {
  const home = await mailLine(undefined, BOTH)
  Object.assign(home.setup.accounts, {
    second: { ...home.setup.accounts.second!, cannot: { AAAA: 'no parameter for it' } },
  })
  expect(planText(await home.run(home.start()))).toBe('a A publish changed with 2001:db8::1')
})
