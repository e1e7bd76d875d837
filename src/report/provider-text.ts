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
  /** `mxhome mx apply` can write MX records there. */
  readonly writesMx?: boolean
}

/** What `providers ID --json` prints. */
export interface ProviderDocument extends ProviderLine {
  readonly docs: string
  readonly settings: readonly SettingDocument[]
  /** What it cannot do or refuses, each with its reason. */
  readonly limits: readonly string[]
  /** Zones of the service's own, in which users get names. */
  readonly suffixes?: readonly string[]
  readonly example: ExampleDocument
}

/** A smallest configuration, in lines. */
export interface ExampleDocument {
  readonly environment: readonly string[]
  readonly yaml: readonly string[]
}

export interface SettingDocument {
  /** In YAML: `apiKey`. */
  readonly name: string
  /** `IONOS_API_KEY`. */
  readonly environment: string
  readonly description: string
  readonly secret: boolean
  readonly required: boolean
  /** null: any text will do. */
  readonly example: string | null
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
  const { id, name, docs, settings, limits, suffixes = [], reads, example } = provider
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
    ...(provider.writesMx ? ['writes the MX records of a domain too: mxhome mx apply'] : []),
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
    ...block('Example (.env)', copied(example.environment, style)),
    ...block('The same in mxhome.yaml', copied(example.yaml, style)),
  ].join('\n')
}

/** With the indentation that YAML needs. */
const copied = (lines: readonly string[], style: TextStyle) =>
  lines.flatMap((line) => hanging(style, `  ${/^ {0,8}/.exec(line)}`, line))

export function exampleOf({ id, settings }: Pick<ProviderDocument, 'id' | 'settings'>): ExampleDocument {
  const shown = settings
    .filter(({ required, example }) => required || example !== null)
    .map(({ name, environment, example }) => ({ name, environment, value: example ?? `<${name}>` }))
  return {
    environment: [
      'MXHOME_DOMAINS=example.com',
      `MXHOME_PROVIDER=${id}`,
      ...shown.map(({ environment, value }) => `${environment}=${value}`),
    ],
    yaml: [
      'domains: [example.com]',
      'providers:',
      `  - use: ${id}`,
      ...shown.map(({ name, value }) => `    ${name}: ${value}`),
    ],
  }
}

function familiesText({ families }: ProviderLine): string {
  if (families.length === 2) return 'IPv4 and IPv6'
  return families[0] === 'AAAA' ? 'IPv6 only' : 'IPv4 only'
}
