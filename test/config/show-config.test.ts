import { expect, it } from 'vitest'
import { showConfig } from '../../src/config/show-config.ts'
import { ENOUGH, load } from './load.ts'

it('shows which zones each account serves, also where nobody has named them', async () => {
  const yaml = `domains: example.com
hosts: [mail.example.com, home.ddns.net]
providers:
  - {use: ionos, apiKey: k, zones: [example.com]}
  - {use: noip, username: u, password: p}
  - {use: duckdns, token: t}
`
  const { effective } = await load({ yaml })
  const zones = effective.filter(({ setting }) => setting.endsWith('.zones'))
  expect(zones.map(({ setting, value, origin }) => `${setting} ${value} (${origin})`)).toEqual([
    'providers[0].zones example.com (mxhome.yaml)',
    'providers[1].zones example.com, mail.example.com, home.ddns.net, ddns.net (default)',
    'providers[2].zones duckdns.org (default)',
  ])
  const alone = showConfig((await load({ env: ENOUGH })).effective)
  expect(alone).toMatch(/^providers\[0\]\.zones +example\.com +\(default\)$/m)
})

it('shows what is in force without any secret', async () => {
  const env = {
    ...ENOUGH,
    MXHOME_LISTEN_TOKEN: 't0k3n',
    IONOS_PROXY: 'http://u:pw@proxy.example',
    MXHOME_IP_SOURCES: 'http:https://ip.example/?key=s3cr3t',
  }
  const { effective } = await load({ env })
  const text = showConfig(effective)
  expect(text).toMatch(/^domains +example\.com +\(environment\)$/m)
  expect(text).toMatch(/^confirmTimeout +2m +\(default\)$/m)
  expect(text).toMatch(/^listenToken +\(hidden\) +\(environment\)$/m)
  expect(text).toMatch(/^providers\[0\]\.apiKey +\(hidden\) +\(environment\)$/m)
  expect(text).not.toMatch(/s3cr3t|t0k3n|pw/)
})
