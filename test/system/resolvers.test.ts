import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { describeEndpoint, type Endpoint, parseEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { createDns } from '../../src/system/dns.ts'
import { withZones } from '../../src/system/resolvers.ts'

it('a link-local server keeps the zone that resolv.conf names', () => {
  const servers = ['fe80::1', '192.0.2.53', 'fe80::2', '[fe80::3]:5353'].map((text) => parseEndpoint(text)!)
  const text =
    '# nameserver fe80::2%eth9\nnameserver FE80:0::1%eth0 \nnameserver 192.0.2.53\nnameserver\tfe80::3%br-lan.7\n'
  expect(withZones(servers, text).map(describeEndpoint)).toEqual([
    'fe80::1%eth0',
    '192.0.2.53',
    'fe80::2',
    '[fe80::3%br-lan.7]:5353',
  ])
})

const [zone, address] =
  Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all.filter((one) => one.scopeid).map((one) => [name, one.address] as const),
  )[0] ?? []

it.skipIf(!address)(
  `is asked at its zone${address ? '' : ' (left out: no interface has a link-local address)'}`,
  async () => {
    const socket = createSocket('udp6').bind(0, '::')
    await once(socket, 'listening')
    let heard = 0
    socket.on('message', (query, from) => {
      heard++
      query[2]! |= 0x80
      socket.send(query, from.port, from.address)
    })
    const server: Endpoint = { address: parseAddress(address!)!, port: socket.address().port, zone }
    const dns = createDns({ udp: 500 })
    const question = { server, name: 'example.com', type: 'A', recursion: true } as const
    expect(await dns.query(question, new AbortController().signal)).toMatchObject({ rcode: 'NOERROR' })
    expect(heard).toBe(1)
    socket.close()
  },
)
