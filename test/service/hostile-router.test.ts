import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IpDocument } from '../../src/report/ip-text.ts'
import { inside } from '../support/behind-router.ts'
import { FIRST, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'
import { hostileHome, OUTSIDE, STRANGER } from '../support/hostile-home.ts'
import type { Manners } from '../support/hostile-router.ts'
import { MARK } from '../support/igd-router.ts'
import { LAN } from '../support/namespace-router.ts'
import { NODE } from '../support/program.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon behind a router that lies'
const HERE = `http://${LAN.router}:5000`
const ELSEWHERE = `http://${STRANGER}:5000`
const HONEST = { soap: '', natPmp: '', redirect: '', location: `${HERE}/d.xml`, control: '/ctl', event: '/evt' }
const [ADDRESS, SEARCH, DESCRIPTION] = ['POST GetExternalIPAddress', 'M-SEARCH', 'GET /'] as const

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let home: Awaited<ReturnType<typeof hostileHome>>
  const published = [FIRST]
  beforeAll(async () => {
    home = await hostileHome(`${OUTSIDE.http}, nat-pmp, upnp`)
    expect(await home.stage.follows(FIRST)).toBe(FIRST)
  })
  afterAll(() => home?.stop())

  const came = (what: string, from = 0) => home.router.came.slice(from).filter((one) => one.startsWith(what))
  const follows = async () => {
    published.push(await home.follows())
    expect(home.published()).toEqual(published)
  }
  const look = async () => {
    const text = await home.stage.mxhome('ip', '--json')
    expect(text).not.toContain(MARK)
    const { lines } = JSON.parse(text) as IpDocument
    const { addresses, sources } = lines.find(({ type }) => type === 'A')!
    return { addresses, upnp: sources.find(({ source }) => source === 'upnp')! }
  }
  /** While nobody outside tells, the address is unknown; then the outside decides. Gives what the one-shot says of the router. */
  const endures = async (manners: Partial<Manners>, asked: string) => {
    await home.be({ ...HONEST, ...manners })
    await home.outside.tell({ isMute: true })
    const from = home.router.came.length
    await home.round()
    await home.stage.until(`the router is asked: ${asked}`, () => came(asked, from).length > 0)
    expect(home.stage.dig('A')).toBe(published.at(-1))
    const { addresses, upnp } = await look()
    expect(addresses).toBe(null)
    await home.outside.tell({ isMute: false })
    await follows()
    return upnp
  }

  it.each([
    ['that the line is just connecting', '0.0.0.0', /just connecting/],
    ['no address', '', /shows no address/],
    ['no address, but words', `${MARK} 5.9.1.7`, /is no IPv4 address/],
    ['a fault of its own', 'fault', /refused GetExternalIPAddress: it failed \(UPnP error 899\)/],
    ['entities of entities, gigabytes of them', 'bomb', /is not the XML of one/],
    ['a tag in a tag, and so on', 'deep', /is not the XML of one/],
    ['ten megabytes', 'long', /is longer than 65536 bytes/],
    ['chunks without end', 'endless', /is longer than 65536 bytes/],
  ])('tells %s: nothing of it is published', async (_, soap, problem) => {
    expect((await endures({ soap }, ADDRESS)).problem).toMatch(problem)
  })

  it('tells a private address: nothing of it is published', async () => {
    const { addresses, judgement } = await endures({ soap: '192.168.55.1' }, ADDRESS)
    expect({ addresses, judgement }).toEqual({ addresses: ['192.168.55.1'], judgement: 'refused' })
  })

  // What is known of the router is forgotten as it fails: then it is searched anew, by the daemon's rounds and by each one-shot.
  it.each([
    ['another host', `${ELSEWHERE}/${MARK}.xml`],
    ['another host, by a user name that looks like it', `http://${LAN.router}@${STRANGER}:5000/`],
    ['another host, by another way', `ftp://${STRANGER}:5000/`],
  ])('says that its description is at %s: nobody goes there', async (_, location) => {
    await home.be({ ...HONEST, soap: 'fault' })
    await home.round()
    expect((await endures({ location }, SEARCH)).problem).toMatch(/leads to another host, or by another way/)
  })

  it('leads to another host as it is asked for its description: nobody goes there', async () => {
    expect((await endures({ redirect: `${ELSEWHERE}/` }, DESCRIPTION)).problem).toMatch(/answered 302/)
  })

  it('describes a service at another host: nobody goes there', async () => {
    const manners = { control: `${ELSEWHERE}/ctl`, event: `${ELSEWHERE}/evt` }
    expect((await endures(manners, DESCRIPTION)).problem).toMatch(/names no service .* at this host/)
  })

  it('has its events at another host: nobody goes there', async () => {
    const anew = async (event: string, what: string) => {
      await home.be({ ...HONEST, event })
      const from = home.router.came.length
      for (const says of ['byebye', 'alive']) await home.router.tell({ ssdp: { says } })
      await home.stage.until(`the watcher comes anew: ${what}`, () => came(what, from).length > 0)
    }
    await endures({}, ADDRESS)
    await anew(`${ELSEWHERE}/evt`, DESCRIPTION)
    await anew('/evt', 'SUBSCRIBE <http')
    await follows()
  })

  it('tells an address of somebody else: it is not believed against the outside', async () => {
    await home.be({ ...HONEST, soap: '6.6.6.6', natPmp: '6.6.6.6' })
    await follows()
    expect((await look()).upnp).toMatchObject({ addresses: ['6.6.6.6'], judgement: 'disagreed' })
  })

  it('is believed again once it is honest, also alone', async () => {
    const address = '5.9.3.1'
    await home.be({ ...HONEST, soap: address, natPmp: address })
    await home.outside.tell({ isMute: true })
    home.stage.home.changeWan(address)
    await home.hint()
    expect(await home.stage.follows(address)).toBe(address)
    expect(home.published()).toEqual([...published, address])
    expect((await look()).upnp).toMatchObject({ addresses: [address], judgement: 'agreed' })
  })

  it('the daemon lives, quotes nobody and is as small as before; the other host has seen nobody, who would have been seen', async () => {
    await home.expectSound()
    const others = () => home.stranger.came.filter((one) => one !== SEARCH)
    expect(others()).toEqual([])
    inside(home.stage.home.box, NODE, '-e', `fetch('${ELSEWHERE}/').then((answer) => answer.text())`)
    await home.stage.until('the other host has seen that', () => others().length > 0)
  })
})
