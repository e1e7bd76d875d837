import type { Provider } from '../providers/provider.ts'
import type { JsonSchema } from './kind.ts'
import { accountName, url } from './kinds.ts'
import { ACCOUNT_SETTINGS, type ProviderSetting, providerSettings } from './provider-settings.ts'
import { lineSchemas } from './read-lines.ts'
import type { Setting } from './setting.ts'
import { PROVIDER_VARIABLES, SETTING_KEYS, SETTINGS } from './settings.ts'

/** The JSON Schema of mxhome.yaml, for editors: nothing but `use` is required, since the environment may give the rest. */
export function configSchema(providers: readonly Provider[]): JsonSchema {
  const properties: Record<string, unknown> = {}
  const maps: Record<string, Record<string, unknown>> = {}
  for (const key of SETTING_KEYS) {
    const [first = '', second] = key.split('.')
    if (second === undefined) properties[first] = describe(SETTINGS[key])
    else maps[first] = { ...maps[first], [second]: describe(SETTINGS[key]) }
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'mxhome.yaml',
    type: 'object',
    properties: {
      ...properties,
      ...lineSchemas(),
      ...Object.fromEntries(Object.entries(maps).map(([name, inside]) => [name, map(inside)])),
      providers: { type: 'array', description: 'The accounts', items: { anyOf: providers.map(account) } },
    },
    additionalProperties: false,
  }
}

const map = (properties: JsonSchema): JsonSchema => ({ type: 'object', properties, additionalProperties: false })

function describe({ kind, about, env, otherwise, default: preset }: Setting): JsonSchema {
  const description = `${about}. ${otherwise === undefined ? '' : `Default: ${otherwise}. `}Environment: ${env}`
  return { ...kind.schema, description, ...(preset === undefined ? {} : { default: preset }) }
}

function account(provider: Provider): JsonSchema {
  const { zones } = PROVIDER_VARIABLES
  const own = Object.fromEntries(providerSettings(provider).map((setting) => [setting.name, settingSchema(setting)]))
  const common = Object.entries(ACCOUNT_SETTINGS).map(([name, description]) => [name, { ...url.schema, description }])
  const properties = {
    use: { const: provider.id, description: `${provider.name}, ${provider.docs}` },
    name: { ...accountName.schema, description: "The account's name; by default the value of use" },
    zones: { ...zones.kind.schema, description: zones.about },
    ...Object.fromEntries(common),
    ...own,
  }
  return { title: provider.name, ...map(properties), required: ['use'] }
}

/** Anything but text may also be a reference to the environment. */
function settingSchema({ schema, form, about, secret }: ProviderSetting): JsonSchema {
  const { secret: _, severalLines, description, example, ...plain } = schema
  const value = form === 'text' ? plain : { anyOf: [plain, { type: 'string' }] }
  return { ...value, description: about, ...(secret ? { writeOnly: true } : {}) }
}
