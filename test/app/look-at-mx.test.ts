import { expect, it } from 'vitest'
import { lookAtMx } from '../../src/app/look-at-mx.ts'
import { EXAMPLE, never, withRecords } from '../support/asking.ts'
import { name } from '../support/config.ts'
import { DOMAIN, examining } from '../support/examining.ts'

const look = (records: Record<string, string>, domain = DOMAIN) => {
  const { setup, world } = examining({ internet: withRecords(EXAMPLE, 'example.com', records) })
  return lookAtMx(domain, { ...setup, config: { ...setup.config, types: ['A'] } }, world, never)
}

it('a host that has IPv6 alone has an address, although IPv6 is off here', async () => {
  const { hosts } = await look({ 'example.com MX': '10 six.example.com', 'six.example.com AAAA': '2a02:908::6' })
  expect(hosts).toMatchObject([{ host: 'six.example.com', addresses: ['2a02:908::6'] }])
})

it('of an alias it shows the addresses at its end', async () => {
  const { hosts } = await look({
    'example.com MX': '10 mx.example.com',
    'mx.example.com CNAME': 'box.example.com',
    'box.example.com A': '5.9.1.9',
  })
  expect(hosts).toMatchObject([{ host: 'mx.example.com', alias: 'box.example.com', addresses: ['5.9.1.9'] }])
})

it('a null MX names no host', async () => {
  const { hosts, servers } = await look({ 'example.com MX': '0 .' })
  expect(hosts).toEqual([])
  expect(servers[0]?.mx).toEqual([{ host: '.', preference: 0 }])
})

it('shows the servers in the same order whatever order their names come in', async () => {
  const named = (...names: string[]) => ({
    'example.com NS': names.join(', '),
    'example.com MX': '10 mail.example.com',
  })
  const shown = async (...names: string[]) => (await look(named(...names))).servers.map(({ name }) => name)
  const sorted = ['ns1.example.com', 'ns1.example.com', 'ns2.hoster.net']
  expect(await shown('ns2.hoster.net', 'ns1.example.com')).toEqual(sorted)
  expect(await shown('ns1.example.com', 'ns2.hoster.net')).toEqual(sorted)
})

it('of a domain that is an alias it says of what', async () => {
  const records = { 'www.example.com CNAME': 'box.example.com', 'box.example.com CNAME': 'example.com' }
  const www = await look(records, name('www.example.com'))
  expect(www).toMatchObject({ alias: 'example.com', servers: [1, 2, 3].map(() => ({ mx: [{ preference: 10 }] })) })
  expect(await look(records)).not.toHaveProperty('alias')
})
