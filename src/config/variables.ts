import type { Provider } from '../providers/provider.ts'
import type { Environment } from './environment.ts'
import { nearestHint } from './nearest.ts'
import { ACCOUNT_SETTINGS, adapterOf, providerSettings, variableOf } from './provider-settings.ts'
import { PROVIDER_VARIABLES, SETTING_KEYS, SETTINGS } from './settings.ts'
import type { Sources } from './sources.ts'

interface Known {
  readonly ids: readonly string[]
  readonly providers: ReadonlyMap<string, Provider>
  readonly uses: ReadonlyMap<string, number>
  /** Variables that the YAML file refers to: their names are the user's own. */
  readonly references: readonly string[]
}

const OWN = [
  ...SETTING_KEYS.map((key) => SETTINGS[key].env),
  ...Object.values(PROVIDER_VARIABLES).map(({ env }) => env),
]

/** The variables of one adapter. */
function variablesOf(provider: Provider): readonly string[] {
  const common = Object.keys(ACCOUNT_SETTINGS).map((name) => variableOf(provider.id, name))
  return [...providerSettings(provider).map(({ env }) => env), ...common]
}

/** Refuses variables that look like ours and are not, and those that two accounts would have to share. */
export function checkVariables({ names }: Environment, known: Known, report: Sources['report']): void {
  for (const setting of names) {
    if (isOneOf(known.references, setting)) continue
    if (setting.startsWith('MXHOME_')) {
      if (!isOneOf(OWN, setting)) report(unknownVariable(setting, OWN))
      continue
    }
    const id = adapterOf(setting, known.ids)
    const provider = id === undefined ? undefined : known.providers.get(id)
    if (!provider) continue
    if (known.uses.get(provider.id) !== 1) {
      const found = `a variable for ${known.uses.get(provider.id)} accounts that use ${provider.id}`
      const remedy = `write the settings into each account in YAML, there as \${NAME} if they stay in the environment`
      report({ setting, found, expected: 'settings for each account', remedy, severity: 'error' })
    } else if (!isOneOf(variablesOf(provider), setting)) report(unknownVariable(setting, variablesOf(provider)))
  }
}

const isOneOf = (known: readonly string[], name: string): boolean =>
  known.includes(name) || (name.endsWith('_FILE') && known.includes(name.slice(0, -'_FILE'.length)))

const unknownVariable = (setting: string, known: readonly string[]) => ({
  setting,
  found: 'an unknown variable',
  expected: 'the name of a setting',
  remedy: nearestHint(setting.replace(/_FILE$/, ''), known),
  severity: 'error' as const,
})
