import type * as z from 'zod'
import { hiderOf } from '../core/secrets.ts'
import type { Provider } from '../providers/provider.ts'
import type { Entry } from './account.ts'
import type { Problem } from './config.ts'
import { foundOf } from './kind.ts'
import { type ProviderSetting, prefixOf } from './provider-settings.ts'
import { writtenReference } from './references.ts'
import type { Found, Sources } from './sources.ts'

type Issue = z.core.$ZodIssue

interface Refused {
  readonly entry: Entry
  readonly provider: Provider
  readonly settings: readonly ProviderSetting[]
  readonly given: Readonly<Record<string, unknown>>
  readonly found: ReadonlyMap<string, Found<unknown>>
  readonly secrets: readonly string[]
  /** Each leads to one of the settings. */
  readonly issues: readonly Issue[]
}

/** What an adapter's schema refuses, told in the names that the user used: of each setting the first. */
export function wrongSettings(refused: Refused, { report }: Pick<Sources, 'report'>): void {
  const { issues, settings, found } = refused
  const firsts = issues.filter(({ path }, i) => issues.findIndex((other) => other.path[0] === path[0]) === i)
  for (const issue of firsts) {
    const setting = settings.find(({ name }) => name === issue.path[0])!
    if (!found.get(setting.name)!.broken) report(problemOf(setting, issue, refused))
  }
}

function problemOf(setting: ProviderSetting, issue: Issue, refused: Refused): Problem {
  const { entry, given, found } = refused
  const message = withoutSecrets(issue.message, refused.secrets)
  const one = found.get(setting.name)!
  const name = one.origin !== 'default' ? one.name : entry.inYaml ? `${entry.at}.${setting.name}` : setting.env
  const value = given[setting.name]
  // An adapter's own sentence says more than the description of one setting.
  const own = /^expected (.+)/.exec(message)?.[1]
  if (value === undefined) {
    const expected = own ?? setting.about
    return { setting: name, found: 'nothing', expected, remedy: howToSet(setting, entry), severity: 'error' }
  }
  const isNumber = setting.form === 'text' && typeof value !== 'string'
  const what = setting.words
    ? `one of ${setting.words.join(', ')}`
    : isNumber
      ? 'text'
      : (own ?? `${setting.about} (${message})`)
  return {
    setting: name,
    found: shown(value, setting, refused),
    expected: what,
    remedy: isNumber ? 'put it in quotes' : undefined,
    severity: 'error',
  }
}

/** What an adapter says of settings and address together. */
export function wrongTogether(
  { entry, provider, secrets }: Pick<Refused, 'entry' | 'provider' | 'secrets'>,
  said: string,
): Problem {
  const [, found = '', remedy] = /^(.*?)(?:: (.*))?$/s.exec(withoutSecrets(said, secrets))!
  const setting = entry.inYaml ? entry.at : `${prefixOf(entry.use)}...`
  return { setting, found, expected: `all that the provider ${provider.id} needs`, remedy, severity: 'error' }
}

function shown(value: unknown, { name, secret }: ProviderSetting, { entry, found }: Refused): string {
  if (secret) return '(hidden)'
  const fromYaml = found.get(name)!.name === `${entry.at}.${name}`
  return (fromYaml && writtenReference(entry.raw, name)) || foundOf(value)
}

function howToSet({ name, env, secret }: ProviderSetting, { inYaml, at }: Entry): string {
  if (inYaml)
    return secret ? `write ${name}: \${NAME} into ${at}, and set NAME in the environment` : `write ${name} into ${at}`
  return secret ? `set ${env}, or ${env}_FILE to the path of a file that holds it` : `set ${env}`
}

/** An adapter's own words might repeat what it was given. */
const withoutSecrets = (message: string, secrets: readonly string[]): string => hiderOf(secrets)(message)
