import { cell, table } from './table.ts'
import { paint, type TextStyle } from './text-style.ts'
import { hanging } from './wrap.ts'

/** One adapter of the catalogue. */
export interface ProviderLine {
  readonly id: string
  readonly name: string
  readonly families: readonly ('A' | 'AAAA')[]
  /** Its API can tell what it holds: drift is put right, lost answers are looked up. */
  readonly reads: boolean
}

/** What `providers ID --json` prints. */
export interface ProviderDocument extends ProviderLine {
  readonly docs: string
  readonly settings: readonly SettingDocument[]
  /** What it cannot do or refuses, each with its reason. */
  readonly limits: readonly string[]
  /** Zones of the service's own, in which users get names. */
  readonly suffixes?: readonly string[]
}

export interface SettingDocument {
  /** In YAML: `apiKey`. */
  readonly name: string
  /** `IONOS_API_KEY`. */
  readonly environment: string
  readonly description: string
  readonly secret: boolean
  readonly required: boolean
}

/** What `providers --json` prints. */
export interface ProvidersDocument {
  readonly providers: readonly ProviderLine[]
}

/** What `mxhome providers` prints. No newline at its end. */
export function providersText({ providers }: ProvidersDocument, style: TextStyle): string {
  if (providers.length === 0) return 'There is no adapter of that name. All of them: mxhome providers'
  const head = [cell('ID', 'dim'), cell('NAME', 'dim'), cell('FAMILIES', 'dim'), cell('READS BACK', 'dim')]
  const rows = providers.map((one) => [
    cell(one.id, 'bold'),
    cell(one.name),
    cell(familiesText(one)),
    cell(one.reads ? 'yes' : 'no'),
  ])
  const hint = hanging(style, '', 'Settings and an example of one: mxhome providers ID')
  return [...table([head, ...rows], style).flat(), '', ...hint].join('\n')
}

/** What `mxhome providers ID` prints. No newline at its end. */
export function providerText(provider: ProviderDocument, style: TextStyle): string {
  const { id, name, docs, settings, limits, suffixes = [], reads } = provider
  const settingRows = settings.map((one) => [
    cell(one.environment, 'bold'),
    cell(one.name),
    cell([one.description, one.required ? '' : 'optional', one.secret ? 'secret' : ''].filter(Boolean).join('; ')),
  ])
  const reading = reads
    ? 'reads back: a record that someone else changed is put right'
    : 'cannot be read: what was published is remembered on disk, the name servers are asked'
  const facts = [
    familiesText(provider),
    reading,
    ...limits,
    ...(suffixes.length > 0 ? [`its own zones: ${suffixes.join(', ')}`] : []),
  ]
  const block = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint(style, 'bold', title), ...lines]
  return [
    ...hanging(style, '', `${name} (${id})`, 'bold'),
    ...hanging(style, '', docs, 'dim'),
    ...block('Settings (environment, YAML)', table(settingRows, style, 2).flat()),
    ...block(
      'Good to know',
      facts.flatMap((one) => hanging(style, '  - ', one)),
    ),
    ...block(
      'Example (.env)',
      exampleOf(provider).flatMap((line) => hanging(style, '  ', line)),
    ),
  ].join('\n')
}

/** A smallest configuration in the environment. */
export function exampleOf({ id, settings }: Pick<ProviderDocument, 'id' | 'settings'>): readonly string[] {
  const required = settings.filter((one) => one.required)
  return [
    'MXHOME_DOMAINS=example.com',
    `MXHOME_PROVIDER=${id}`,
    ...required.map(({ environment, name }) => `${environment}=<${name}>`),
  ]
}

function familiesText({ families }: ProviderLine): string {
  if (families.length === 2) return 'IPv4 and IPv6'
  return families[0] === 'AAAA' ? 'IPv6 only' : 'IPv4 only'
}
