import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'

const check = (env: Record<string, string>, files: Record<string, string> = {}, dotenv?: string) =>
  loadConfig({
    env: { MXHOME_HOSTS: 'mail.example.com', ...env },
    dotenv: dotenv === undefined ? undefined : { path: '.env', text: dotenv, mode: 0o600 },
    readFile: (path) => {
      const text = files[path]
      return text === undefined ? { error: 'no such file', missing: true } : { text, mode: 0o600 }
    },
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

describe('a secret that may have several lines, and one that may not', () => {
  const HEADERS = 'X-Api-Key: s3cr3tKey\nX-Zone: example.com'
  const given: [string, string, string][] = [
    ['URL_HEADERS', HEADERS, HEADERS],
    ['URL_HEADERS', `${HEADERS}\n`, HEADERS],
    ['URL_BODY', '{\n  "ip": "{ipv4}"\n}', '{\n  "ip": "{ipv4}"\n}'],
  ]
  const settingOf = async (loaded: ReturnType<typeof check>, name: string) => {
    const { config, problems } = await loaded
    expect(problems).toEqual([])
    return (config!.accounts[0]!.settings as Record<string, string>)[name.replace('URL_', '').toLowerCase()]
  }

  it.each(given)('%s of %j: from a file, a credential, .env', async (name, text, value) => {
    expect(await settingOf(check({ ...url, [`${name}_FILE`]: '/text' }, { '/text': text }), name)).toBe(value)
    const credentials = { ...url, CREDENTIALS_DIRECTORY: '/run/credentials' }
    expect(await settingOf(check(credentials, { [`/run/credentials/${name}`]: text }), name)).toBe(value)
    expect(await settingOf(check(url, {}, `${name}='${value}'`), name)).toBe(value)
    expect(await settingOf(check({ ...url, [name]: value }), name)).toBe(value)
  })

  it.each(['DIGITALOCEAN_TOKEN', 'IONOS_API_KEY', 'URL_PASSWORD'])('%s has one', async (name) => {
    const provider = { MXHOME_PROVIDER: name.split('_')[0]!.toLowerCase(), ...(name.startsWith('URL') && url) }
    const env = { ...provider, URL_USERNAME: 'anna' }
    const expected = 'one line: a key or password is no longer than that'
    const problemsOf = async (...given: Parameters<typeof check>) => {
      const { config, problems } = await check(...given)
      expect(config).toBeUndefined()
      expect(JSON.stringify(problems)).not.toContain('s3cr3t')
      return problems
    }
    expect(await problemsOf({ ...env, [name]: 's3cr3t\nold-s3cr3t' })).toContainEqual(
      expect.objectContaining({ setting: name, found: 'a value of 2 lines (environment)', expected }),
    )
    expect(await problemsOf({ ...env, [`${name}_FILE`]: '/key' }, { '/key': 's3cr3t\nold-s3cr3t\n' })).toContainEqual(
      expect.objectContaining({ setting: `${name}_FILE`, found: '/key, which holds 2 lines', expected }),
    )
  })

  it('a header that is none is refused on whichever line', async () => {
    const { problems } = await check({ ...url, URL_HEADERS: 'X-Zone: example.com\ns3cr3tKey' })
    expect(problems).toMatchObject([{ setting: 'URL_HEADERS', expected: 'lines such as "X-Api-Key: ..."' }])
    expect(JSON.stringify(problems)).not.toContain('s3cr3t')
  })
})
