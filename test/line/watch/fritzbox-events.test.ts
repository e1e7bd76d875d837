import { expect, it } from 'vitest'
import { readDescription } from '../../../src/line/protocols/igd.ts'
import { refused, watchRouter } from '../../support/event-router.ts'
import { FOUND, type FritzLine, fritzEvent, fritzReplies, IGDDESC, WAN } from '../../support/fritzbox.ts'
import { IP1 } from '../../support/igd-router.ts'

const [MINUTE, HOUR] = [60_000, 3_600_000]
const DUAL: FritzLine = { state: 'Connected', four: '5.9.1.7', six: '2a02:908:f::1' }
const LITE: FritzLine = { ...DUAL, four: '' }

it('finds the one service of a FRITZ!Box that knows the address, and knows the box by its maker', () => {
  const at = `http://192.168.178.1:49000${WAN}`
  expect(readDescription(IGDDESC, FOUND.location)).toEqual([
    { type: IP1, controlUrl: at, eventUrl: at, isFritzBox: true },
  ])
})

/** The watcher at a FRITZ!Box whose first event has been heard. `downFor`: so long it could not be reached before. */
async function atBox(first: FritzLine, downFor = 0) {
  let line = first
  const watch = watchRouter({
    ...fritzReplies(() => line),
    [`SUBSCRIBE ${WAN}`]: { headers: { sid: 'uuid:1', timeout: 'Second-1800' } },
    [`UNSUBSCRIBE ${WAN}`]: { status: 200 },
  })
  watch.router.found = [FOUND]
  let seq = 0
  const becomes = async (next: FritzLine, isTold = true) => {
    line = next
    if (isTold) expect(await watch.notify(seq++, fritzEvent(next), { headers: eventHeaders(seq - 1) })).toBe(200)
    await watch.pass(1)
  }
  if (downFor > 0) {
    watch.router.replies['GET /igddesc.xml'] = refused
    await watch.pass(downFor)
    watch.router.replies['GET /igddesc.xml'] = { body: IGDDESC }
    watch.announce('ssdp:alive')
    await watch.pass(2000)
  }
  await watch.pass(1)
  await becomes(first)
  expect(watch.subscribing()).toMatchObject([{ url: `http://192.168.178.1:49000${WAN}` }])
  const subscribesAnew = () => {
    seq = 0
  }
  return { ...watch, becomes, subscribesAnew }
}
const eventHeaders = (seq: number) => ({ nt: 'upnp:event', nts: 'upnp:propchange', sid: 'uuid:1', seq: String(seq) })

it('a reconnection is followed to its end: the loss, and the new address once it is there', async () => {
  const { becomes, hints, asking, pass } = await atBox(DUAL)
  expect(hints).toEqual([])
  await becomes({ state: 'Disconnected', four: '0.0.0.0', six: '' })
  expect(hints).toHaveLength(1)
  await becomes({ ...DUAL, four: '5.9.1.8', six: '2a02:908:e::1' })
  expect(hints).toHaveLength(2)
  const asked = asking().length
  await pass(10 * MINUTE)
  expect(asking()).toHaveLength(asked)
})

it('a new prefix is heard of by the box’s own IPv6 address', async () => {
  const { becomes, hints } = await atBox(DUAL)
  await becomes({ ...DUAL, six: '2a02:908:e::1' })
  expect(hints).toHaveLength(1)
})

it('a line of DS-Lite, connected and without IPv4, is not asked for ever; what it tells later is heard', async () => {
  const { becomes, subscribesAnew, subscribing, hints, asking, pass } = await atBox(LITE)
  await pass(9 * MINUTE)
  const before = asking().length
  await pass(6 * MINUTE)
  const asked = asking().length
  expect(asked, 'IPv4 may come after IPv6').toBeGreaterThan(before)
  await pass(HOUR)
  expect(subscribing()).toHaveLength(2)
  subscribesAnew()
  await becomes(LITE)
  await pass(MINUTE)
  expect(asking()).toHaveLength(asked)
  expect(hints).toEqual([])
  await becomes({ ...LITE, six: '2a02:908:e::1' })
  await becomes(DUAL)
  expect(hints).toHaveLength(2)
})

it('a line of DS-Lite that is up after this box is heard of by its IPv6 address', async () => {
  const { becomes, hints } = await atBox(LITE, 10 * MINUTE)
  expect(hints).toHaveLength(1)
  await becomes({ ...LITE, six: '2a02:908:e::1' })
  expect(hints).toHaveLength(2)
})

it('a long outage is none: ten minutes without an address count only while nothing else is shown', async () => {
  const { becomes, hints, asking, pass } = await atBox(DUAL)
  await becomes({ state: 'Disconnected', four: '0.0.0.0', six: '' })
  await pass(30 * MINUTE)
  await becomes({ ...DUAL, four: '' }, false) // IPv6 is there first
  await pass(2 * MINUTE)
  const asked = asking().length
  await becomes(DUAL, false)
  await pass(MINUTE)
  expect(asking().length).toBeGreaterThan(asked)
  expect(hints).toHaveLength(2)
})

it('while it connects it is asked until it has an address, whether it tells that or not', async () => {
  const { becomes, hints, asking, pass } = await atBox({ ...LITE, state: 'Connecting' })
  await pass(10 * MINUTE)
  const asked = asking().length
  await pass(10 * MINUTE)
  expect(asking().length).toBeGreaterThan(asked)
  await becomes(DUAL, false)
  await pass(MINUTE)
  expect(hints).toHaveLength(1)
})
