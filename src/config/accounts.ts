import type { Provider } from '../providers/provider.ts'
import { type Account, type Entry, readAccount } from './account.ts'
import type { AccountConfig } from './config.ts'
import { formOf, isMap, type Kind, scalar } from './kind.ts'
import { accountName } from './kinds.ts'
import { nearestHint } from './nearest.ts'
import { PROVIDER_VARIABLES } from './settings.ts'
import { type Effective, readSetting, type Sources } from './sources.ts'
import type { Listed } from './zones.ts'

/** The adapters that there are. */
export interface Catalogue {
  readonly ids: readonly string[]
  /** Undefined: there is no such adapter, which is none of `ids`. */
  readonly load: (id: string) => Promise<Provider | undefined> | Provider | undefined
}

export interface Accounts {
  readonly accounts: readonly AccountConfig[]
  /** By adapter id. */
  readonly providers: ReadonlyMap<string, Provider>
  /** How often each adapter is used, also by accounts that are wrong. */
  readonly uses: ReadonlyMap<string, number>
  readonly effective: readonly Effective[]
  readonly secrets: readonly string[]
  /** Some account is wrong, and has been reported. */
  readonly broken: boolean
  /** The YAML file lists them. */
  readonly inYaml: boolean
}

/** The accounts: the one that the environment names, else those of the YAML file. */
export async function readAccounts({ ids, load }: Catalogue, listed: Listed, sources: Sources): Promise<Accounts> {
  const found = await entriesOf(ids, sources)
  const uses = new Map<string, number>()
  for (const { use } of found.entries) uses.set(use, (uses.get(use) ?? 0) + 1)
  await refuseSharedZones(found.entries, sources)

  const providers = new Map<string, Provider>()
  const accounts: Account[] = []
  for (const entry of found.entries) {
    const provider = providers.get(entry.use) ?? (await load(entry.use))!
    providers.set(entry.use, provider)
    const alone = uses.get(entry.use) === 1
    accounts.push(await readAccount({ entry, provider, alone, only: found.entries.length === 1, listed }, sources))
  }
  return {
    accounts: accounts.flatMap(({ config }) => config ?? []),
    providers,
    uses,
    effective: accounts.flatMap(({ effective }) => effective),
    secrets: accounts.flatMap(({ secrets }) => secrets),
    broken: found.broken || accounts.some(({ config }) => !config),
    inYaml: found.entries.some(({ inYaml }) => inYaml),
  }
}

interface Entries {
  readonly entries: readonly Entry[]
  readonly broken: boolean
}

async function entriesOf(ids: readonly string[], sources: Sources): Promise<Entries> {
  const adapter = adapterId(ids)
  const { env } = PROVIDER_VARIABLES.use
  const named = await readSetting({ env, at: 'providers', raw: undefined }, adapter, sources)
  if (named.origin === 'default') return entriesOfYaml(adapter, sources)
  if (named.value === undefined) return { entries: [], broken: true }
  const entry = {
    use: named.value,
    name: named.value,
    at: 'providers[0]',
    raw: {},
    origin: named.origin,
    inYaml: false,
  }
  return { entries: [entry], broken: named.broken }
}

async function entriesOfYaml(adapter: Kind<string>, sources: Sources): Promise<Entries> {
  const { tree, report } = sources
  const raw = Object.hasOwn(tree, 'providers') ? (tree.providers ?? undefined) : undefined
  if (raw === undefined) return { entries: [], broken: false }
  const wrong = (setting: string, found: string, expected: string, remedy?: string) =>
    report({ setting, found, expected, remedy, severity: 'error' })
  if (!Array.isArray(raw)) {
    wrong('providers', formOf(raw), 'a list of accounts', 'begin each account with "- use: ID"')
    return { entries: [], broken: true }
  }
  const entries: Entry[] = []
  let broken = false
  for (const [i, map] of raw.entries()) {
    const at = `providers[${i}]`
    if (!isMap(map)) {
      wrong(at, formOf(map), 'an account such as {use: ionos, apiKey: ...}')
      broken = true
      continue
    }
    const use = await readSetting({ env: undefined, at: `${at}.use`, raw: map.use }, adapter, sources)
    const name = await readSetting({ env: undefined, at: `${at}.name`, raw: map.name }, accountName, sources)
    if (use.origin === 'default') wrong(use.name, 'nothing', adapter.expected)
    broken ||= use.value === undefined || name.broken
    if (use.value === undefined) continue
    const entry = { use: use.value, name: name.value ?? use.value, at, raw: map, origin: use.origin, inYaml: true }
    const twin = entries.find((other) => other.name === entry.name)
    if (twin) {
      wrong(`${at}.name`, `"${entry.name}", as in ${twin.at}`, 'a name of its own for each account', 'give each a name')
      broken = true
    }
    entries.push(entry)
  }
  return { entries, broken }
}

const adapterId = (ids: readonly string[]): Kind<string> =>
  scalar({
    expected: "a provider's id",
    schema: { enum: ids },
    read: (text) => {
      const id = text.toLowerCase()
      if (ids.includes(id)) return { value: id }
      if (text.includes(','))
        return { expected: 'one provider', remedy: 'list several accounts in YAML, under providers' }
      return { remedy: `${nearestHint(id, ids)} "mxhome providers" lists all` }
    },
  })

/** One list of zones cannot serve several accounts. */
async function refuseSharedZones(entries: readonly Entry[], { environment, report }: Sources): Promise<void> {
  const { env } = PROVIDER_VARIABLES.zones
  const given = entries.length > 1 ? await environment.lookup(env) : undefined
  if (!given) return
  const remedy = `remove ${given.name}, and write zones into each account in YAML`
  report({
    setting: given.name,
    found: `one list for ${entries.length} accounts`,
    expected: 'zones for each account',
    remedy,
    severity: 'error',
  })
}
