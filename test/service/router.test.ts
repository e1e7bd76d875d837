import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inside } from '../support/behind-router.ts'
import { startCoturn } from '../support/callers-address.ts'
import {
  LAN,
  type NamespaceRouter,
  openNamespaceRouter,
  ROUTER_PROGRAMS,
  type Running,
} from '../support/namespace-router.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces([...ROUTER_PROGRAMS, 'natpmpc', 'turnserver'])
const STUN = '9.1.1.1'
const ROUTER = `nat-pmp: the router ${LAN.router}`

describe.skipIf(why !== undefined)(
  `behind a router of miniupnpd${why === undefined ? '' : ` (left out: ${why})`}`,
  () => {
    let home: NamespaceRouter
    const running: Pick<Running, 'stop'>[] = []
    beforeAll(() => {
      home = openNamespaceRouter('5.9.1.7', [STUN])
    })
    beforeEach(() => home.changeWan('5.9.1.7'))
    afterEach(async () => {
      for (const one of running.splice(0)) await one.stop()
    })
    afterAll(() => home?.stop())

    const miniupnpd = async (...settings: readonly string[]) => {
      const one = await home.startMiniupnpd(settings)
      running.push(one)
      return one
    }
    const ask = (...specs: readonly string[]) => home.runNode(home.box, 'test/service/router-ask-child.ts', ...specs)
    const watch = () => {
      const watcher = home.startNode(home.box, 'test/service/router-watch-child.ts')
      running.push(watcher)
      return watcher
    }

    it('nat-pmp: the address of the line, as natpmpc has it', async () => {
      await miniupnpd()
      expect(await ask('nat-pmp')).toEqual([['5.9.1.7']])
      expect(inside(home.box, 'natpmpc', '-g', LAN.router)).toMatch(/^Public IP address : 5\.9\.1\.7$/m)
      home.changeWan('8.8.4.4')
      expect(await ask('nat-pmp')).toEqual([['8.8.4.4']])
    })

    it.each([
      ['a line of carrier-grade NAT', '100.64.1.1'],
      ['a line behind another router', '192.168.1.2'],
      ['a line without an address', undefined],
    ])('nat-pmp: %s is hidden, and told as such', async (_, address) => {
      home.changeWan(address)
      await miniupnpd()
      const message = expect.stringContaining(`${ROUTER} has no public address to tell`)
      expect(await ask('nat-pmp')).toEqual([{ kind: 'unavailable', reason: 'hidden', message }])
    })

    it('nat-pmp: a router without it is told from one that is silent', async () => {
      const [refused] = (await ask('nat-pmp')) as [unknown]
      expect(refused).toMatchObject({ kind: 'network', reason: 'refused' })
      inside(
        home.router,
        'nft',
        'table ip deaf { chain self { type filter hook input priority 0; udp dport 5351 drop; }; }',
      )
      try {
        const [silent] = (await ask('nat-pmp')) as [unknown]
        expect(silent).toMatchObject({ kind: 'network', reason: 'silent' })
      } finally {
        inside(home.router, 'nft', 'delete table ip deaf')
      }
    })

    it('an announcement is heard for each of ten changes, and the source has the new address then', async () => {
      await miniupnpd()
      const watcher = watch()
      expect(await watcher.next()).toEqual({ listening: LAN.box })
      const took: number[] = []
      for (let nth = 1; nth <= 10; nth++) {
        const changed = Date.now()
        home.changeWan(`5.9.2.${nth}`)
        let answer: unknown
        // That the old address went is told as well.
        while (JSON.stringify(answer) !== `[["5.9.2.${nth}"]]`) {
          const { hint } = (await watcher.next()) as { readonly hint: number }
          if (hint < changed) continue
          took[nth - 1] = hint - changed
          answer = await ask('nat-pmp')
        }
      }
      console.info(`heard after ${took.join(', ')} ms, with the time that the change itself takes`)
    }, 60_000)

    it('what it announces by PCP is heard where NAT-PMP does not get in', async () => {
      // The first byte of either is its version: 0 is NAT-PMP's.
      const drop = ['dport 5350', 'sport 5351'].map((port) => `udp ${port} @th,64,8 0 counter drop;`).join(' ')
      inside(home.box, 'nft', `table ip pcp { chain self { type filter hook input priority 0; ${drop} }; }`)
      try {
        await miniupnpd()
        const watcher = watch()
        expect(await watcher.next()).toEqual({ listening: LAN.box })
        const changed = Date.now()
        home.changeWan('5.9.4.1')
        for (let hint = 0; hint < changed; ) hint = ((await watcher.next()) as { hint?: number }).hint ?? 0
        expect(inside(home.box, 'nft', 'list', 'table', 'ip', 'pcp'), 'NAT-PMP was kept out').toMatch(/packets [1-9]/)
      } finally {
        inside(home.box, 'nft', 'delete table ip pcp')
      }
    })

    it('a router that is killed and started again is heard', async () => {
      const first = await miniupnpd()
      const watcher = watch()
      expect(await watcher.next()).toEqual({ listening: LAN.box })
      running.splice(running.indexOf(first), 1)
      await first.stop('SIGKILL')
      home.changeWan('5.9.1.8')
      await miniupnpd()
      // That it was away may have been told before.
      for (let told = {}; !('hint' in told); ) told = (await watcher.next()) as object
      expect(await ask('nat-pmp')).toEqual([['5.9.1.8']])
    })

    it('a router that speaks neither NAT-PMP nor PCP is told, and heard once it does', async () => {
      const watcher = watch()
      const told = [await watcher.next(), await watcher.next()]
      expect(told).toContainEqual({ listening: LAN.box })
      expect(told).toContainEqual({ trouble: `the router ${LAN.router} speaks neither NAT-PMP nor PCP` })
      await miniupnpd()
      expect(await watcher.next()).toEqual({ trouble: null })
      expect(await watcher.next()).toHaveProperty('hint')
    })

    it('where another program holds the port of announcements, that is told', async () => {
      await miniupnpd()
      const hold = "require('node:dgram').createSocket('udp4').bind(5350, () => console.log('bound'))"
      const holder = await home.startProgram(home.box, [process.execPath, '-e', hold], /bound/)
      running.push(holder)
      const told = (await watch().next()) as { readonly trouble: string }
      expect(told.trouble).toBe('224.0.0.1:5350: another program has that port')
    })

    it('stun: coturn sees the address of the line, through the translation of addresses', async () => {
      running.push(await startCoturn(home.internet, STUN))
      expect(await ask(`stun:${STUN}`, 'stun:9.1.1.1:3478')).toEqual([['5.9.1.7'], ['5.9.1.7']])
      home.changeWan('8.8.4.4')
      expect(await ask(`stun:${STUN}`)).toEqual([['8.8.4.4']])
      running.push(await startCoturn(home.box, '::1'))
      expect(await ask('stun:[::1]')).toEqual([['::1']])
      expect(await ask(`stun:${STUN}:3479`)).toEqual([expect.objectContaining({ kind: 'network', reason: 'refused' })])
    })
  },
)
