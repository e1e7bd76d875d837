import type { Provider } from '../providers/provider.ts'
import { type Setting, settingsOf } from '../providers/settings.ts'

/** One of an adapter's own settings, and the variable that sets it. */
export interface ProviderSetting extends Setting {
  readonly env: string
}

/** What every account may set, whatever its adapter. */
export const ACCOUNT_SETTINGS = {
  baseUrl: "Replaces the address of the provider's interface (own servers, tests)",
  proxy: 'An HTTP proxy for this account; the environment variables for proxies are ignored',
  caBundle: 'A PEM file of further certificate authorities for this account',
} as const

/** An adapter's own settings, as the environment and YAML name them. */
export function providerSettings({ id, settings }: Provider): readonly ProviderSetting[] {
  return settingsOf(settings).map((setting) => ({ ...setting, env: variableOf(id, setting.name) }))
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
