import { expect, it } from 'vitest'
import type { Rdata } from '../../src/dns/message.ts'
import { name } from '../support/config.ts'
import { homeLine } from '../support/home-line.ts'
import { planText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const WWW = { owner: name('www.example.net'), type: 'A' } as const
const OTHER = { owner: name('other.example.net'), type: 'A' } as const
const hosts = [WWW, OTHER].map(({ owner }) => ({ name: owner, types: ['A'] as const }))
const alias = (): Record<string, readonly Rdata[]> => ({
  'www.example.net CNAME': [{ type: 'CNAME', target: 'home.ddns.net' }],
})
const MESSAGE =
  'www.example.net is an alias (CNAME) of home.ddns.net, beside which no A can stand: remove the CNAME, or name home.ddns.net as the host'

it('a host that is an alias is held and never sent; the host beside it in the same request is', async () => {
  const home = await homeLine({ records: alias(), config: { hosts } })
  expect([home.service.held(WWW), home.service.held(OTHER)]).toEqual([[], ['192.0.2.1']])
  const { plan, done } = await home.run(home.start())
  expect(planText({ plan })).toBe('www A hold rejected, other A publish changed')
  expect(plan[0]).toMatchObject({ message: MESSAGE })
  expect(done.map(({ action }) => action.target.owner)).toEqual(['other.example.net'])
})

it('a dry run tells it, and writes nothing down', async () => {
  const records: Record<string, readonly Rdata[]> = {}
  const home = await homeLine({ records, config: { hosts: [hosts[1]!] } })
  const setup = { ...home.setup, config: { ...home.setup.config, hosts } }
  Object.assign(home.setup, setup)
  Object.assign(records, alias())
  const before = home.disk.written
  const { done } = await home.run(home.start(), { dryRun: true })
  expect(done).toMatchObject([{ outcome: { kind: 'failed', failure: { kind: 'rejected', message: MESSAGE } } }])
  expect(home.disk.written).toBe(before)
})

it('once the alias is gone and the user says so, it is written', async () => {
  const records = alias()
  const home = await homeLine({ records, config: { hosts } })
  delete records['www.example.net CNAME']
  expect(planText(await home.run(home.start(), { force: 'all' }))).toContain('www A publish forced')
  expect(home.service.held(WWW)).toEqual(['192.0.2.2'])
})

it('an alias that is made later beside a published host does not stop it: the provider allows both', async () => {
  const records: Record<string, readonly Rdata[]> = {}
  const home = await homeLine({ records, config: { hosts } })
  Object.assign(records, alias())
  await home.run(home.start())
  expect(home.service.held(WWW)).toEqual(['192.0.2.2'])
})

it('name servers that are silent refuse nothing', async () => {
  const home = await homeLine({ config: { hosts } })
  for (const server of Object.values(home.servers)) Object.assign(server, { fault: 'silent' })
  home.line.A = [ip('192.0.2.9')]
  const fresh = { ...home.setup.config, hosts: [...hosts, { name: name('new.example.net'), types: ['A'] as const }] }
  Object.assign(home.setup, { config: fresh })
  await home.live(12) // the other family's ten minutes
  expect(home.service.held({ owner: name('new.example.net'), type: 'A' })).toEqual(['192.0.2.9'])
})
