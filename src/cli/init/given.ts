import { readHostName } from '../../config/host-name.ts'
import type { InitForm } from '../../config/init-files.ts'
import { readMailDomain } from '../../config/mail-domain.ts'
import { nearestHint } from '../../config/nearest.ts'
import type { DomainName } from '../../dns/name.ts'
import { providerIds } from '../../providers/index.ts'
import { type Refusal, refuse } from './session.ts'

/** As they stand on the command line. */
export interface Options {
  readonly domain?: string
  readonly host?: readonly string[]
  readonly provider?: string
  readonly setting?: readonly string[]
  readonly settingFile?: readonly string[]
  readonly ipv6?: boolean
  readonly dir?: string
  readonly env?: boolean
  readonly overwrite?: boolean
  /** `--no-test`. */
  readonly test: boolean
  readonly yes?: boolean
}

/** The answers that were given beforehand, checked as far as that can be without asking anyone. */
export interface Given {
  readonly domain: DomainName | undefined
  readonly hosts: readonly DomainName[] | undefined
  readonly provider: string | undefined
  /** Name in YAML -> value. */
  readonly settings: ReadonlyMap<string, string>
  /** Name in YAML -> the path of a file that holds the value. */
  readonly settingFiles: ReadonlyMap<string, string>
  readonly ipv6: boolean | undefined
  readonly dir: string | undefined
  readonly form: InitForm
  readonly overwrite: boolean
  readonly test: boolean
  readonly yes: boolean
}

export function readOptions(options: Options): Given | Refusal {
  const domain = options.domain === undefined ? undefined : readDomain(options.domain)
  if (typeof domain === 'string') return refuse(domain)
  const hosts = (options.host ?? []).flatMap((list) => list.split(',')).map((host) => readName(host, true))
  const wrong = hosts.find((host) => typeof host === 'string')
  if (wrong !== undefined) return refuse(`--host: ${wrong}`)
  const { provider } = options
  if (provider !== undefined && !providerIds.includes(provider)) return refuse(unknownProvider(provider))
  const settings = pairs(options.setting ?? [], '--setting NAME=VALUE')
  const settingFiles = pairs(options.settingFile ?? [], '--setting-file NAME=PATH')
  if (typeof settings === 'string') return refuse(settings)
  if (typeof settingFiles === 'string') return refuse(settingFiles)
  const [empty] = [...settingFiles].find(([, path]) => path.trim() === '') ?? []
  if (empty !== undefined) return refuse(`--setting-file: expected a path behind ${empty}=`)
  const twice = [...settings.keys()].find((name) => settingFiles.has(name))
  if (twice !== undefined) return refuse(`${twice} is given by --setting and by --setting-file: leave one of them out`)
  return {
    domain: domain?.name,
    hosts: hosts.length === 0 ? undefined : hosts.flatMap((host) => (typeof host === 'string' ? [] : [host.name])),
    provider,
    settings,
    settingFiles,
    ipv6: options.ipv6,
    dir: options.dir,
    form: options.env ? 'env' : 'yaml',
    overwrite: options.overwrite === true,
    test: options.test,
    yes: options.yes === true,
  }
}

export const unknownProvider = (id: string): string =>
  `there is no provider "${id}" (${nearestHint(id, providerIds)}); all of them: mxhome providers`

/** The name in a box, else what is wrong with it. */
export function readName(text: string, wildcard: boolean): { readonly name: DomainName } | string {
  const read = readHostName(text, { wildcard })
  if ('value' in read) return { name: read.value }
  const expected = read.expected ?? 'a name such as example.com'
  return `"${text.trim()}": expected ${expected}${read.remedy ? `; ${read.remedy}` : ''}`
}

export function readDomain(text: string): { readonly name: DomainName } | string {
  const read = readMailDomain(text)
  if (typeof read !== 'string') return read
  const bare = text.trim().replace(/\.$/, '')
  if (!/^[a-z]{2,}$/i.test(bare)) return read
  return `"${bare}" is a public suffix or a single word: give your own domain, such as example.${bare}`
}

function pairs(given: readonly string[], form: string): ReadonlyMap<string, string> | string {
  const found = given.map((text) => /^([A-Za-z][A-Za-z0-9]*)=(.*)$/s.exec(text))
  // Of what does not fit nothing is repeated: it may be a secret.
  if (found.some((match) => !match)) return `expected ${form}, with a name as "mxhome providers ID" shows it (apiKey)`
  return new Map(found.map((match) => [match![1]!, match![2]!]))
}
