import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inside } from '../support/behind-router.ts'
import {
  LAN,
  type NamespaceRouter,
  openNamespaceRouter,
  ROUTER_PROGRAMS,
  type Talking,
} from '../support/namespace-router.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces(ROUTER_PROGRAMS)
const name = 'links that change'
const CHILD = 'test/service/links-child.ts'
/** The address that the router announces by NAT-PMP (RFC 6886 3.2.1). */
const ANNOUNCE = `const socket = require('node:dgram').createSocket('udp4')
socket.bind(0, '${LAN.router}', () => {
  socket.setMulticastInterface('${LAN.router}')
  socket.send(Buffer.from('008000000000000005090207', 'hex'), 5350, '224.0.0.1', () => socket.close())
})`

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let home: NamespaceRouter
  let watcher: Talking | undefined
  beforeEach(() => {
    home = openNamespaceRouter('5.9.1.7')
  })
  afterEach(async () => {
    await watcher?.stop()
    home.stop()
  })

  it('a cable that is pulled, and plugged in again, is heard of once each; links without an address are not', async () => {
    // IPv6 has routes that tell of the cable as well.
    inside(home.box, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6')
    watcher = home.startNode(home.box, CHILD, 'kernel')
    expect(await watcher.next()).toEqual({ listening: 'ip' })
    for (const state of ['down', 'up'] as const) {
      inside(home.router, 'ip', 'link', 'set', 'lan', state)
      expect(await watcher.next()).toEqual({ hint: 'kernel' })
    }
    for (const one of ['veth7', 'veth8']) {
      inside(home.box, 'ip', 'link', 'add', one, 'type', 'veth', 'peer', 'name', `${one}p`)
      for (const end of [one, `${one}p`]) inside(home.box, 'ip', 'link', 'set', end, 'up')
      inside(home.box, 'ip', 'link', 'del', one)
    }
    inside(home.box, 'ip', 'route', 'replace', 'default', 'via', '192.168.178.9')
    expect(await watcher.next()).toEqual({ hint: 'kernel' })
    await watcher.stop()
    await expect(watcher.next(), 'no more than that').rejects.toThrow('has ended')
  })

  it('an interface that is made anew under the same name, with the same address: the router is heard again', async () => {
    watcher = home.startNode(home.box, CHILD, 'router')
    expect(await watcher.next()).toEqual({ listening: LAN.box })
    const announce = () => inside(home.router, process.execPath, '-e', ANNOUNCE)
    announce()
    expect(await watcher.next()).toEqual({ hint: 'nat-pmp' })
    inside(home.box, 'ip', 'link', 'del', 'eth0')
    home.plugIn()
    expect(await watcher.next()).toEqual({ listening: LAN.box })
    announce()
    expect(await watcher.next()).toEqual({ hint: 'nat-pmp' })
  })
})
