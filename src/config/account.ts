import { secretsInUrl } from '../core/secrets.ts'
import type { Provider } from '../providers/provider.ts'
import type { AccountConfig } from './config.ts'
import { foundOf, type Kind, unknownKey, withoutCredentials } from './kind.ts'
import { dnsUrl, path, url } from './kinds.ts'
import { wrongSettings, wrongTogether } from './provider-problems.ts'
import { ACCOUNT_SETTINGS, coerce, providerSettings, variableOf } from './provider-settings.ts'
import { PROVIDER_VARIABLES } from './settings.ts'
import { type Effective, type Found, findSetting, readSetting, type Sources } from './sources.ts'
import { type Listed, zonesOf } from './zones.ts'

/** An account as the user named it; `raw` holds what YAML says of it. */
export interface Entry {
  readonly use: string
  readonly name: string
  /** `providers[0]` */
  readonly at: string
  readonly raw: Readonly<Record<string, unknown>>
  readonly origin: string
  readonly inYaml: boolean
}

export interface Account {
  /** Undefined: something about it is wrong, and has been reported. */
  readonly config: AccountConfig | undefined
  readonly effective: readonly Effective[]
  readonly secrets: readonly string[]
}

interface Task {
  readonly entry: Entry
  readonly provider: Provider
  /** No other account uses this adapter: its variables are this account's. */
  readonly alone: boolean
  /** There is no other account. */
  readonly only: boolean
  /** What it serves where it names no zones. */
  readonly listed: Listed
}

/** One account: its adapter's settings, checked by the adapter's schema, and what any account may set. */
export async function readAccount(task: Task, sources: Sources): Promise<Account> {
  const { entry, provider, alone, only, listed } = task
  const settings = providerSettings(provider)
  const known = ['use', 'name', 'zones', ...Object.keys(ACCOUNT_SETTINGS), ...settings.map(({ name }) => name)]
  const strangers = Object.keys(entry.raw).filter((key) => !known.includes(key))
  for (const key of strangers) {
    const { at = '', ...wrong } = unknownKey(key, known)
    sources.report({ setting: entry.at + at, ...wrong, severity: 'error' })
  }

  const effective: Effective[] = [
    { setting: `${entry.at}.use`, env: PROVIDER_VARIABLES.use.env, value: entry.use, origin: entry.origin },
  ]
  const shows = (setting: string, env: string | undefined, value: string, origin: string) =>
    effective.push({ setting: `${entry.at}.${setting}`, env, value, origin })
  const placeOf = (name: string, env: string) => ({
    env: alone ? env : undefined,
    at: `${entry.at}.${name}`,
    raw: Object.hasOwn(entry.raw, name) ? entry.raw[name] : undefined,
  })

  async function common<T>(name: string, env: string, kind: Kind<T>): Promise<Found<T>> {
    const found = await readSetting(placeOf(name, env), kind, sources)
    if (found.value !== undefined) shows(name, env, kind.show(found.value), found.origin)
    return found
  }

  const { zones: about } = PROVIDER_VARIABLES
  const zonesPlace = { ...placeOf('zones', about.env), env: only ? about.env : undefined }
  const zones = await readSetting(zonesPlace, about.kind, sources)
  const served = zonesOf({ zones: zones.value }, listed, provider)
  if (!zones.broken && served.length > 0) shows('zones', about.env, about.kind.show(served), zones.origin)
  const baseUrl = await common('baseUrl', variableOf(entry.use, 'baseUrl'), provider.scheme === 'dns' ? dnsUrl : url)
  const proxy = await common('proxy', variableOf(entry.use, 'proxy'), url)
  const caBundle = await common('caBundle', variableOf(entry.use, 'caBundle'), path)
  const unusable = await refuseBundle(caBundle, sources)

  const given: Record<string, unknown> = {}
  const found = new Map<string, Found<unknown>>()
  const secrets = [...secretsInUrl(baseUrl.value), ...secretsInUrl(proxy.value)]
  for (const setting of settings) {
    const { name, env, secret, severalLines } = setting
    const one = await findSetting({ ...placeOf(name, env), secret: secret && severalLines ? 'text' : secret }, sources)
    found.set(name, one)
    if (one.value === undefined) continue
    const text = typeof one.value === 'string' && !secret ? one.value.trim() : one.value
    given[name] = typeof text === 'string' ? coerce(text, setting) : text
    secrets.push(...(secret ? textsIn(text) : textsIn(text).flatMap(secretsInUrl)))
    shows(name, env, secret ? '(hidden)' : plain(given[name]), one.origin)
  }
  const parsed = provider.settings.safeParse(given)
  if (!parsed.success)
    wrongSettings({ entry, provider, settings, given, found, secrets, issues: parsed.error.issues }, sources)

  const base = (baseUrl.value ?? provider.endpoint).replace(/\/+$/, '')
  const said = parsed.success && !baseUrl.broken ? provider.problem?.({ settings: parsed.data, base }) : undefined
  if (said !== undefined) sources.report(wrongTogether({ entry, provider, secrets }, said))

  const parts = [zones, baseUrl, proxy, caBundle, ...found.values()]
  const broken =
    strangers.length > 0 || unusable || !parsed.success || said !== undefined || parts.some((part) => part.broken)
  const config = broken
    ? undefined
    : {
        name: entry.name,
        use: entry.use,
        zones: zones.value,
        zonesName: zones.name,
        settings: parsed.data,
        baseUrl: baseUrl.value,
        proxy: proxy.value,
        caBundle: caBundle.value,
      }
  return { config, effective, secrets }
}

const plain = (value: unknown): string => (typeof value === 'string' ? withoutCredentials(value) : foundOf(value))

const textsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(textsIn)
    : value === null
      ? []
      : [String(value)]

/** Whether the certificate authorities cannot be used, which is reported now rather than as an error of TLS. */
async function refuseBundle({ value, name }: Found<string>, { readFile, report }: Sources): Promise<boolean> {
  if (value === undefined) return false
  const read = await readFile(value)
  if ('text' in read && read.text.includes('-----BEGIN CERTIFICATE-----')) return false
  const found = 'error' in read ? `${value}: ${read.error}` : `${value}, which holds no certificate`
  const remedy = 'error' in read ? read.remedy : undefined
  report({ setting: name, found, expected: 'a PEM file of certificates that can be read', remedy, severity: 'error' })
  return true
}
