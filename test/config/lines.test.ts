import { describe, expect, it } from 'vitest'
import { linesOf } from '../../src/config/lines.ts'
import { ENOUGH, load, withAccount } from './load.ts'

const HOST = 'mx.isp.net'
async function lines(given: Parameters<typeof load>[0], fixed: readonly string[] = []) {
  const { config, problems } = await load(given)
  expect(problems).toEqual([])
  return linesOf(config!, new Set(fixed))
}
const adopting = async (given: Parameters<typeof load>[0], fixed?: readonly string[]) =>
  (await lines(given, fixed)).adopting(HOST)

describe('the line that adopts a host', () => {
  it('is that of the hosts where nobody has named zones, with those that are there', async () => {
    expect(await adopting({ env: ENOUGH })).toEqual(['MXHOME_HOSTS=mx.isp.net'])
    const env = { ...ENOUGH, MXHOME_HOSTS: 'a.example.com, b.example.com' }
    expect(await adopting({ env })).toEqual(['MXHOME_HOSTS=a.example.com,b.example.com,mx.isp.net'])
  })

  it('is that of the zones where they are named: a host outside of them is a mistake', async () => {
    const env = { ...ENOUGH, MXHOME_ZONES: 'example.com, example.org' }
    const [line, ...others] = await adopting({ env })
    expect([line, others]).toEqual(['MXHOME_ZONES=example.com,example.org,mx.isp.net', []])
    const [name, value] = line!.split('=')
    const { config } = await load({ env: { ...ENOUGH, [name!]: value!, MXHOME_HOSTS: HOST } })
    expect(config?.accounts[0]?.zones).toContain(HOST)
  })

  it('is YAML where the list stands in YAML', async () => {
    expect(await adopting({ yaml: withAccount('') })).toEqual(['hosts: [mx.isp.net] (YAML)'])
    const hosts = 'hosts: ["*.example.com", a.example.com]\n'
    expect(await adopting({ yaml: withAccount(hosts) })).toEqual([
      'hosts: ["*.example.com", a.example.com, mx.isp.net] (YAML)',
    ])
    const wishes = 'hosts: [{name: a.example.com, ttl: 300}]\n'
    expect(await adopting({ yaml: withAccount(wishes) })).toEqual(['- mx.isp.net (YAML, under hosts)'])
  })

  it('is one for each account', async () => {
    const yaml = `domains: example.com
providers:
  - {use: ionos, apiKey: k, zones: [example.com]}
  - {use: noip, username: u, password: p}
  - {use: duckdns, token: t}
hosts: [mail.example.com]
`
    expect(await adopting({ yaml }, ['duckdns'])).toEqual([
      'zones: [example.com, mx.isp.net] (YAML, providers[0])',
      'hosts: [mail.example.com, mx.isp.net] (YAML)',
    ])
  })

  it('is none where the service keeps only names of its own', async () => {
    const env = { MXHOME_HOSTS: 'home.duckdns.org', MXHOME_PROVIDER: 'duckdns', DUCKDNS_TOKEN: 't' }
    expect(await adopting({ env }, ['duckdns'])).toEqual([])
  })

  it('names the file in which the list stands', async () => {
    const env = { ...ENOUGH, MXHOME_HOSTS_FILE: '/etc/hosts.list' }
    expect(await adopting({ env, files: { '/etc/hosts.list': 'a.example.com' } })).toEqual([
      'a.example.com,mx.isp.net (the file that MXHOME_HOSTS_FILE names)',
    ])
  })
})

it('the line that leaves a host out', async () => {
  expect((await lines({ env: ENOUGH })).exclude(HOST)).toBe('MXHOME_EXCLUDE=mx.isp.net')
  const yaml = withAccount('exclude: www.example.com\n')
  expect((await lines({ yaml })).exclude(HOST)).toBe('exclude: [www.example.com, mx.isp.net] (YAML)')
})
