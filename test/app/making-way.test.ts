import { expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { daemon } from '../support/daemon.ts'
import { homeLine } from '../support/home-line.ts'
import { planText, provenText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const MX = { owner: name('mx.ddns.net'), type: 'A' } as const
const WWW = { owner: name('www.example.net'), type: 'A' } as const

/** Two accounts; one's service cannot be reached at first, while a name server of the other lags by 40 s. */
async function twoAccounts() {
  const hosts = [{ name: MX.owner }, { name: WWW.owner, provider: 'second' }]
  const home = await homeLine({ lag: 0, config: { hosts, types: ['A'] } })
  home.servers['192.0.2.54'] = { lag: 40 * SECOND }
  let isDown = true
  const one = await daemon(home, ({ http }) => ({
    http: async (request, signal) => {
      if (isDown && request.url.includes(MX.owner)) throw new Failure('network', 'refused')
      return http(request, signal)
    },
  }))
  const mend = () => {
    isDown = false
  }
  const end = async () => {
    one.stop.abort()
    await one.end
  }
  return { home, one, mend, end }
}

it('the end of a pause is not kept waiting by the confirmation of another account, which goes on in the next round', async () => {
  const { home, one, mend, end } = await twoAccounts()
  await one.pass(SECOND)
  expect([home.service.held(MX), home.service.held(WWW)]).toEqual([['192.0.2.1'], ['192.0.2.2']])
  mend()
  await one.pass(4 * SECOND)
  expect(home.service.held(MX)).toEqual(['192.0.2.2'])
  expect(one.begun).toEqual(['start', 'pause'])
  expect(provenText(one.rounds[0]!)).toBe('www A visible 1/3')
  await one.pass(MINUTE)
  await one.rested(2)
  expect(provenText(one.rounds[1]!)).toBe('mx A confirmed 2/3, www A confirmed 2/3')
  expect([one.begun, one.rests.at(-1)]).toEqual([['start', 'pause'], undefined])
  await end()
})

it('however often it makes way, what is published is confirmed', async () => {
  const { one, end } = await twoAccounts()
  await one.pass(2 * MINUTE)
  expect(one.begun).toEqual(['start', 'pause', 'pause', 'pause', 'pause']) // 5, 10, 20, 40 s apart
  expect(one.rounds.map(provenText)).toEqual([...Array(3).fill('www A visible 1/3'), 'www A confirmed 2/3', ''])
  await end()
})

it('who runs one round alone confirms to the end', async () => {
  const { home, end } = await twoAccounts()
  await end()
  home.line.A = [ip('192.0.2.3')]
  const world = home.start()
  const http: World['http'] = async (request, signal) => {
    if (request.url.includes(MX.owner)) throw new Failure('network', 'refused')
    return world.http(request, signal)
  }
  const done = await home.run({ ...world, http })
  expect(planText(done)).toBe('mx A publish changed, www A publish changed')
  expect(provenText(done)).toBe('www A confirmed 2/3')
})

const line = (of: string) => ({
  ...{ name: of, interface: undefined, ipSources: [`http:http://ip.example.org/${of}`], quorum: undefined },
  ...{ lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE },
})
const FAILOVER: Partial<Config> = {
  lines: [line('dsl'), line('lte')],
  hosts: [{ name: WWW.owner, line: ['dsl', 'lte'] }],
  types: ['A'],
  accounts: [{ use: 'zone-api', name: 'api', zones: [name('example.net')], settings: {} }],
}

it('a line is given up in time, though the address before it is still being confirmed', async () => {
  const home = await homeLine({ lag: 5 * MINUTE, config: FAILOVER })
  let isUp = true
  const one = await daemon(home, () => ({
    http: async ({ url }) => {
      if (!url.endsWith('dsl')) return { status: 200, headers: {}, body: '192.0.2.8' }
      return { status: isUp ? 200 : 503, headers: {}, body: '192.0.2.7' }
    },
  }))
  await one.pass(5 * SECOND)
  expect(home.api.held(WWW)).toEqual(['192.0.2.7'])
  isUp = false
  one.hints.give('kernel')
  await one.pass(29 * SECOND)
  expect(home.api.held(WWW)).toEqual(['192.0.2.7'])
  await one.pass(2 * SECOND)
  expect(home.api.held(WWW)).toEqual(['192.0.2.8'])
  expect(one.begun).toEqual(['start', 'kernel', 'pause'])
  one.stop.abort()
  await one.end
})
