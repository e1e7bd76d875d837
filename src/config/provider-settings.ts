import { z } from 'zod'
import type { Provider } from '../providers/provider.ts'
import type { JsonSchema } from './kind.ts'

/** One of an adapter's own settings, as its schema describes it. */
export interface ProviderSetting {
  readonly name: string
  readonly env: string
  readonly about: string
  readonly secret: boolean
  /** A text of several lines is one value. */
  readonly severalLines: boolean
  readonly required: boolean
  /** How the environment's text becomes a value. */
  readonly form: 'text' | 'number' | 'boolean'
  readonly words?: readonly string[] | undefined
  readonly default?: unknown
  /** A value for an example: of a certain form, or of an optional setting that belongs into a smallest configuration. */
  readonly example?: string | undefined
  readonly schema: JsonSchema
}

/** What every account may set, whatever its adapter. */
export const ACCOUNT_SETTINGS = {
  baseUrl: "Replaces the address of the provider's interface (own servers, tests)",
  proxy: 'An HTTP proxy for this account; the environment variables for proxies are ignored',
  caBundle: 'A PEM file of further certificate authorities for this account',
} as const

/** What an adapter's schema says of one setting: a text, a number or a boolean. */
interface Node {
  readonly type: string
  readonly description: string
  readonly secret?: boolean
  readonly severalLines?: boolean
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly example?: string
}

interface AdapterSchema {
  readonly properties: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
}

/** The JSON Schema of what a user writes for this adapter. */
function schemaOf(provider: Provider): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(provider.settings, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** An adapter's own settings, in the order of its schema, which is one map without alternatives. */
export function settingsOf(provider: Provider): readonly ProviderSetting[] {
  const { properties, required = [] } = schemaOf(provider) as unknown as AdapterSchema
  return Object.entries(properties).map(([name, node]) => ({
    name,
    env: variableOf(provider.id, name),
    about: node.description,
    secret: node.secret === true,
    severalLines: node.severalLines === true,
    required: required.includes(name),
    form: FORMS[node.type]!,
    words: node.enum,
    default: node.default,
    example: node.example,
    schema: { ...node },
  }))
}

const FORMS: Readonly<Record<string, ProviderSetting['form']>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
}

/** What the environment's text stands for; text that does not fit stays text, and the schema refuses it. */
export function coerce(text: string, { form }: ProviderSetting): unknown {
  const word = text.trim().toLowerCase()
  if (form === 'number') return /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : text
  if (form !== 'boolean') return text
  if (['on', 'true', 'yes', '1'].includes(word)) return true
  return ['off', 'false', 'no', '0'].includes(word) ? false : text
}

/** `ionos-dyndns` -> `IONOS_DYNDNS_`; no variable begins with a digit: `1984` -> `DNS_1984_`. */
export function prefixOf(id: string): string {
  const name = id.toUpperCase().replaceAll('-', '_')
  return /^\d/.test(name) ? `DNS_${name}_` : `${name}_`
}

/** `apiKey` of `ionos` -> `IONOS_API_KEY`. */
export function variableOf(id: string, setting: string): string {
  return prefixOf(id) + setting.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
}

/** The adapter that a variable belongs to: IONOS_DYNDNS_UPDATE_URL is ionos-dyndns's, not ionos's. */
export function adapterOf(variable: string, ids: readonly string[]): string | undefined {
  const owners = ids.filter((id) => variable.startsWith(prefixOf(id)) && variable.length > prefixOf(id).length)
  return owners.sort((one, other) => other.length - one.length)[0]
}
