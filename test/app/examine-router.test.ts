import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { type Answering, datagramsAnswering, GATEWAY, natPmpAnswer } from '../support/datagrams.ts'
import { DOMAIN, examining } from '../support/examining.ts'
import { soapAnswer } from '../support/igd-router.ts'

const OUTSIDE = 'http:http://ip.example.org/'
/** A FRITZ!Box whose line is up, without an address of its own. */
const NONE: World['http'] = async ({ url, headers = {} }) => {
  const isStatus = headers.soapaction?.includes('GetStatusInfo')
  const body = isStatus
    ? soapAnswer('GetStatusInfo', { NewConnectionStatus: 'Connected' })
    : soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '' })
  return { status: 200, headers: {}, body: url.includes(':49000') ? body : '5.9.1.7' }
}
const SILENT: Answering = () => new Failure('network', 'silent', { reason: 'silent' })

/** Seen from outside the line has 5.9.1.7. */
function behind(answering: Answering, ipSources = [OUTSIDE, 'nat-pmp']) {
  const { udp } = datagramsAnswering(answering).world
  const interfaces = {
    addresses: async () => [],
    defaultRoute: async () => undefined,
    defaultRoutes: async () => [],
    gateway: async () => GATEWAY,
  }
  const world: Partial<World> = { udp, interfaces, publicIp: async () => '5.9.1.7' }
  return examining({ config: { ipSources }, world })
}
const showing = (address: string, ipSources?: string[]) => behind(() => [natPmpAnswer(address)], ipSources)
const told = async (line: ReturnType<typeof behind>, ...more: Parameters<typeof line.run>) => {
  const { findings, verdict, domains } = await line.run(...more)
  const about = findings.filter(({ id }) => ['behind-cgnat', 'double-nat', 'port-forward-missing'].includes(id))
  const unasked = domains[0]?.unasked.filter(({ what }) => what.startsWith('the router')) ?? []
  return { about: about.map(({ severity, id, message }) => `${severity} ${id}: ${message}`), verdict, unasked }
}

it.each([
  ['5.9.1.7', undefined],
  ['100.64.3.4', 'error behind-cgnat: the router (nat-pmp) has 100.64.3.4, which the ISP shares'],
  ['192.0.0.2', 'error behind-cgnat: the router (nat-pmp) has 192.0.0.2, which the ISP shares'],
  ['192.168.1.20', 'warn double-nat: the router (nat-pmp) has 192.168.1.20, an address of another router before it'],
])('a router that has %s: %s, once', async (address, wanted) => {
  const { about, verdict, unasked } = await told(showing(address))
  expect(about).toEqual(wanted === undefined ? [] : [expect.stringContaining(wanted)])
  expect(verdict === 'not-reachable').toBe(address.startsWith('100.') || address === '192.0.0.2')
  expect(unasked.map(({ what }) => what)).toEqual(['the router: its forwarding of port 25'])
})

it('that another public address is seen outside is told as a disagreement', async () => {
  const { findings } = await showing('5.9.1.8').run()
  expect(findings).toContainEqual(expect.objectContaining({ id: 'sources-disagree', severity: 'info' }))
})

it('a named router that is silent is unknown, one of auto is not missed', async () => {
  const named = await told(behind(SILENT))
  expect(named.about).toEqual([expect.stringMatching(/^unknown behind-cgnat: .* could not be examined: nat-pmp: /)])
  const found = await told(behind(SILENT, ['auto']))
  expect(found.about).toEqual([])
  expect(found.unasked[0]).toEqual({
    what: 'the router (its own address, a second router before it)',
    why: 'it does not tell its address to this box',
  })
  const nobody = await told(behind(SILENT, [OUTSIDE]))
  expect(nobody.unasked[0]?.why).toContain('no address source asks it')
})

it('one that keeps its address back is unknown, also where nobody named it', async () => {
  for (const sources of [[OUTSIDE, 'nat-pmp'], ['auto']]) {
    const { about } = await told(behind(() => [natPmpAnswer('0.0.0.0', { result: 3 })], sources))
    expect(about).toEqual([expect.stringMatching(/^unknown behind-cgnat: .*has no public address to tell/)])
  }
})

it('a FRITZ!Box that is connected without an address has DS-Lite', async () => {
  const line = showing('5.9.1.7')
  const { findings } = await examining({
    config: { ipSources: [OUTSIDE, 'fritzbox'] },
    world: { interfaces: line.world.interfaces, http: NONE },
  }).run()
  const [about] = findings.filter(({ id }) => id === 'behind-cgnat')
  expect(about).toMatchObject({
    severity: 'error',
    message: expect.stringContaining('the router (fritzbox) is connected without an IPv4 address'),
  })
})

it('the daemon leaves to its rounds what they see sooner', async () => {
  expect((await told(showing('100.64.3.4'), [DOMAIN], { cheap: true })).about).toEqual([])
  expect((await told(showing('192.168.1.20'), [DOMAIN], { cheap: true })).about).toEqual([])
})

it('it is nothing to the domains of others', async () => {
  expect((await told(showing('100.64.3.4'), [name('hoster.net')])).about).toEqual([])
})

it('an address that the user allows is no fault', async () => {
  const line = showing('100.64.3.4')
  const config = { ...line.setup.config, allowAddresses: ['100.64.0.0/10'] }
  const { about } = await told(examining({ config, world: line.world }))
  expect(about).toEqual([])
})
