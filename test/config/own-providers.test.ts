import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'

const check = (env: Record<string, string>) =>
  loadConfig({
    env: { MXHOME_HOSTS: 'mail.example.com', ...env },
    readFile: () => ({ error: 'no such file', missing: true }),
    catalogue: { ids: providerIds, load: loadProvider },
    hasVarLib: true,
    tty: true,
  })

const TEMPLATE = 'https://dyn.example.net/s3cr3tToken?name={host}&ip={ipv4}'
const url = { MXHOME_PROVIDER: 'url', URL_TEMPLATE: TEMPLATE }

it('a template for one family is right if the other is not wanted', async () => {
  expect((await check(url)).problems).toEqual([])
})

it('a family that the template does not name is a problem, with its remedy', async () => {
  expect((await check({ ...url, MXHOME_IPV6: 'on' })).problems).toMatchObject([
    {
      setting: 'MXHOME_IPV6',
      found: 'AAAA records (IPv6) wanted for mail.example.com',
      expected: expect.stringContaining('the template does not name {ipv6}'),
      remedy: expect.stringContaining('set MXHOME_IPV6 to off'),
    },
  ])
})

it('a bad pattern is a problem, and the template shows nowhere', async () => {
  const { problems } = await check({ ...url, URL_SUCCESS: '(', URL_TEMPLATE: `${TEMPLATE}&x={ip}` })
  expect(problems.map(({ setting }) => setting).toSorted()).toEqual(['URL_SUCCESS', 'URL_TEMPLATE'])
  expect(JSON.stringify(problems)).not.toContain('s3cr3tToken')
})

it('a template without an address is a problem', async () => {
  const { problems } = await check({ ...url, URL_TEMPLATE: 'https://dyn.example.net/s3cr3tToken?name={host}' })
  expect(problems[0]).toMatchObject({ found: 'a template without an address', remedy: 'put {ipv4} or {ipv6} into it' })
})
