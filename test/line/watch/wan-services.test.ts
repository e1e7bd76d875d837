import { expect, it } from 'vitest'
import { EVENTS, watchRouter } from '../../support/event-router.ts'
import { description, IP1, PPP1, service, soapAnswer, soapName } from '../../support/igd-router.ts'

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000]
const CONTROL = '/ctl/IPConn'
const PPP = { control: '/ctl/PPPConn', events: '/evt/PPPConn' }
const BOTH = [service(IP1), service(PPP1, PPP.control, PPP.events)]

/** The watcher at a router with the services `listed`, of which those in `connected` say that they are. */
async function atRouter(listed: readonly string[], ...connected: string[]) {
  const line = { connected, four: '' }
  const addressAt = (path: string) => () => ({
    body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: line.connected.includes(path) ? line.four : '' }),
  })
  const statusAt = (path: string) => () => ({
    body: soapAnswer('GetStatusInfo', {
      NewConnectionStatus: line.connected.includes(path) ? 'Connected' : 'Disconnected',
    }),
  })
  const watch = watchRouter({
    'GET /rootDesc.xml': { body: description(listed) },
    ...Object.fromEntries(
      [CONTROL, PPP.control].flatMap((path) => [
        [`POST ${path}#GetExternalIPAddress`, addressAt(path)],
        [`POST ${path}#GetStatusInfo`, statusAt(path)],
      ]),
    ),
    [`UNSUBSCRIBE ${PPP.events}`]: { status: 200 },
  })
  const { router, subscribing } = watch
  router.replies[`SUBSCRIBE ${PPP.events}`] = router.replies[`SUBSCRIBE ${EVENTS}`]!
  const statusAsked = () => router.asked.filter((request) => soapName(request) === 'GetStatusInfo').length
  const places = () => subscribing().map(({ url }) => new URL(url).pathname)
  await watch.pass(1)
  return { ...watch, line, statusAsked, places }
}

it('goes over to the service that is connected, once the present one has shown no address for a minute', async () => {
  const { line, tell, pass, places, leaving, hints, proofs, troubles } = await atRouter(BOTH, CONTROL)
  await tell(0, '5.9.1.7')
  line.connected = [PPP.control]
  line.four = '5.9.1.8'
  await tell(1, '')
  await pass(MINUTE)
  expect(places()).toEqual([EVENTS])
  await pass(10 * SECOND)
  expect(places()).toEqual([EVENTS, PPP.events])
  expect(leaving()).toHaveLength(1)
  await tell(0, '5.9.1.8')
  expect(hints, 'the loss, and the new address').toHaveLength(2)
  line.four = ''
  await tell(1, '')
  await pass(30 * MINUTE)
  expect(places(), 'it is connected still').toHaveLength(2)
  expect(troubles).toEqual([])
  expect(proofs).not.toContain(false)
})

it('stays with its service while none is connected, and asks ever more seldom', async () => {
  const { tell, pass, places, statusAsked } = await atRouter(BOTH)
  await tell(0, '')
  const before = statusAsked()
  await pass(MINUTE)
  expect(statusAsked()).toBe(before)
  await pass(10 * MINUTE)
  expect(statusAsked() - before, 'both, as often as the address').toBeLessThan(2 * 25)
  await pass(45 * MINUTE)
  expect(places()).toEqual([EVENTS])
})

it('asks a router with one service for no state', async () => {
  const { tell, pass, places, statusAsked } = await atRouter([service(IP1)])
  await tell(0, '')
  await pass(55 * MINUTE)
  expect([places(), statusAsked()]).toEqual([[EVENTS], 0])
})

it('subscribes to no other service where that one would be chosen again', async () => {
  const { line, tell, pass, places } = await atRouter(BOTH, PPP.control)
  expect(places()).toEqual([PPP.events])
  line.connected = [CONTROL, PPP.control] // neither of them with an address
  await tell(0, '')
  await pass(70 * SECOND)
  expect(places()).toEqual([PPP.events, EVENTS])
  await tell(0, '')
  await pass(50 * MINUTE)
  expect(places()).toHaveLength(2)
})

it('a router that always calls the other one connected is subscribed to ever more seldom', async () => {
  const { line, tell, pass, places } = await atRouter(BOTH, CONTROL)
  for (let told = 0, at = 0; at < HOUR; at += SECOND) {
    if (places().length > told) {
      told = places().length
      await tell(0, '')
      line.connected = [places().at(-1) === EVENTS ? PPP.control : CONTROL]
    }
    await pass(SECOND)
  }
  expect(places().length).toBeGreaterThan(3)
  expect(places().length).toBeLessThan(20)
})
