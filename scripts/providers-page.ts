import type { AddressType } from '../src/dns/rrset.ts'
import { SURE, type TtlRange } from '../src/providers/facts.ts'
import type { Provider } from '../src/providers/provider.ts'

const HEAD = `# The adapters, side by side

Generated from the program (\`npm run generate\`); do not edit. Settings and an example of one: \`mxhome providers ID\`.
A service that is not here: [a URL or a program of your own](own-provider.md).

## What each does

- **families**: what it can keep. **both at once**: A and AAAA go in one request.
- **hosts**: how many host names one job may hold.
- **reads back**: mxhome sees what the service holds, and puts right what someone else has changed.
- **TTL**: which ones \`MXHOME_TTL\` may set, in seconds; another is put at the nearest. Without it a record keeps the one that it has. *not set*: the service has its own.
- **MX**: whether \`mxhome mx apply\` can write the MX records there, and how many the provider takes where that is known.
- **spacing**: the least time between two updates. **idle**: after how long an unchanged address is sent again, because the service deletes idle hosts.
- **left out**: what a request does to the family that it does not name. Where that is not *kept*, mxhome sends both.
- **own zones**: the service gives out names in zones of its own; they are listed [below](#zones-of-their-own). *only*: it keeps no others.
`

const SURENESS = `## How sure this is

No service was asked: that would have needed an account at each. What an adapter sends and understands is tested against
exchanges that were written down from these sources.
`

/** The text of docs/providers.md. */
export function providersPage(providers: readonly Provider[]): string {
  const owners = providers.filter(({ suffixes = [] }) => suffixes.length > 0)
  const zones = owners.map(({ name, suffixes = [] }) => `- **${name}**: ${suffixes.join(', ')}`)
  const levels = Object.entries(SURE).map(([word, meaning]) => `- **${word}**: ${meaning}`)
  const parts = [
    HEAD,
    table(Object.keys(rowOf(providers[0]!)), providers.map(rowOf).map(Object.values)),
    `## Zones of their own\n\n${zones.join('\n')}\n`,
    SURENESS,
    `${levels.join('\n')}\n`,
    table(['id', 'sure', 'looked up', 'in doubt', 'documentation'], providers.map(sureness)),
  ]
  return parts.join('\n')
}

function rowOf(provider: Provider) {
  const { id, name, traits, writes, suffixes = [], ownZonesOnly } = provider
  return {
    id: `\`${id}\``,
    name,
    families: familiesOf(provider),
    'both at once': isSingle(provider) ? '-' : yesNo(writes.together),
    hosts: String(traits.hostsPerRequest),
    'reads back': yesNo(traits.readable),
    TTL: ttlOf(writes.ttl),
    MX: mxOf(provider),
    spacing: traits.spacing > 0 ? `${traits.spacing} s` : '-',
    idle: traits.refresh === undefined ? '-' : `${Math.round(traits.refresh / 86_400)} days`,
    'left out': isSingle(provider) ? '-' : traits.leftOut,
    'own zones': ownZonesOnly ? 'only' : yesNo(suffixes.length > 0),
  }
}

function mxOf({ writeMx, facts: { mostMx } }: Provider): string {
  if (!writeMx) return 'no'
  return mostMx === undefined ? 'yes' : `yes, ${mostMx} at most`
}

const sureness = ({ id, docs, facts }: Provider): string[] => {
  return [`\`${id}\``, facts.sure, facts.verified, facts.doubt ?? '-', docs]
}

const TYPES: readonly AddressType[] = ['A', 'AAAA']
const kept = ({ cannot = {} }: Provider) => TYPES.filter((type) => cannot[type] === undefined)
const isSingle = (provider: Provider) => kept(provider).length < TYPES.length
const familiesOf = (provider: Provider) => kept(provider).join(', ')
const yesNo = (is: boolean) => (is ? 'yes' : 'no')

/** RFC 2181 8: no TTL is longer, so that this is no limit. */
const LONGEST = 2 ** 31 - 1

function ttlOf(range: TtlRange | undefined): string {
  if (range === undefined) return 'not set'
  const { least, most = LONGEST } = range
  if (least === most) return `always ${most}`
  const from = least === 'of the zone' ? "the zone's least" : least
  if (most >= LONGEST) return from === undefined ? 'any' : `${from} or more`
  return `${from ?? 0} to ${most}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}
