import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import { name } from '../support/config.ts'
import { daemon } from '../support/daemon.ts'
import { homeLine } from '../support/home-line.ts'

const HOST = { owner: name('mail.example.net'), type: 'A' } as const
const line = (of: string) => ({
  ...{ name: of, interface: undefined, ipSources: [`http:http://ip.example.org/${of}`], quorum: undefined },
  ...{ lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE },
})

it('when the line of the default route is back, pauses after network faults are over, though the other line was up', async () => {
  const home = await homeLine({
    lag: 0,
    config: {
      lines: [line('dsl'), line('lte')],
      hosts: [{ name: HOST.owner, line: ['dsl', 'lte'] }],
      types: ['A'],
      accounts: [{ use: 'zone-api', name: 'api', zones: [name('example.net')], settings: {} }],
    },
  })
  let isUp = true
  const one = await daemon(home, () => ({
    http: async ({ url }) => {
      const isDsl = url.endsWith('dsl')
      return { status: isUp || !isDsl ? 200 : 503, headers: {}, body: isDsl ? '192.0.2.7' : '192.0.2.8' }
    },
  }))
  await one.pass(MINUTE)
  expect(home.api.held(HOST)).toEqual(['192.0.2.7'])

  isUp = false
  home.api.writeFails = new Failure('network', 'the default route leads nowhere')
  home.api.readFails = home.api.writeFails
  one.hints.give('kernel')
  await one.pass(45 * MINUTE)
  expect(one.rests.at(-1)).toBeGreaterThan(30 * MINUTE)
  const { writes } = home.api
  one.hints.give('kernel')
  await one.pass(0)
  expect(home.api.writes, 'it is not back yet').toBe(writes)

  isUp = true
  home.api.writeFails = undefined
  home.api.readFails = undefined
  one.hints.give('kernel')
  await one.pass(SECOND)
  expect(home.api.held(HOST), 'the line that was used meanwhile, until the other is trusted').toEqual(['192.0.2.8'])
  one.stop.abort()
  await one.end
})
