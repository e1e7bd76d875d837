import type { Provider } from '../providers/provider.ts'
import { dotenvValue } from './dotenv-text.ts'
import type { InitAnswers } from './init-answers.ts'
import { ACCOUNT_SETTINGS, coerce, type ProviderSetting, providerSettings, variableOf } from './provider-settings.ts'
import { PROVIDER_VARIABLES, SETTINGS } from './settings.ts'

/** A file of the configuration. */
export interface InitFile {
  /** Its path within the folder. */
  readonly path: string
  readonly text: string
  /** It holds a secret and nothing else. */
  readonly secret: boolean
}

export type InitForm = 'yaml' | 'env'

/** Where secrets lie beside mxhome.yaml; the configuration's reader looks there as well. */
export const CREDENTIALS = 'credentials'

/** The files of a configuration, the one that says all first. `dir`: the folder that they will lie in. Pure. */
export function filesOf(answers: InitAnswers, provider: Provider, form: InitForm, dir: string): readonly InitFile[] {
  return form === 'yaml' ? yamlFiles(answers, provider) : envFiles(answers, provider, dir)
}

interface Given {
  readonly name: string
  readonly env: string
  readonly text: string
  readonly secret: boolean
  readonly setting: ProviderSetting | undefined
}

/** What the user gave, in the order of the adapter's schema. */
function givenOf({ settings }: InitAnswers, provider: Provider): readonly Given[] {
  const own = providerSettings(provider).map((setting) => ({ ...setting, setting }))
  const common = Object.keys(ACCOUNT_SETTINGS).map((name) => {
    return { name, env: variableOf(provider.id, name), secret: false, setting: undefined }
  })
  return [...own, ...common].flatMap(({ name, env, secret, setting }) => {
    const text = settings[name]
    return text === undefined ? [] : [{ name, env, text, secret, setting }]
  })
}

const HEAD = 'Written by "mxhome init". What else can be set: .env.example, or "mxhome config schema".'

function yamlFiles(answers: InitAnswers, provider: Provider): readonly InitFile[] {
  const { domain, hosts, exclude, zones, ipv6 } = answers
  const given = givenOf(answers, provider)
  const secrets = given.filter(({ secret }) => secret)
  const list = (name: string, names: readonly string[] | undefined = []) =>
    names.length === 0 ? [] : [`${name}: [${names.map(yamlText).join(', ')}]`]
  const lines = [
    `# ${HEAD}`,
    ...list('domains', [domain]),
    ...list('hosts', hosts),
    ...list('exclude', exclude),
    ...(ipv6 ? ['ipv6: on'] : []),
    'providers:',
    `  - use: ${provider.id}`,
    ...list('    zones', zones),
    ...given.map(
      (one) => `    ${one.name}: ${one.secret ? `\${${one.env}} # in ${CREDENTIALS}/${one.env}` : plainValue(one)}`,
    ),
  ]
  return [
    { path: 'mxhome.yaml', text: `${lines.join('\n')}\n`, secret: false },
    ...secrets.map(({ env, text }) => ({ path: `${CREDENTIALS}/${env}`, text: `${text}\n`, secret: true })),
  ]
}

function plainValue({ text, setting }: Given): string {
  const value = setting ? coerce(text, setting) : text
  return typeof value === 'string' ? yamlText(value.replaceAll('${', () => `$\${`)) : String(value)
}

/** A word that YAML takes for text as it stands, or the text in double quotes: JSON is YAML. */
const yamlText = (text: string): string =>
  /^[a-z][\w.@/-]*$/i.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(text)
    ? text
    : JSON.stringify(text)

function envFiles(answers: InitAnswers, provider: Provider, dir: string): readonly InitFile[] {
  const { domain, hosts, exclude, zones = [], ipv6 } = answers
  const list = (name: string, names: readonly string[]) => (names.length === 0 ? [] : [`${name}=${envList(names)}`])
  const own = givenOf(answers, provider).map(({ env, text, secret }) => {
    const value = dotenvValue(text)
    if (value !== undefined) return { lines: [`${env}=${value}`], files: [] }
    const path = `${CREDENTIALS}/${env}`
    return { lines: [`${env}_FILE=${dotenvValue(`${dir}/${path}`)}`], files: [{ path, text: `${text}\n`, secret }] }
  })
  const lines = [
    `# ${HEAD}`,
    ...list(SETTINGS.domains.env, [domain]),
    ...list(SETTINGS.hosts.env, hosts),
    ...list(SETTINGS.exclude.env, exclude),
    ...(ipv6 ? [`${SETTINGS.ipv6.env}=on`] : []),
    `${PROVIDER_VARIABLES.use.env}=${provider.id}`,
    ...list(PROVIDER_VARIABLES.zones.env, zones),
    ...own.flatMap((one) => one.lines),
  ]
  return [{ path: '.env', text: `${lines.join('\n')}\n`, secret: false }, ...own.flatMap(({ files }) => files)]
}

const envList = (names: readonly string[]): string => dotenvValue(names.join(','))!
