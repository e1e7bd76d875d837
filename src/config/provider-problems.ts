import type { z } from 'zod'
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
  readonly issues: readonly Issue[]
}

/** What an adapter's schema refuses, told in the names that the user used. */
export function wrongSettings(refused: Refused, { report }: Pick<Sources, 'report'>): void {
  const told = new Set<string>()
  for (const issue of refused.issues.flatMap(leavesOf)) {
    for (const problem of problemsOf(issue, refused)) {
      if (told.has(problem.setting)) continue
      told.add(problem.setting)
      report(problem)
    }
  }
}

/** Of alternatives, what the nearest of them lacks. */
function leavesOf(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const [nearest = []] = [...issue.errors].sort((one, other) => one.length - other.length)
  return nearest.flatMap((inner) => leavesOf({ ...inner, path: [...issue.path, ...inner.path] } as Issue))
}

function problemsOf(issue: Issue, refused: Refused): readonly Problem[] {
  const { settings, provider, entry, given, found } = refused
  const message = withoutSecrets(issue.message, refused.secrets)
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    const about = `${provider.name} takes it only in another combination`
    return issue.keys.map((key) => {
      const problem = {
        setting: found.get(key)?.name ?? `${entry.at}.${key}`,
        found: 'a setting that does not go with the others',
      }
      return { ...problem, expected: 'settings that go together', remedy: `remove it: ${about}`, severity: 'error' }
    })
  }
  const setting = settings.find(({ name }) => name === issue.path[0])
  if (!setting) {
    const names = Object.keys(given).map((name) => found.get(name)?.name ?? name)
    const of = entry.inYaml ? entry.at : `${prefixOf(entry.use)}...`
    return [
      {
        setting: of,
        found: names.length > 0 ? names.join(', ') : 'nothing',
        expected: message.replace(/^expected /, ''),
        severity: 'error',
      },
    ]
  }
  const one = found.get(setting.name)
  if (one?.broken) return []
  const name = one && one.origin !== 'default' ? one.name : entry.inYaml ? `${entry.at}.${setting.name}` : setting.env
  const value = given[setting.name]
  // An adapter's own sentence says more than the description of one setting.
  const own = /^expected (.+)/.exec(message)?.[1]
  if (value === undefined) {
    const expected = own ?? setting.about
    return [{ setting: name, found: 'nothing', expected, remedy: howToSet(setting, entry), severity: 'error' }]
  }
  const isNumber = setting.form === 'text' && typeof value !== 'string'
  const what = setting.words
    ? `one of ${setting.words.join(', ')}`
    : isNumber
      ? 'text'
      : (own ?? `${setting.about} (${message})`)
  return [
    {
      setting: name,
      found: shown(value, setting, refused),
      expected: what,
      remedy: isNumber ? 'put it in quotes' : undefined,
      severity: 'error',
    },
  ]
}

/** What an adapter says of settings and address together. */
export function wrongTogether(
  { entry, provider, secrets }: Pick<Refused, 'entry' | 'provider' | 'secrets'>,
  said: string,
): Problem {
  const [, found = '', remedy] = /^(.*?)(?:: (.*))?$/s.exec(withoutSecrets(said, secrets)) ?? []
  const setting = entry.inYaml ? entry.at : `${prefixOf(entry.use)}...`
  return { setting, found, expected: `all that the provider ${provider.id} needs`, remedy, severity: 'error' }
}

function shown(value: unknown, { name, secret }: ProviderSetting, { entry, found }: Refused): string {
  if (secret) return '(hidden)'
  const fromYaml = found.get(name)?.name === `${entry.at}.${name}`
  return (fromYaml && writtenReference(entry.raw, name)) || foundOf(value)
}

function howToSet({ name, env, secret }: ProviderSetting, { inYaml, at }: Entry): string {
  if (inYaml)
    return secret ? `write ${name}: \${NAME} into ${at}, and set NAME in the environment` : `write ${name} into ${at}`
  return secret ? `set ${env}, or ${env}_FILE to the path of a file that holds it` : `set ${env}`
}

/** An adapter's own words might repeat what it was given. */
const withoutSecrets = (message: string, secrets: readonly string[]): string =>
  secrets.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '(hidden)')), message)
