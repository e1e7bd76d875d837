import type { Provider } from '../providers/provider.ts'
import { ACCOUNT_SETTINGS, type ProviderSetting, providerSettings, variableOf } from './provider-settings.ts'
import type { Setting } from './setting.ts'
import { PROVIDER_VARIABLES, SETTING_KEYS, SETTINGS } from './settings.ts'

const HEAD = `# Every setting that the environment can give. Remove the # before those that you need.
# By hand: copy this file to .env, and keep that to yourself (chmod 600 .env).
# As a service: this is /etc/mxhome/mxhome.env; edit it there, and leave owner and mode (root:mxhome, 0640), for the service must read it.
# The real environment wins over this file, and both win over mxhome.yaml. A variable that is empty counts as not set.
# Any NAME may also be given as NAME_FILE, the path of a file that holds the value, or as a systemd credential NAME.
# A value that holds a # needs single quotes.
`

/** The text of .env.example: all settings, and those of each provider. */
export function envExample(providers: readonly Provider[]): string {
  const { use, zones } = PROVIDER_VARIABLES
  const ids = providers.map(({ id }) => id).join(', ')
  const parts = [
    HEAD,
    ...SETTING_KEYS.map((key) => example(SETTINGS[key])),
    `# ${use.about}\n# One of: ${ids}\n#${use.env}=\n`,
    example(zones),
    ...providers.map(providerExample),
  ]
  return parts.join('\n')
}

type Shown = Pick<Setting, 'env' | 'about' | 'default' | 'otherwise' | 'example'> & {
  readonly kind: { readonly expected: string }
}

function example({ env, about, kind, otherwise, default: preset, example: value }: Shown): string {
  const fallback = preset ?? otherwise
  const lines = [
    `# ${about}`,
    `# Expected: ${kind.expected}`,
    ...(fallback === undefined ? [] : [`# Default: ${fallback}`]),
    `#${env}=${preset ?? value ?? ''}`,
  ]
  return `${lines.join('\n')}\n`
}

function providerExample(provider: Provider): string {
  const { id, name, docs } = provider
  const own = providerSettings(provider).flatMap((setting) => [`# ${describe(setting)}`, `#${setting.env}=`])
  const common = Object.entries(ACCOUNT_SETTINGS).flatMap(([key, about]) => [`# ${about}`, `#${variableOf(id, key)}=`])
  return `${[`# --- ${PROVIDER_VARIABLES.use.env}=${id}: ${name}, ${docs}`, ...own, ...common].join('\n')}\n`
}

function describe({ about, required, words, default: preset }: ProviderSetting): string {
  const notes = [
    ...(required ? ['required'] : []),
    ...(words ? [`one of ${words.join(', ')}`] : []),
    ...(preset === undefined ? [] : [`default ${String(preset)}`]),
  ]
  return notes.length > 0 ? `${about} (${notes.join('; ')})` : about
}
