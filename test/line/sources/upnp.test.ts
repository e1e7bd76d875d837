import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parseSource } from '../../../src/line/sources/index.ts'
import type { Gateway } from '../../../src/ports/interfaces.ts'
import { description, IP1, igdRouter, PPP1, ROUTER, service, soapAnswer, soapFault } from '../../support/igd-router.ts'
import { sourceWorld } from '../../support/source-world.ts'
import { ip } from '../../support/targets.ts'

const CALL = 'POST /ctl/IPConn#GetExternalIPAddress'
const STATUS = 'POST /ctl/IPConn#GetStatusInfo'
const told = (text: string) => ({ body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: text }) })
const state = (text: string) => ({ body: soapAnswer('GetStatusInfo', { NewConnectionStatus: text }) })
const quiet = () => new AbortController().signal

function start(replies: Parameters<typeof igdRouter>[0] = {}, forbidden: readonly string[] = []) {
  const { router, http, search: found } = igdRouter({ [CALL]: told('5.9.1.7'), ...replies })
  const search: typeof found = async (question, onAnswer, signal) => {
    const { address } = question.group
    if (forbidden.includes(address)) throw new Failure('network', `${address}: a firewall of this machine forbids it`)
    await setImmediate()
    return found(question, onAnswer, signal)
  }
  const box: { gateway: Gateway | undefined } = { gateway: ROUTER }
  const blank = sourceWorld({})
  const world = sourceWorld({
    http,
    udp: { ...blank.udp, search },
    interfaces: { ...blank.interfaces, gateway: async () => box.gateway },
  })
  const source = parseSource('upnp')!
  const ask = (signal = quiet()) => source.addresses('A', world, signal)
  const failure = async (signal = quiet()): Promise<Failure> => {
    const answer = await ask(signal).catch((thrown: unknown) => thrown)
    if (!(answer instanceof Failure)) throw new Error(`expected a Failure, got ${String(answer)}`)
    return answer
  }
  return { router, box, source, ask, failure }
}

it('is the view of the gateway, of IPv4 alone', () => {
  expect(start().source).toMatchObject({ id: 'upnp', view: 'gateway', types: ['A'] })
  expect(parseSource('upnp:192.0.2.1')).toBeUndefined()
})

it('searches the router, reads its description and asks it, each from the address towards it', async () => {
  const { router, ask } = start()
  expect(await ask()).toEqual(['5.9.1.7'])
  expect(router.asked).toMatchObject([
    { method: 'GET', url: 'http://192.168.178.1:5000/rootDesc.xml', localAddress: ROUTER.own, maxBytes: 262_144 },
    { method: 'POST', url: 'http://192.168.178.1:5000/ctl/IPConn', localAddress: ROUTER.own, maxBytes: 65_536 },
  ])
  expect(router.asked.map(({ timeout }) => timeout)).toEqual([3000, 3000])
})

it('a firewall that forbids the group does not keep the router from being asked', async () => {
  expect(await start({}, ['239.255.255.250']).ask()).toEqual(['5.9.1.7'])
  const { router, failure } = start({}, ['239.255.255.250'])
  router.found = []
  expect((await failure()).message, 'it may be why nothing was heard').toContain(
    'a firewall of this machine forbids it',
  )
})

it('asks again where it found the answer', async () => {
  const { router, ask } = start()
  await ask()
  const searches = router.searches
  router.replies[CALL] = told('5.9.1.8')
  expect(await ask()).toEqual(['5.9.1.8'])
  expect(router.searches).toBe(searches)
})

const UNSHOWN = { [CALL]: told(''), [STATUS]: state('Connected') }

it('one that shows no address keeps it back: it is known still, and asked again', async () => {
  const { router, failure, ask } = start(UNSHOWN)
  expect(await failure()).toMatchObject({ kind: 'unavailable', reason: 'hidden' })
  const searches = router.searches
  router.replies[CALL] = told('5.9.1.7')
  expect(await ask()).toEqual(['5.9.1.7'])
  expect(router.searches).toBe(searches)
})

it.each([
  ['AVM Berlin', 'FRITZ!Box 7590'],
  ['AVM', 'Box'],
  ['FRITZ! GmbH', 'FRITZ!Box 7690'],
])('a box of %s (%s) that shows none has none: DS-Lite', async (manufacturer, model) => {
  const made = description([service(IP1)]).replace(
    '<deviceList>',
    `<manufacturer>${manufacturer}</manufacturer><modelName>${model}</modelName><deviceList>`,
  )
  expect(await start({ ...UNSHOWN, 'GET /rootDesc.xml': { body: made } }).ask()).toEqual([])
})

it('a router that tells its own address in this network has none towards the provider', async () => {
  const itself = { ...UNSHOWN, [CALL]: told(ROUTER.address) }
  expect(await start(itself).failure()).toMatchObject({ kind: 'unavailable', reason: 'hidden' })
})

it('leaves of the two seconds of a source that nobody named enough for the other questions', async () => {
  const { router, ask } = start()
  await ask()
  const times = router.waits.map((waits) => waits.reduce((all, one) => all + one, 0))
  // An answer may take a second after each sending (MX: 1).
  for (const time of times) expect(time).toBeGreaterThanOrEqual(1000)
  for (const time of times) expect(time).toBeLessThanOrEqual(1300)
  expect(times).not.toEqual([])
})

it('forgets whom it found when he fails', async () => {
  const { router, ask, failure } = start()
  await ask()
  router.replies[CALL] = new Failure('network', 'http://192.168.178.1:5000: refused', { reason: 'refused' })
  expect(await failure()).toMatchObject({ kind: 'network', reason: 'refused' })
  router.found = [{ from: ROUTER.address, location: 'http://192.168.178.1:5001/other.xml' }]
  router.replies['GET /other.xml'] = { body: description([service(IP1, '/other')]) }
  router.replies['POST /other#GetExternalIPAddress'] = told('5.9.1.9')
  expect(await ask()).toEqual(['5.9.1.9'])
})

it('finds a router anew in the same question, that serves at another port since it was restarted', async () => {
  const { router, ask } = start()
  await ask()
  router.replies[CALL] = new Failure('network', 'http://192.168.178.1:5000: refused', { reason: 'refused' })
  router.found = [{ from: ROUTER.address, location: 'http://192.168.178.1:5001/other.xml' }]
  router.replies['GET /other.xml'] = { body: description([service(IP1, '/other')]) }
  router.replies['POST /other#GetExternalIPAddress'] = told('5.9.1.9')
  expect(await ask()).toEqual(['5.9.1.9'])
})

it.each([
  ['0.0.0.0', { [CALL]: told('0.0.0.0') }],
  ['that it is disconnected', { [CALL]: told(''), [STATUS]: state('Disconnected') }],
])('keeps whom it found while he reconnects: he tells %s', async (_, replies) => {
  const { router, ask, failure } = start()
  await ask()
  const searches = router.searches
  Object.assign(router.replies, replies)
  expect(await failure()).toMatchObject({ kind: 'unavailable' })
  expect(await failure()).toMatchObject({ kind: 'unavailable' })
  router.replies[CALL] = told('5.9.1.8')
  expect(await ask()).toEqual(['5.9.1.8'])
  expect(router.searches).toBe(searches)
})

it('looks anew at one that has several lines, when that one is down', async () => {
  const { router, ask, failure } = start({
    'GET /rootDesc.xml': { body: description([service(IP1), service(PPP1, '/ctl/PPP')]) },
    [STATUS]: state('Connected'),
  })
  expect(await ask()).toEqual(['5.9.1.7'])
  Object.assign(router.replies, {
    [CALL]: told(''),
    [STATUS]: state('Disconnected'),
    'POST /ctl/PPP#GetStatusInfo': { body: soapAnswer('GetStatusInfo', { NewConnectionStatus: 'Connected' }, PPP1) },
    'POST /ctl/PPP#GetExternalIPAddress': told('5.9.1.8'),
  })
  expect(await failure()).toMatchObject({ kind: 'unavailable' })
  expect(await ask()).toEqual(['5.9.1.8'])
})

it('forgets him when he refuses, as one may that was set up anew', async () => {
  const { router, ask, failure } = start()
  await ask()
  const searches = router.searches
  router.replies[CALL] = { status: 500, body: soapFault('501') }
  expect(await failure()).toMatchObject({ kind: 'unavailable' })
  router.replies[CALL] = told('5.9.1.8')
  expect(await ask()).toEqual(['5.9.1.8'])
  expect(router.searches).toBeGreaterThan(searches)
})

it('keeps whom it found when the round was stopped', async () => {
  const { router, ask, failure } = start()
  await ask()
  const searches = router.searches
  expect(await failure(AbortSignal.abort())).toMatchObject({ kind: 'cancelled' })
  expect(await ask()).toEqual(['5.9.1.7'])
  expect(router.searches).toBe(searches)
})

it('searches anew behind another router', async () => {
  const { router, box, ask, failure } = start()
  await ask()
  const searches = router.searches
  box.gateway = { ...ROUTER, address: ip('192.168.0.1'), own: ip('192.168.0.2') }
  expect(await failure()).toMatchObject({ kind: 'network', reason: 'silent' }) // the old one is none of ours now
  expect(router.searches).toBeGreaterThan(searches)
})

it('prefers the line that is connected', async () => {
  const { ask, router } = start({
    'GET /rootDesc.xml': { body: description([service(IP1), service(PPP1, '/ctl/PPP')]) },
    [STATUS]: state('Disconnected'),
    'POST /ctl/PPP#GetStatusInfo': { body: soapAnswer('GetStatusInfo', { NewConnectionStatus: 'Connected' }, PPP1) },
    'POST /ctl/PPP#GetExternalIPAddress': told('5.9.1.8'),
  })
  expect(await ask()).toEqual(['5.9.1.8'])
  expect(router.asked.at(-1)?.headers?.soapaction).toBe(`"${PPP1}#GetExternalIPAddress"`)
})

it('takes the first where none says that it is connected', async () => {
  const services = { 'GET /rootDesc.xml': { body: description([service(IP1), service(PPP1, '/ctl/PPP')]) } }
  expect(await start({ ...services, [STATUS]: { status: 500, body: soapFault('501') } }).ask()).toEqual(['5.9.1.7'])
})

it.each(['10.1.2.3', '100.64.1.2', '192.0.0.2'])(
  'tells %s as it is: whether it is public is judged later',
  async (address) => {
    expect(await start({ [CALL]: told(address) }).ask()).toEqual([address])
  },
)

it.each([
  [
    'no address while it is connecting',
    { [CALL]: told(''), [STATUS]: state('Connecting') },
    'unavailable',
    'Connecting',
  ],
  ['no address in a state of its own', { [CALL]: told(''), [STATUS]: state('S3CR3T') }, 'unavailable', 'unknown to us'],
  ['no address while it is connected', { [CALL]: told(''), [STATUS]: state('Connected') }, 'unavailable', 'not public'],
  ['no address and no state', { [CALL]: told('') }, 'rejected', '404'],
  ['0.0.0.0', { [CALL]: told('0.0.0.0') }, 'unavailable', 'just connecting'],
  ['an IPv6 address', { [CALL]: told('2a02:908::7') }, 'protocol', 'no IPv4 address'],
  ['words', { [CALL]: told('S3CR3T') }, 'protocol', 'no IPv4 address'],
  ['fault 501', { [CALL]: { status: 500, body: soapFault('501') } }, 'unavailable', 'UPnP error 501'],
  ['fault 606', { [CALL]: { status: 500, body: soapFault('606') } }, 'auth', 'UPnP error 606'],
  ['HTML', { [CALL]: { body: '<!doctype html><html><body>S3CR3T</body></html>' } }, 'protocol', 'not the XML'],
  ['an XML bomb', { [CALL]: { body: '<!DOCTYPE a [<!ENTITY b "S3CR3T">]><a>&b;&b;</a>' } }, 'protocol', 'not the XML'],
  ['100 kB', { [CALL]: { body: `${told('5.9.1.7').body}${' '.repeat(100_000)}` } }, 'protocol', 'too long'],
  ['a description of 10 MB', { 'GET /rootDesc.xml': { body: ' '.repeat(10 << 20) } }, 'protocol', 'too long'],
  ['a description of HTML', { 'GET /rootDesc.xml': { body: '<html>S3CR3T</html>' } }, 'protocol', 'description'],
  ['no description', { 'GET /rootDesc.xml': { status: 404 } }, 'protocol', '404'],
  ['a redirect', { 'GET /rootDesc.xml': { status: 301, headers: { location: '/S3CR3T' } } }, 'protocol', '301'],
] as const)('%s is a Failure that quotes nothing', async (_, replies, kind, words) => {
  const failure = await start(replies).failure()
  expect(failure).toMatchObject({ kind, message: expect.stringMatching(/^upnp: /) })
  expect(failure.message).toContain(words)
  expect(failure.message).not.toContain('S3CR3T')
})

it.each([
  ['a stranger answers', { from: '192.168.178.66' }, 'does not answer'],
  [
    'a stranger answers with his own address',
    { from: '192.168.178.66', location: 'http://192.168.178.66/' },
    'does not answer',
  ],
  ['the description is on another host', { location: 'http://192.0.2.66/rootDesc.xml' }, 'another host'],
  ['the description is asked for by HTTPS', { location: 'https://192.168.178.1/rootDesc.xml' }, 'another way'],
  ['the description is a file', { location: 'file:///etc/passwd' }, 'another way'],
  ['the location is no URL', { location: 'rootDesc.xml' }, 'another way'],
  ['something else answers', { target: 'urn:schemas-upnp-org:device:MediaServer:1' }, 'does not answer'],
])('%s: nobody is asked', async (_, answer, words) => {
  const { router, failure } = start()
  router.found = [{ ...router.found[0]!, ...answer }]
  expect((await failure()).message).toContain(words)
  expect(router.asked).toEqual([])
})

it('finds the router among strangers', async () => {
  const { router, ask } = start()
  const stranger = { from: '192.168.178.66', location: 'http://192.168.178.66/' }
  router.found = [stranger, { from: ROUTER.address, location: 'http://192.0.2.66/' }, ...router.found, stranger]
  expect(await ask()).toEqual(['5.9.1.7'])
})

it('asks nobody where there is no router, or one of strangers', async () => {
  const { router, box, failure } = start()
  box.gateway = undefined
  expect(await failure()).toMatchObject({ kind: 'network', reason: 'no-route' })
  for (const address of ['5.9.1.1', '100.64.0.1', '192.0.2.1']) {
    box.gateway = { ...ROUTER, address: ip(address) }
    expect(await failure()).toMatchObject({
      ...{ kind: 'network', reason: 'not-ours' },
      message: `upnp: the router ${address} is no address of a home network: it is not asked for this line's`,
    })
  }
  box.gateway = { ...ROUTER, own: ip('5.9.1.2') }
  expect((await failure()).message).toContain('has this box at 5.9.1.2')
  expect(router.searches).toBe(0)
})
