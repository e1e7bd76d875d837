import { readFileSync } from 'node:fs'
import { parse } from 'dotenv'
import { beforeAll, describe, expect, it } from 'vitest'
import { envExample } from '../../src/config/env-example.ts'
import { configSchema } from '../../src/config/json-schema.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { prefixOf } from '../../src/config/provider-settings.ts'
import { LINE_KEYS } from '../../src/config/read-lines.ts'
import { SETTING_KEYS, SETTINGS } from '../../src/config/settings.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'

let providers: Provider[] = []
beforeAll(async () => {
  providers = (await Promise.all(providerIds.map(loadProvider))).filter((provider) => provider !== undefined)
})

/** The example as a user would have it who removed every #. */
const variables = (): Record<string, string> => parse(envExample(providers).replace(/^#(?=[A-Z0-9_]+=)/gm, ''))

const loadWith = (env: Record<string, string>) =>
  loadConfig({
    env,
    readFile: () => ({ error: 'no such file', missing: true }),
    catalogue: { ids: providerIds, load: loadProvider },
    hasVarLib: true,
    tty: true,
  })

describe('.env.example', () => {
  it('is what "node scripts/generate.ts" writes', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample(providers))
  })

  it('names every setting, and its values are good ones', async () => {
    const given = variables()
    for (const key of SETTING_KEYS) expect(given).toHaveProperty(SETTINGS[key].env)
    const { problems } = await loadWith({ ...given, MXHOME_PROVIDER: 'ionos', IONOS_API_KEY: 'k' })
    expect(problems).toEqual([])
  })

  it.each(providerIds)('names nothing that %s does not know', async (id) => {
    const own = Object.keys(variables()).filter((name) => name.startsWith(prefixOf(id)))
    expect(own.length).toBeGreaterThan(3)
    const env = Object.fromEntries(own.map((name) => [name, 'x']))
    const { problems } = await loadWith({ MXHOME_DOMAINS: 'example.com', MXHOME_PROVIDER: id, ...env })
    expect(problems.filter(({ found }) => found === 'an unknown variable')).toEqual([])
  })
})

describe('the JSON Schema', () => {
  it('knows every setting and every provider', () => {
    const schema = configSchema(providers) as {
      properties: Record<string, { properties?: object; items?: { anyOf: { properties: object }[] } }>
    }
    const known = Object.entries(schema.properties).flatMap(([key, { properties }]) =>
      properties ? Object.keys(properties).map((inner) => `${key}.${inner}`) : [key],
    )
    expect(known.sort()).toEqual([...SETTING_KEYS, ...LINE_KEYS, 'providers'].sort())
    const accounts = schema.properties.providers?.items?.anyOf ?? []
    expect(accounts).toHaveLength(providerIds.length)
    const ionos = accounts.find(({ properties }) => JSON.stringify(properties).includes('"const":"ionos"'))
    expect(Object.keys(ionos?.properties ?? {})).toEqual([
      'use',
      'name',
      'zones',
      'baseUrl',
      'proxy',
      'caBundle',
      'apiKey',
    ])
    expect(ionos?.properties).toMatchObject({ apiKey: { type: 'string', writeOnly: true } })
  })

  it('is plain JSON', () => {
    const schema = configSchema(providers)
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })
})
