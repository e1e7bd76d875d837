import { expect, it } from 'vitest'
import { parseSource } from '../../../src/line/sources/index.ts'
import { sourceWorld } from '../../support/source-world.ts'
import { ip } from '../../support/targets.ts'

const source = parseSource('push')!
const quiet = new AbortController().signal
const pushed = {
  A: { addresses: [ip('5.9.1.7')], at: 5 },
  AAAA: { addresses: [ip('2a02:908::1')], at: 5 },
  prefix: { address: ip('2a02:908:1::'), length: 56, at: 9 },
}

it('tells on what the router told, as the router sees it', async () => {
  const world = sourceWorld({ pushed })
  expect(source.view).toBe('gateway')
  expect(await source.addresses('A', world, quiet)).toEqual(['5.9.1.7'])
  expect(await source.prefix?.(world, quiet)).toMatchObject({ address: '2a02:908:1::', length: 56 })
  expect([source.toldAt?.(world, 'A'), source.toldAt?.(world, 'prefix')]).toEqual([5, 9])
})

it("the router's own IPv6 address is no mail host's", () => {
  expect(source.types).toEqual(['A'])
})

it('says what to do while nothing was told', async () => {
  for (const world of [sourceWorld({}), sourceWorld({ pushed: { AAAA: pushed.AAAA } })]) {
    const remedy = 'enter mxhome in its DynDNS form'
    const failure = { kind: 'unavailable', message: expect.stringContaining(remedy) }
    await expect(source.addresses('A', world, quiet)).rejects.toMatchObject(failure)
    await expect(source.prefix?.(world, quiet)).rejects.toMatchObject(failure)
    expect(source.toldAt?.(world, 'A')).toBeUndefined()
  }
})

it('takes nothing behind its name', () => {
  expect(parseSource('push:192.168.178.1')).toBeUndefined()
})
