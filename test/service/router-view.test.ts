import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IpDocument } from '../../src/report/ip-text.ts'
import { inside } from '../support/behind-router.ts'
import { isInstalled } from '../support/installed.ts'
import { LAN, type NamespaceRouter, openNamespaceRouter, ROUTER_PROGRAMS } from '../support/namespace-router.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const missing = ROUTER_PROGRAMS.find((program) => !isInstalled(program))
const lacking = missing ? `not installed: ${missing}` : whyNoNamespaces()
const why = process.env.CI === 'true' ? undefined : lacking

const SERVICE = '192.0.2.80'
const OUTSIDE = `http:http://${SERVICE}/`
/** What all customers of the carrier share. */
const SHARED = '5.9.1.7'
const INNER = { carrier: '100.64.3.4', home: '192.168.1.20' }

describe.skipIf(why !== undefined)(`the router's word${why ? ` (left out: ${why})` : ''}`, () => {
  let line: NamespaceRouter
  beforeAll(() => {
    line = openNamespaceRouter(SHARED, [SERVICE])
    // Whoever comes with an address of an inner network leaves with the shared one, before anybody sees it.
    const nat = `ip saddr { 100.64.0.0/10, 192.168.0.0/16 } snat to ${SHARED}`
    inside(line.internet, 'nft', `table ip carrier { chain in { type nat hook input priority 100; ${nat}; }; }`)
  })
  afterAll(() => line?.stop())

  async function ip(wan: string, ...sources: readonly string[]) {
    line.changeWan(wan)
    const args = [line.box, SERVICE, sources.join(',')]
    const found = await line.runNode(line.internet, 'test/service/router-view-child.ts', ...args)
    const { document, text } = found as { document: IpDocument; text: string }
    const { addresses, router, sources: said } = document.lines[0]!
    const ids = document.findings.map(({ id }) => id)
    const { ROUTER_VIEW_SCREENS: file } = process.env
    if (file) appendFileSync(file, `The line has ${wan}; sources: ${sources.join(', ')}\n\n$ mxhome ip\n${text}\n`)
    return { text, said, seen: { addresses, verdict: router?.verdict, ids } }
  }

  describe('of one that tells whatever it has', () => {
    async function told(wan: string, ...sources: readonly string[]) {
      const argv = ['netns', 'exec', line.router, process.execPath, 'test/support/nat-pmp-router.ts', LAN.router, wan]
      const gateway = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(gateway.stdout, 'data')
      const found = await ip(wan, ...sources)
      gateway.kill()
      await once(gateway, 'exit')
      return found
    }

    it('an address of carrier-grade NAT: nothing that is seen outside is believed', async () => {
      const { seen, said, text } = await told(INNER.carrier, OUTSIDE, 'nat-pmp')
      expect(said[0]).toMatchObject({ addresses: [SHARED], judgement: 'vetoed' })
      expect(seen).toEqual({ addresses: null, verdict: 'behind-cgnat', ids: ['behind-cgnat'] })
      expect(text).toContain('IPv4: unknown')
      expect(text).toContain(`The router has ${INNER.carrier}, which the ISP shares among its customers`)
      expect(text).toContain('Ask the ISP for a public IPv4 address')
    })

    it('is found by auto, although nobody outside answers here', async () => {
      const { seen } = await told(INNER.carrier, 'auto')
      expect(seen).toEqual({ addresses: null, verdict: 'behind-cgnat', ids: ['behind-cgnat'] })
    })

    it('an address of another router: what is seen outside is used', async () => {
      const { seen } = await told(INNER.home, OUTSIDE, 'nat-pmp')
      expect(seen).toEqual({ addresses: [SHARED], verdict: 'double-nat', ids: ['double-nat'] })
    })
  })

  describe('of miniupnpd', () => {
    let miniupnpd: Awaited<ReturnType<NamespaceRouter['startMiniupnpd']>>
    beforeAll(async () => {
      line.changeWan(SHARED)
      miniupnpd = await line.startMiniupnpd()
    })
    afterAll(() => miniupnpd?.stop())

    it('the address that is seen outside', async () => {
      const { seen, said } = await ip(SHARED, OUTSIDE, 'nat-pmp', 'upnp')
      expect(said.map(({ judgement }) => judgement)).toEqual(['agreed', 'agreed', 'agreed'])
      expect(seen).toEqual({ addresses: [SHARED], verdict: 'agrees', ids: [] })
    })

    it('another public address', async () => {
      const { seen } = await ip('5.9.1.8', 'static:5.9.1.9', 'nat-pmp', 'upnp')
      expect(seen).toEqual({ addresses: ['5.9.1.9'], verdict: 'differs', ids: ['sources-disagree'] })
    })

    it.each(Object.values(INNER))(
      '%s is kept back: what may stand before it is told, and what is seen outside is used',
      async (wan) => {
        const { seen, said, text } = await ip(wan, OUTSIDE, 'nat-pmp', 'upnp')
        expect(said.map(({ judgement }) => judgement)).toEqual(['agreed', 'hidden', 'hidden'])
        expect(seen).toEqual({ addresses: [SHARED], verdict: 'hidden', ids: ['sources-disagree'] })
        expect(text.replaceAll(/\s+/g, ' ')).toContain('carrier-grade NAT, DS-Lite or a second router stands before it')
      },
    )
  })
})
