import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { EVENTS, refused, watchRouter } from '../../support/event-router.ts'
import { description, IP1, ROUTER, service, soapAnswer } from '../../support/igd-router.ts'
import { propertyset } from '../../support/propertyset.ts'
import { ip } from '../../support/targets.ts'

const [SECOND, MINUTE] = [1000, 60_000]

async function subscribed(...given: Parameters<typeof watchRouter>) {
  const watch = watchRouter(...given)
  await watch.pass(1)
  await watch.tell(0, '5.9.1.7')
  expect(watch.subscribing()).toHaveLength(1)
  return watch
}

it('subscribes at the router, from and for the address towards it', async () => {
  const { subscribing, listeners, ears } = await subscribed()
  expect(subscribing()).toMatchObject([
    {
      url: `http://192.168.178.1:5000${EVENTS}`,
      localAddress: ROUTER.own,
      headers: { nt: 'upnp:event', timeout: 'Second-1800' },
    },
  ])
  expect(subscribing()[0]?.headers?.callback).toMatch(/^<http:\/\/192\.168\.178\.2:40000\/(80){16}>$/) // from what nobody can guess
  const { at, allows, maxBytes } = listeners[0]!.place
  expect({ at, maxBytes }).toEqual({ at: { address: ROUTER.own, port: 0 }, maxBytes: 65_536 })
  expect([ROUTER.address, ROUTER.own, ip('5.9.1.9'), ip('::1')].map(allows)).toEqual([true, false, false, false])
  expect(ears).toMatchObject([{ group: { group: { address: '239.255.255.250', port: 1900 }, via: ROUTER.own } }])
})

it('hints at each change, and only at changes', async () => {
  const { tell, hints, notify, pass } = await subscribed()
  expect(hints).toEqual([])
  await tell(1, '5.9.1.7')
  await notify(2, propertyset({ PortMappingNumberOfEntries: '3' }))
  await pass(1)
  expect(hints).toEqual([])
  for (let i = 1; i <= 10; i++) {
    await tell(2 + i, `5.9.1.${7 + i}`)
    expect(hints).toHaveLength(i)
  }
  expect(new Set(hints.map(({ way }) => way))).toEqual(new Set(['upnp']))
})

it('answers before it does anything', async () => {
  const { notify, hints, pass } = await subscribed()
  expect(await notify(1, propertyset({ ExternalIPAddress: '5.9.1.8' }))).toBe(200)
  expect(hints).toEqual([])
  await pass(1)
  expect(hints).toHaveLength(1)
})

it('hints at a new IPv6 address of a FRITZ!Box: the prefix has changed', async () => {
  const { notify, hints, pass } = await subscribed()
  await notify(1, propertyset({ ExternalIPv6Address: '2a02:908:1::1' }))
  await pass(1)
  expect(hints).toHaveLength(0)
  await notify(2, propertyset({ ExternalIPv6Address: '2a02:908:2::1' }))
  await pass(1)
  expect(hints).toHaveLength(1)
})

it('hints at events that it missed or cannot read', async () => {
  const { tell, notify, hints, pass } = await subscribed()
  await tell(3, '5.9.1.7')
  expect(hints).toHaveLength(1)
  await notify(4, '<!doctype html><html>S3CR3T</html>')
  await notify(5, '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>')
  await pass(1)
  expect(hints).toHaveLength(3)
})

it.each([
  ['another subscription', 412, { headers: { nt: 'upnp:event', nts: 'upnp:propchange', sid: 'uuid:66', seq: '1' } }],
  ['no subscription', 412, { headers: { nt: 'upnp:event', nts: 'upnp:propchange', seq: '1' } }],
  ['no kind', 400, { headers: { sid: 'uuid:1', seq: '1' } }],
  ['no number', 400, { headers: { nt: 'upnp:event', nts: 'upnp:propchange', sid: 'uuid:1' } }],
  ['another path', 404, { path: '/' }],
  ['another method', 405, { method: 'POST' }],
] as const)('an event of %s is answered with %i and ignored', async (_, status, change) => {
  const { notify, hints, pass } = await subscribed()
  expect(await notify(1, propertyset({ ExternalIPAddress: '5.9.1.66' }), change)).toBe(status)
  await pass(1)
  expect(hints).toEqual([])
})

it('takes the initial event that overtakes the answer to the subscription', async () => {
  const watch = watchRouter({
    [`SUBSCRIBE ${EVENTS}`]: () => {
      void watch.notify(0, propertyset({ ExternalIPAddress: '5.9.1.7' }), {
        headers: { nt: 'upnp:event', nts: 'upnp:propchange', sid: 'uuid:9', seq: '0' },
      })
      return { headers: { sid: 'uuid:9', timeout: 'Second-1800' } }
    },
  })
  await watch.pass(MINUTE)
  expect(watch.troubles).toEqual([])
  await watch.notify(1, propertyset({ ExternalIPAddress: '5.9.1.8' }), {
    headers: { nt: 'upnp:event', nts: 'upnp:propchange', sid: 'uuid:9', seq: '1' },
  })
  await watch.pass(1)
  expect(watch.hints).toHaveLength(1)
})

const address = (text: string) => ({ body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: text }) })
const CALL = 'POST /ctl/IPConn#GetExternalIPAddress'

it.each(['', '0.0.0.0'])(
  'asks every second while the router shows %j, and hints when there is an address',
  async (none) => {
    const { router, tell, hints, asking, pass, time } = await subscribed()
    router.replies[CALL] = address(none)
    await tell(1, none)
    expect(hints).toHaveLength(1)
    const since = time.now
    await pass(5 * SECOND)
    expect(asking()).toHaveLength(5)
    router.replies[CALL] = refused // the first connection after a change may fail
    await pass(SECOND)
    router.replies[CALL] = address('5.9.1.8')
    await pass(10 * SECOND)
    expect(hints.map(({ at }) => at - since)).toEqual([0, 7 * SECOND])
    expect(asking()).toHaveLength(7)
    await tell(2, '5.9.1.8') // the event comes after all
    expect(hints).toHaveLength(2)
  },
)

it('stops asking when the event comes; after a minute asks ever more seldom, until there is an address', async () => {
  const { router, tell, hints, asking, pass, time } = await subscribed()
  router.replies[CALL] = address('0.0.0.0')
  await tell(1, '0.0.0.0')
  await pass(2 * SECOND)
  await tell(2, '5.9.1.8')
  await pass(10 * SECOND)
  expect(hints).toHaveLength(2)
  const asked = asking().length
  expect(asked).toBeLessThanOrEqual(3)
  await tell(3, '')
  await pass(MINUTE)
  expect(asking().length - asked).toBe(60)
  await pass(10 * MINUTE)
  expect(asking().length - asked).toBeGreaterThan(60 + 20)
  expect(asking().length - asked).toBeLessThan(60 + 25)
  expect(hints).toHaveLength(3)
  router.replies[CALL] = address('5.9.1.9')
  const since = time.now
  await pass(30 * SECOND)
  expect(hints).toHaveLength(4)
  expect(hints.at(-1)!.at - since).toBeLessThanOrEqual(30 * SECOND)
  const all = asking().length
  await pass(10 * MINUTE)
  expect(asking()).toHaveLength(all)
})

it('a subscription that has ended asks for no address any more: the next one does', async () => {
  const { router, tell, asking, pass, stop, done, sleeping } = await subscribed()
  router.replies[CALL] = address('0.0.0.0')
  await tell(1, '0.0.0.0')
  const grant = router.replies[`SUBSCRIBE ${EVENTS}`]
  router.replies[`SUBSCRIBE ${EVENTS}`] = (request) =>
    request.headers?.sid ? { status: 412 } : (grant as (r: typeof request) => object)(request)
  await pass(15 * MINUTE)
  const before = asking().length
  await pass(MINUTE)
  expect(asking()).toHaveLength(before)
  await tell(0, '0.0.0.0')
  await pass(10 * SECOND)
  expect(asking().length - before, 'every second again').toBe(10)
  stop.abort()
  await pass(2 * SECOND)
  await done
  expect(sleeping()).toBe(0)
})

it('asks also where the first thing that it hears is that there is no address', async () => {
  const watch = watchRouter({ [CALL]: address('5.9.1.8') })
  await watch.pass(1)
  await watch.tell(0, '0.0.0.0')
  expect(watch.hints).toEqual([])
  await watch.pass(SECOND)
  expect(watch.hints).toHaveLength(1)
})

it('hints once at the first address of a router that could not be asked when it began', async () => {
  const watch = watchRouter({ 'GET /rootDesc.xml': refused, [CALL]: address('5.9.1.7') })
  const { router, hints, pass, tell, troubles } = watch
  await pass(20 * MINUTE)
  router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  await pass(11 * MINUTE)
  expect([hints, troubles.length]).toEqual([[], 2])
  await tell(0, '5.9.1.7')
  expect(hints).toHaveLength(1)
  await tell(1, '5.9.1.7')
  await pass(60 * MINUTE)
  await tell(0, '5.9.1.7')
  expect(hints).toHaveLength(1)
})

it('hints once where that router has no address yet either, as soon as there is one', async () => {
  const watch = watchRouter({ 'GET /rootDesc.xml': refused, [CALL]: address('5.9.1.7') })
  await watch.pass(5 * MINUTE)
  watch.router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  watch.announce('ssdp:alive')
  await watch.pass(2 * SECOND)
  await watch.tell(0, '')
  expect(watch.hints).toEqual([])
  await watch.pass(MINUTE)
  await watch.tell(1, '5.9.1.7')
  expect(watch.hints).toHaveLength(1)
})

it('a router that fails and comes back with the address that is known gives no hint', async () => {
  const { router, subscribing, pass, tell, hints } = await gone()
  await pass(5 * MINUTE)
  router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  await pass(6 * MINUTE)
  expect(subscribing()).toHaveLength(2)
  await tell(0, '5.9.1.7')
  expect(hints).toEqual([])
})

it('a router whose events a firewall of this machine kept out was asked all the time: its first event is no hint', async () => {
  const watch = watchRouter()
  await watch.pass(MINUTE)
  expect(watch.ours).toEqual([true])
  await watch.tell(0, '5.9.1.7')
  expect(watch.hints).toEqual([])
})

it('renews at half time, and wakes no more than once a minute while all is well', async () => {
  const { renewing, pass, subscribing, troubles, time } = await subscribed()
  const before = time.now
  await pass(14 * MINUTE)
  expect(renewing()).toHaveLength(0)
  await pass(59 * MINUTE - (time.now - before))
  expect(renewing()).toHaveLength(3)
  expect(renewing()[0]?.headers).toEqual({ sid: 'uuid:1', timeout: 'Second-1800' })
  expect(subscribing()).toHaveLength(1)
  expect(troubles).toEqual([])
})

it('subscribes anew after an hour, since only a first event shows that events still get in', async () => {
  const { pass, tell, subscribing, leaving, listeners, ours, hints, troubles } = await subscribed()
  await pass(60 * MINUTE + SECOND)
  expect([subscribing().length, leaving().length]).toEqual([2, 1])
  expect(listeners.map(({ closed }) => closed)).toEqual([true, false])
  await tell(0, '5.9.1.7')
  await pass(MINUTE)
  expect([hints, troubles]).toEqual([[], []])
  await pass(60 * MINUTE) // by now a firewall keeps the first event out
  expect(subscribing()).toHaveLength(3)
  expect(troubles).toEqual([expect.stringContaining('through the firewall')])
  expect(ours).toEqual([true])
})

it('subscribes anew at once when the router knows it no longer, and compares with what was', async () => {
  const { router, renewing, subscribing, pass, tell, hints, listeners, leaving } = await subscribed()
  const grant = router.replies[`SUBSCRIBE ${EVENTS}`]
  router.replies[`SUBSCRIBE ${EVENTS}`] = (request) =>
    request.headers?.sid ? { status: 412 } : (grant as (r: typeof request) => object)(request)
  await pass(15 * MINUTE)
  expect([renewing().length, subscribing().length]).toEqual([1, 2])
  expect(leaving()).toEqual([])
  expect(listeners.map(({ closed }) => closed)).toEqual([true, false])
  await tell(0, '5.9.1.8')
  expect(hints).toHaveLength(1)
})

it('goes along with a router that gives the subscription another name, and less time, as it is renewed', async () => {
  const { router, renewing, notify, pass, hints } = await subscribed()
  const headers = { nt: 'upnp:event', nts: 'upnp:propchange', sid: 'uuid:77', seq: '1' }
  router.replies[`SUBSCRIBE ${EVENTS}`] = { headers: { sid: headers.sid, timeout: 'Second-600' } }
  await pass(15 * MINUTE)
  expect(await notify(1, propertyset({ ExternalIPAddress: '5.9.1.8' }), { headers })).toBe(200)
  await pass(5 * MINUTE)
  expect(hints).toHaveLength(1)
  expect(renewing().map((request) => request.headers?.sid)).toEqual(['uuid:1', 'uuid:77'])
})

it('subscribes anew when the router counts anew', async () => {
  const { tell, subscribing, leaving, pass, hints } = await subscribed()
  await tell(1, '5.9.1.7')
  await tell(2, '5.9.1.7')
  await pass(MINUTE)
  await tell(0, '5.9.1.7')
  expect(subscribing()).toHaveLength(2)
  expect(leaving()).toHaveLength(1)
  expect(hints).toEqual([])
})

it('that the router counts anew while it is asked to renew is no trouble either', async () => {
  const { router, tell, subscribing, renewing, pass, troubles } = await subscribed()
  await tell(1, '5.9.1.7')
  const grant = router.replies[`SUBSCRIBE ${EVENTS}`]!
  router.replies[`SUBSCRIBE ${EVENTS}`] = 'silent'
  await pass(15 * MINUTE)
  expect(renewing()).toHaveLength(1)
  router.replies[`SUBSCRIBE ${EVENTS}`] = grant
  await tell(0, '5.9.1.7')
  expect([subscribing().length, troubles]).toEqual([2, []])
})

it('a router that always counts anew is asked ever more seldom', async () => {
  const { tell, subscribing, pass } = await subscribed()
  for (let i = 0; i < 600; i++) {
    await tell(1, '5.9.1.7')
    await tell(0, '5.9.1.7')
    await pass(SECOND)
  }
  expect(subscribing().length).toBeLessThan(10)
})

it('comes back to a router that was gone, with pauses that grow from 5 s to 5 min', async () => {
  const { router, searchTimes, pass, troubles, subscribing, tell, hints } = await gone()
  await pass(40 * MINUTE)
  const pauses = searchTimes.slice(1).map((at, i) => at - searchTimes[i]!)
  expect(pauses.slice(0, 9)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * SECOND))
  expect(troubles).toEqual(['upnp: http://192.168.178.1:5000: connection refused'])
  router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  await pass(5 * MINUTE)
  expect(subscribing()).toHaveLength(2)
  await tell(0, '5.9.1.9')
  expect(troubles).toEqual([
    'upnp: http://192.168.178.1:5000: connection refused',
    expect.stringMatching(/firewall$/), // minutes have passed without an event
    undefined,
  ])
  expect(hints).toHaveLength(1)
})

/** A router that nobody answers at any more, from the first renewal on. */
async function gone() {
  const watch = await subscribed()
  const searchTimes: number[] = []
  const grant = watch.router.replies[`SUBSCRIBE ${EVENTS}`]!
  watch.router.replies['GET /rootDesc.xml'] = () => {
    searchTimes.push(watch.time.now)
    return refused
  }
  watch.router.replies[`SUBSCRIBE ${EVENTS}`] = refused
  await watch.pass(15 * MINUTE - watch.time.now)
  watch.router.replies[`SUBSCRIBE ${EVENTS}`] = grant
  searchTimes.unshift(watch.time.now)
  return { ...watch, searchTimes }
}

it('looks for a router without UPnP every ten minutes, or when it announces itself', async () => {
  const watch = watchRouter()
  const { router, pass, troubles, subscribing, announce } = watch
  const found = router.found
  router.found = []
  await pass(59 * MINUTE)
  expect(router.searches / 4, 'for two devices, of all and of the router alone').toBe(6)
  expect(troubles).toEqual(['upnp: the router does not answer to UPnP; it may be switched off in its settings'])
  router.found = found
  announce('ssdp:alive')
  await pass(SECOND)
  expect(subscribing()).toHaveLength(1)
  await watch.tell(0, '5.9.1.7')
  expect(troubles.at(-1)).toBeUndefined()
})

it('tells another reason too, as when another router has come, and the same one once', async () => {
  const watch = watchRouter({ 'GET /rootDesc.xml': refused })
  await watch.pass(30 * MINUTE)
  const told = ['upnp: http://192.168.178.1:5000: connection refused']
  expect(watch.troubles).toEqual(told)
  const address = ip('192.168.0.1')
  watch.box.gateway = { ...ROUTER, address, own: ip('192.168.0.2') }
  await watch.pass(30 * MINUTE)
  told.push('upnp: the router does not answer to UPnP; it may be switched off in its settings')
  expect(watch.troubles).toEqual(told)
  watch.router.found = [{ from: address, location: `http://${address}:5000/rootDesc.xml` }]
  watch.router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  await watch.pass(11 * MINUTE)
  await watch.tell(0, '5.9.1.7')
  expect(watch.troubles.slice(2)).toEqual([expect.stringMatching(/firewall$/), undefined])
  expect(watch.ours).toEqual([false, false, true, false])
})

it.each([
  [
    'a description on another host',
    { 'GET /rootDesc.xml': { body: description([service(IP1, 'http://192.0.2.66/c')]) } },
  ],
  [
    'events on another host',
    { 'GET /rootDesc.xml': { body: description([service(IP1, '/c', 'http://192.0.2.66/e')]) } },
  ],
  ['events by HTTPS', { 'GET /rootDesc.xml': { body: description([service(IP1, '/c', 'https://192.168.178.1/e')]) } }],
  ['10 MB', { 'GET /rootDesc.xml': { body: ' '.repeat(10 << 20) } }],
  ['HTML', { 'GET /rootDesc.xml': { body: '<html>S3CR3T</html>' } }],
])('%s: nobody is subscribed to, and it is told once', async (_, replies) => {
  const { router, pass, troubles, listeners } = watchRouter(replies)
  await pass(60 * MINUTE)
  expect(router.asked.filter(({ method }) => method === 'SUBSCRIBE')).toEqual([])
  expect([troubles.length, listeners.length]).toEqual([1, 0])
  expect(troubles[0]).not.toContain('S3CR3T')
  for (const { url } of router.asked) expect(new URL(url).hostname).toBe(ROUTER.address)
})

it.each([
  ['refuses', { status: 501 }],
  ['gives no name', { headers: {} }],
])('a router that %s the subscription is asked again, and told of once', async (_, reply) => {
  const { subscribing, pass, troubles, listeners } = watchRouter({ [`SUBSCRIBE ${EVENTS}`]: reply })
  await pass(30 * MINUTE)
  expect(subscribing().length).toBeGreaterThan(5)
  expect(subscribing().length).toBeLessThan(15)
  expect(troubles).toHaveLength(1)
  expect(listeners.every(({ closed }) => closed)).toBe(true)
})

it('says when the events that it was promised do not come, and when they do', async () => {
  const watch = watchRouter()
  await watch.pass(29 * SECOND)
  expect(watch.troubles).toEqual([])
  await watch.pass(2 * SECOND)
  expect(watch.troubles).toMatchObject([/^upnp: the router 192\.168\.178\.1 took .* firewall$/])
  expect(watch.ours, 'this box can change it').toEqual([true])
  expect(watch.proofs).toEqual([])
  await watch.tell(0, '5.9.1.7')
  expect(watch.troubles.at(-1)).toBeUndefined()
  expect(watch.proofs).toEqual([true])
})

it('says so also where the router had no UPnP at first', async () => {
  const watch = watchRouter({ 'GET /rootDesc.xml': refused })
  await watch.pass(2 * SECOND)
  expect(watch.ours).toEqual([false])
  watch.router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  watch.announce('ssdp:alive')
  await watch.pass(2 * MINUTE)
  expect(watch.subscribing()).toHaveLength(1)
  expect(watch.ours).toEqual([false, true])
  expect(watch.troubles.at(-1)).toMatch(/firewall$/)
})

it('asks whether it is still known when the router has started anew, within a second', async () => {
  const { announce, renewing, pass } = await subscribed()
  for (let i = 0; i < 20; i++) announce('ssdp:alive', 7)
  await pass(SECOND)
  expect(renewing()).toHaveLength(1) // which start it was subscribed in nobody knows
  for (let i = 0; i < 20; i++) announce('ssdp:alive', 7)
  await pass(2 * MINUTE)
  expect(renewing()).toHaveLength(1)
  announce('ssdp:alive', 8)
  await pass(SECOND)
  expect(renewing()).toHaveLength(2)
})

it('what the router announces of itself proves for an hour that such things get in, and the next router has to prove it anew', async () => {
  const { announce, pass, itself, box, stop, done, settled } = await subscribed()
  expect(itself).toEqual([])
  announce('ssdp:alive', 9, '192.168.178.66')
  announce('ssdp:alive', 9, ROUTER.address, 'urn:schemas-upnp-org:device:MediaServer:1')
  expect(itself, 'a stranger, and what is no gateway').toEqual([])
  announce('ssdp:alive', 7)
  await pass(HOUR - MINUTE)
  announce('ssdp:alive', 7)
  await pass(HOUR - SECOND)
  expect(itself).toEqual([true, true])
  await pass(SECOND)
  expect(itself).toEqual([true, true, false])
  announce('ssdp:alive', 7)
  box.gateway = { ...ROUTER, address: ip('192.168.178.2') }
  await pass(2 * MINUTE)
  expect(itself).toEqual([true, true, false, true, false])
  announce('ssdp:alive', 7, '192.168.178.2')
  expect(itself.at(-1)).toBe(true)
  stop.abort()
  await done
  await settled()
  expect(itself.at(-1), 'nobody asks any more').toBe(true)
})

it('asks no more than once a second, whoever says in its name that it has started anew, and asks as seldom for the route there', async () => {
  const { announce, renewing, pass, box } = await subscribed()
  const before = box.looks
  for (let i = 0; i < 1000; i++) {
    announce('ssdp:alive', 100 + i)
    await pass(10)
  }
  expect(renewing().length).toBeGreaterThan(5)
  expect(renewing().length).toBeLessThanOrEqual(11)
  expect(box.looks - before).toBeLessThanOrEqual(11)
})

it('asks no more than once a minute where the router does not say whether it has started', async () => {
  const { announce, renewing, pass } = await subscribed()
  for (let i = 0; i < 60; i++) {
    announce('ssdp:alive')
    await pass(SECOND)
  }
  expect(renewing()).toHaveLength(1)
})

it('hears neither strangers nor what is no gateway', async () => {
  const { announce, renewing, leaving, pass } = await subscribed()
  announce('ssdp:alive', 9, '192.168.178.66')
  announce('ssdp:byebye', 9, '192.168.178.66')
  announce('ssdp:alive', 9, ROUTER.address, 'urn:schemas-upnp-org:device:MediaServer:1')
  announce('ssdp:byebye', 9, ROUTER.address, 'upnp:rootdevice')
  await pass(MINUTE)
  expect([renewing().length, leaving().length]).toEqual([0, 0])
})

it('subscribes anew after a farewell, when the router is back', async () => {
  const { router, announce, subscribing, pass, tell, hints, proofs } = await subscribed()
  const found = router.found
  router.found = []
  announce('ssdp:byebye', 7)
  await pass(8 * SECOND)
  expect(subscribing()).toHaveLength(1)
  expect(proofs, 'meanwhile nothing is heard').toEqual([true, false])
  router.found = found
  announce('ssdp:alive', 8)
  await pass(SECOND)
  expect(subscribing()).toHaveLength(2)
  expect(hints).toHaveLength(1)
  await tell(0, '5.9.1.7')
  expect(hints).toHaveLength(1)
  expect(proofs).toEqual([true, false, true])
})

it('goes along to another router, and hears that one', async () => {
  const { router, box, subscribing, ears, listeners, pass, tell, hints, proofs } = await subscribed()
  const [address, own] = [ip('192.168.0.1'), ip('192.168.0.2')]
  box.gateway = { ...ROUTER, address, own }
  router.found = [{ from: address, location: `http://${address}:5000/rootDesc.xml` }]
  await pass(MINUTE)
  expect(subscribing().at(-1)).toMatchObject({ url: `http://${address}:5000${EVENTS}`, localAddress: own })
  expect(ears.map(({ group, closed }) => [group.via, closed])).toEqual([
    [ROUTER.own, true],
    [own, false],
  ])
  expect(listeners.map(({ place, closed }) => [place.at.address, closed])).toEqual([
    [ROUTER.own, true],
    [own, false],
  ])
  expect(proofs).toEqual([true, false])
  await tell(0, '5.9.1.8')
  expect(hints).toHaveLength(1)
  expect(proofs).toEqual([true, false, true])
})

it('begins when there is a router', async () => {
  const watch = watchRouter()
  watch.box.gateway = undefined
  await watch.pass(10 * MINUTE)
  watch.box.gateway = ROUTER
  await watch.pass(2 * MINUTE)
  expect(watch.subscribing().length).toBeGreaterThan(0)
})

const HELD = new Failure('network', '239.255.255.250:1900: another program has that port', { reason: 'in-use' })
const DEAF = `ssdp: ${HELD.message}: a restart of the router is heard of late, its events all the same`

it('goes on without announcements where another program holds the port, says so once, and tries again ever more seldom', async () => {
  const watch = watchRouter()
  watch.box.held = HELD
  await watch.pass(1)
  expect(watch.troubles).toEqual([DEAF])
  await watch.tell(0, '5.9.1.7')
  await watch.tell(1, '5.9.1.8')
  expect(watch.hints).toHaveLength(1)
  watch.box.gateway = { ...ROUTER, own: ip('192.168.178.3') }
  await watch.pass(MINUTE)
  await watch.tell(0, '5.9.1.8')
  expect(watch.troubles, 'its events come all the same').toEqual([DEAF])
  await watch.pass(50 * MINUTE)
  expect(watch.tries.length).toBeGreaterThan(10)
  expect(watch.tries.length).toBeLessThan(25)
  delete watch.box.held
  await watch.pass(5 * MINUTE)
  expect(watch.troubles).toEqual([DEAF, undefined])
  expect(watch.ears.filter(({ closed }) => !closed)).toHaveLength(1)
})

it('joins anew where the interface was made anew with the same name and addresses', async () => {
  const { box, ears, subscribing, pass } = await subscribed()
  box.gateway = { ...ROUTER, index: 7 }
  await pass(MINUTE)
  expect(ears.map(({ closed }) => closed)).toEqual([true, false])
  expect(subscribing()).toHaveLength(2)
})

it('hints once when the router is back from a restart: its address may be another one', async () => {
  const { announce, hints, pass } = await subscribed()
  announce('ssdp:alive', 7)
  await pass(MINUTE)
  expect(hints, 'which start it is in was not known before').toEqual([])
  for (let i = 0; i < 20; i++) announce('ssdp:alive', 8)
  await pass(MINUTE)
  expect(hints).toHaveLength(1)
  announce('ssdp:byebye', 8)
  await pass(MINUTE)
  announce('ssdp:alive', 8)
  await pass(MINUTE)
  expect(hints, 'it was only silent').toHaveLength(1)
})

it('hints when a router that does not count its starts is back after a farewell', async () => {
  const { announce, hints, pass } = await subscribed()
  announce('ssdp:byebye')
  await pass(MINUTE)
  expect(hints).toEqual([])
  for (let i = 0; i < 20; i++) announce('ssdp:alive')
  await pass(MINUTE)
  expect(hints).toHaveLength(1)
})

const HOUR = 60 * MINUTE

it.each([-HOUR, HOUR])('renews in time, whatever the clock is set to (by %i ms)', async (by) => {
  const { time, renewing, pass } = await subscribed()
  await pass(2 * MINUTE)
  time.set = by
  await pass(14 * MINUTE)
  expect(renewing()).toHaveLength(1)
  await pass(15 * MINUTE)
  expect(renewing()).toHaveLength(2)
})

it('renews no sooner for a timer that is late, or a clock that is set by a little', async () => {
  const { time, renewing, pass } = await subscribed()
  for (let nth = 1; nth <= 14; nth++) {
    time.set = nth * SECOND
    await pass(MINUTE)
  }
  expect(renewing()).toEqual([])
})

it('renews at once after this machine was asleep: no timer ran, and the router may have dropped the subscription', async () => {
  const { time, renewing, pass } = await subscribed()
  await pass(2 * MINUTE)
  time.set = HOUR
  await pass(MINUTE)
  expect(renewing()).toHaveLength(1)
})

it('comes back to a router that was gone in time, asks every second no longer than a minute, and believes what it hears, although the clock is set back', async () => {
  const { router, time, pass, subscribing } = await gone()
  router.replies['GET /rootDesc.xml'] = { body: description([service(IP1)]) }
  time.set = -HOUR
  await pass(MINUTE)
  expect(subscribing()).toHaveLength(2)
  const still = await subscribed({ [CALL]: address('0.0.0.0') })
  await still.tell(1, '')
  still.announce('ssdp:alive')
  still.time.set = -HOUR
  await still.pass(5 * MINUTE)
  expect(still.asking().length).toBeGreaterThan(60)
  expect(still.asking().length).toBeLessThan(60 + 15)
  const before = still.renewing().length
  still.announce('ssdp:alive')
  await still.pass(SECOND)
  expect(still.renewing()).toHaveLength(before + 1)
})

it('takes leave of the router at the end, and waits a second for it at most', async () => {
  const { stop, done, leaving, listeners, ears, sleeping } = await subscribed()
  stop.abort()
  await done
  expect(leaving()).toMatchObject([{ url: `http://192.168.178.1:5000${EVENTS}`, headers: { sid: 'uuid:1' } }])
  expect([...listeners, ...ears].map(({ closed }) => closed)).toEqual([true, true])
  expect(sleeping()).toBe(0)
})

it.each([
  ['refuses', refused],
  ['is silent', 'silent'],
] as const)('ends although the router %s', async (_, reply) => {
  const { router, stop, done, pass, sleeping } = await subscribed({
    [`UNSUBSCRIBE ${EVENTS}`]: reply,
  })
  router.found = []
  stop.abort()
  await pass(SECOND)
  expect(sleeping()).toBe(0)
  await done
})

it('ends in the middle of a search and of a pause', async () => {
  const watch = watchRouter()
  watch.router.found = []
  watch.stop.abort()
  await watch.done
  expect(watch.troubles).toEqual([])
  const resting = watchRouter()
  resting.router.found = []
  await resting.pass(MINUTE)
  resting.stop.abort()
  await resting.done
  expect(resting.sleeping()).toBe(0)
})
