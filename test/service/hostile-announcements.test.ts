import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIRST, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'
import { hostileHome, OUTSIDE } from '../support/hostile-home.ts'
import type { Orders } from '../support/hostile-router.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon that hears strangers beside its router'
const FALSE = '6.6.7.7'

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let home: Awaited<ReturnType<typeof hostileHome>>
  beforeAll(async () => {
    home = await hostileHome(`${OUTSIDE.http}, nat-pmp, upnp`)
    expect(await home.stage.follows(FIRST)).toBe(FIRST)
    await home.stage.until('the router is subscribed to', () => home.router.came.includes('first event: 200'))
    // From now on it is heard: nobody probes.
    await home.round()
  })
  afterAll(() => home?.stop())

  const heard = () => ({ natPmp: home.heard('nat-pmp'), upnp: home.heard('upnp'), probe: home.heard('probe') })
  const begun = () => ({ natPmp: home.rounds('nat-pmp').length, upnp: home.rounds('upnp').length })
  const leaving = () => home.router.came.filter((one) => one.startsWith('UNSUBSCRIBE')).length
  const searches = () => home.router.came.filter((one) => one === 'M-SEARCH').length
  const callback = () => {
    const asked = home.router.came.findLast((one) => one.startsWith('SUBSCRIBE <'))!
    return asked.replace(/^.*<|>.*$/g, '')
  }
  const sid = () => home.router.came.findLast((one) => one.startsWith('names it '))!.replace('names it ', '')
  const event = (change: Partial<NonNullable<Orders['notify']>>): Orders => ({
    notify: { url: callback(), sid: sid(), seq: 1, address: FALSE, ...change },
  })
  const nothingWrong = () => {
    expect(home.stage.dig('A')).toBe(FIRST)
    expect(home.published()).toEqual([FIRST])
  }

  it('NAT-PMP and PCP of a stranger begin no round; the same of the router begins one', async () => {
    const before = { ...heard(), ...{ rounds: begun() } }
    for (const announce of [FALSE, '6.6.7.8', 'pcp', '6.6.7.9']) await home.stranger.tell({ announce })
    await home.round()
    expect(heard()).toMatchObject({ natPmp: before.natPmp + 1, upnp: before.upnp })
    expect(begun()).toEqual({ ...before.rounds, natPmp: before.rounds.natPmp + 1 })
    nothingWrong()
  })

  it("a stranger's farewell, and its coming again and again, end no subscription and begin no round; the router's do", async () => {
    const before = { ...heard(), rounds: begun(), left: leaving(), searches: searches() }
    const farewell = { says: 'byebye' }
    for (const ssdp of [farewell, { says: 'alive' }, { says: 'alive', boot: 1 }, { says: 'alive', boot: 2 }, farewell])
      await home.stranger.tell({ ssdp })
    await home.round()
    expect({ ...heard(), left: leaving(), searches: searches() }).toEqual({
      ...{ natPmp: before.natPmp + 1, upnp: before.upnp, probe: before.probe },
      ...{ left: before.left, searches: before.searches },
    })
    const from = home.router.came.length
    for (const says of ['byebye', 'alive']) await home.router.tell({ ssdp: { says } })
    const { until } = home.stage
    await until('it is subscribed to anew', () => home.router.came.slice(from).includes('first event: 200'))
    await until('a round has begun', () => begun().upnp === before.rounds.upnp + 1)
    expect(leaving()).toBe(before.left + 1)
    expect(heard().upnp).toBe(before.upnp + 1)
    nothingWrong()
  })

  it('events of another subscription, of a stranger, or to another place are refused; the right one begins a round', async () => {
    const before = { ...heard(), rounds: begun() }
    for (const seq of [0, 1, 2]) expect(await home.router.tell(event({ sid: 'uuid:another', seq }))).toBe(412)
    expect(await home.stranger.tell(event({}))).toBe('cut off')
    expect(await home.router.tell(event({ url: new URL('/other', callback()).href }))).toBe(404)
    expect(await home.router.tell(event({}))).toBe(200)
    await home.stage.until('a round has begun', () => begun().upnp > before.rounds.upnp)
    await home.round()
    expect(heard()).toMatchObject({ natPmp: before.natPmp + 1, upnp: before.upnp + 1 })
    expect(begun()).toMatchObject({ upnp: before.rounds.upnp + 1 })
    nothingWrong()
  })

  it('events of the router that cannot be read begin a round at most: what they say is never published', async () => {
    const before = begun()
    expect(await home.router.tell(event({ seq: 2, address: 'long' }))).toBe(413)
    expect(await home.router.tell(event({ seq: 2, address: 'bomb' }))).toBe(200)
    await home.stage.until('a round has begun', () => begun().upnp === before.upnp + 1)
    await home.round()
    nothingWrong()
  })

  it('the daemon lives, quotes nobody and is as small as before; then it follows', async () => {
    home.expectSound()
    const address = await home.follows()
    expect(home.published()).toEqual([FIRST, address])
  })
})
