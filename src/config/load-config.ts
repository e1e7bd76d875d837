import { secretsInUrl } from '../core/secrets.ts'
import type { Provider } from '../providers/provider.ts'
import { accountChecks } from './account-checks.ts'
import { type Catalogue, readAccounts } from './accounts.ts'
import type { Config, Problem } from './config.ts'
import { crossChecks, type Drafted } from './cross-checks.ts'
import { environment, type FileText, openFile, type ReadFile } from './environment.ts'
import { CREDENTIALS } from './init-files.ts'
import { formOf, isMap, unknownKey } from './kind.ts'
import { secretsOfProber } from './mail-kinds.ts'
import { referencesIn } from './references.ts'
import { PROVIDER_VARIABLES, SETTING_KEYS, SETTINGS, type Setting, type SettingKey, type Values } from './settings.ts'
import { type Effective, rawAt, readSetting, type Sources } from './sources.ts'
import { checkVariables } from './variables.ts'
import { parseYamlFile } from './yaml-file.ts'

/** Everything the configuration depends on, as values, and a port to read the files that it names. */
export interface Inputs {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dotenv?: FileText | undefined
  readonly yaml?: FileText | undefined
  readonly readFile: ReadFile
  readonly catalogue: Catalogue
  /** Whether /var/lib/mxhome is there. */
  readonly hasVarLib: boolean
  /** Whether the log goes to a terminal. */
  readonly tty: boolean
  /** Nothing will be kept: domains, hosts and accounts may be lacking. */
  readonly asksOnly?: boolean | undefined
  /** The scheduler's own judgement of an expression. */
  readonly isSchedule?: ((expression: string) => boolean) | undefined
}

export interface Loaded {
  /** Undefined: at least one problem is an error. */
  readonly config: Config | undefined
  /** All of them; warnings as well. */
  readonly problems: readonly Problem[]
  /** The adapters in use, by id. */
  readonly providers: ReadonlyMap<string, Provider>
  /** What must never be printed. */
  readonly secrets: readonly string[]
  readonly effective: readonly Effective[]
}

/** The configuration, or everything that is wrong with it. Never rejects for anything that a user can write. */
export async function loadConfig(inputs: Inputs): Promise<Loaded> {
  const problems: Problem[] = []
  const report = (problem: Problem) => void problems.push(problem)
  const { yaml = { path: 'mxhome.yaml', text: '' } } = inputs
  const layers = environment({ ...inputs, credentials: inputs.yaml && credentialsBeside(inputs.yaml.path) }, report)
  const tree = await parseYamlFile(yaml, report)
  const sources: Sources = { environment: layers, yaml, tree: tree ?? {}, readFile: inputs.readFile, report }
  for (const problem of unknownKeys(sources)) report(problem)

  const { values, names, broken, effective } = await readSettings(sources)
  if (values.schedule !== undefined && inputs.isSchedule?.(values.schedule) === false) {
    const { expected } = SETTINGS.schedule.kind
    report({ setting: names.get('schedule')!, found: `"${values.schedule}"`, expected, severity: 'error' })
  }
  const { domains = [], hosts = [] } = values
  const accounts = await readAccounts(inputs.catalogue, { domains, hosts }, sources)
  const { ids } = inputs.catalogue
  checkVariables(layers, { ...accounts, ids, references: referencesIn(sources.tree) }, report)

  const config = assemble(values, accounts.accounts, names, inputs)
  const draft: Drafted = {
    config,
    asksOnly: inputs.asksOnly === true,
    nameOf: (key) => (key === 'zones' && accounts.inYaml ? 'providers[].zones' : nameOf(key, names, inputs)),
    // Of a file that cannot be read nobody knows what it lacks.
    isBroken: (key) => !tree || (key === 'providers' ? accounts.broken : broken.has(key)),
  }
  problems.push(...crossChecks(draft), ...accountChecks(draft, accounts.providers))

  const secrets = [
    ...accounts.secrets,
    values.listenToken ?? '',
    values.dqsKey ?? '',
    ...secretsOfProber(values.prober),
    ...config.ipSources.flatMap((one) => secretsInUrl(one.slice(5))),
  ]
  const hidden = [...new Set(secrets)].filter((secret) => secret !== '')
  if (yaml.mode !== undefined && (yaml.mode & 0o007) !== 0 && hidden.some((secret) => yaml.text.includes(secret))) {
    report(openFile(yaml.path, yaml.path))
  }
  const failed = problems.some(({ severity }) => severity === 'error')
  return {
    config: failed ? undefined : config,
    problems,
    providers: accounts.providers,
    secrets: hidden,
    effective: [...effective.map((one) => filledIn(one, config)), ...accounts.effective],
  }
}

/** The folder of secrets of a configuration in YAML. */
const credentialsBeside = (path: string): string => path.replace(/[^/]*$/, CREDENTIALS)

/** Defaults that depend on where the program runs. */
function filledIn(one: Effective, { stateDir, log }: Config): Effective {
  if (one.setting === 'stateDir') return { ...one, value: stateDir }
  return one.setting === 'log.format' ? { ...one, value: log.format } : one
}

interface Read {
  readonly values: Values
  readonly names: ReadonlyMap<SettingKey, string>
  readonly broken: ReadonlySet<SettingKey>
  readonly effective: readonly Effective[]
}

async function readSettings(sources: Sources): Promise<Read> {
  const values: Record<string, unknown> = {}
  const names = new Map<SettingKey, string>()
  const broken = new Set<SettingKey>()
  const effective: Effective[] = []
  for (const key of SETTING_KEYS) {
    const setting: Setting = SETTINGS[key]
    const { env, secret, kind } = setting
    const found = await readSetting({ env, at: key, raw: rawAt(key, sources.tree), secret }, kind, sources)
    if (found.origin !== 'default') names.set(key, found.name)
    if (found.broken) broken.add(key)
    const value =
      found.value ?? (await readSetting({ env: undefined, at: key, raw: setting.default }, kind, sources)).value
    if (value !== undefined) values[key] = value
    const shown = value === undefined ? setting.otherwise : secret ? '(hidden)' : kind.show(value)
    if (shown !== undefined && !found.broken) effective.push({ setting: key, env, value: shown, origin: found.origin })
  }
  return { values: values as Values, names, broken, effective }
}

function assemble(values: Values, accounts: Config['accounts'], names: Read['names'], inputs: Inputs): Config {
  const { env, hasVarLib, tty } = inputs
  return {
    domains: values.domains ?? [],
    hosts: values.hosts ?? [],
    exclude: values.exclude ?? [],
    names: { hosts: nameOf('hosts', names, inputs), exclude: nameOf('exclude', names, inputs) },
    accounts,
    types: [...(values.ipv4 ? (['A'] as const) : []), ...(values.ipv6 ? (['AAAA'] as const) : [])],
    ipSources: values.ipSources!,
    quorum: values.quorum,
    allowAddresses: values.allowAddresses ?? [],
    schedule: values.schedule!,
    watch: values.watch!,
    watchInterval: values.watchInterval!,
    resolvers: values.resolvers ?? [],
    nameservers: values.nameservers ?? [],
    confirmTimeout: values.confirmTimeout!,
    driftInterval: values.driftInterval!,
    refreshInterval: values.refreshInterval,
    dailyUpdates: values.dailyUpdates!,
    listen: values.listen!,
    listenToken: values.listenToken,
    stateDir: values.stateDir ?? defaultStateDir(env, hasVarLib),
    outbound: values.outbound!,
    doctorInterval: values.doctorInterval!,
    prober: values.prober,
    dqsKey: values.dqsKey,
    dkimSelectors: values.dkimSelectors ?? [],
    log: { level: values['log.level']!, format: values['log.format'] ?? (tty ? 'text' : 'json') },
    ttl: values.ttl,
  }
}

/** systemd may name several folders, separated by colons. */
function defaultStateDir({ STATE_DIRECTORY, XDG_STATE_HOME, HOME }: Inputs['env'], hasVarLib: boolean): string {
  const [given] = (STATE_DIRECTORY ?? '').split(':')
  if (given) return given
  if (hasVarLib || !(XDG_STATE_HOME || HOME)) return '/var/lib/mxhome'
  return `${XDG_STATE_HOME || `${HOME}/.local/state`}/mxhome`
}

function nameOf(key: SettingKey | 'providers' | 'zones', names: ReadonlyMap<string, string>, { yaml }: Inputs): string {
  const given = names.get(key)
  if (given !== undefined) return given
  if (key === 'zones') return PROVIDER_VARIABLES.zones.env
  if (yaml) return key
  return key === 'providers' ? PROVIDER_VARIABLES.use.env : SETTINGS[key].env
}

function unknownKeys({ tree }: Sources): Problem[] {
  const known = [...new Set([...SETTING_KEYS.map((key) => key.split('.')[0]!), 'providers'])]
  const inLog = SETTING_KEYS.flatMap((key) => key.split('.')[1] ?? [])
  const problem = (key: string, names: readonly string[], above = ''): Problem => {
    const { at = '', ...wrong } = unknownKey(key, names)
    return { setting: above === '' ? at.slice(1) : above + at, ...wrong, severity: 'error' }
  }
  const strangers = Object.keys(tree).filter((key) => !known.includes(key))
  const log = Object.hasOwn(tree, 'log') ? (tree.log ?? {}) : {}
  const inside = isMap(log)
    ? Object.keys(log).flatMap((key) => (inLog.includes(key) ? [] : problem(key, inLog, 'log')))
    : [
        {
          setting: 'log',
          found: formOf(log),
          expected: 'a map such as {level: info, format: json}',
          severity: 'error',
        } as const,
      ]
  return [...strangers.map((key) => problem(key, known)), ...inside]
}
