import type { Config, HostWish } from '../config/config.ts'
import type { LineRules } from '../core/line-memory.ts'
import type { LineName, NonEmpty } from '../core/plan.ts'
import { sourcesOf } from '../line/sources/index.ts'
import type { LineSources } from './detect.ts'

/** The only line where the user names none. */
const DEFAULT_LINE: LineName = 'default'

/** Where each line's addresses are learnt. */
export function linesIn(config: Config): Readonly<Record<LineName, LineSources>> {
  const { lines, ipSources, quorum, hosts } = config
  const { removing, links } = lineRulesOf(config)
  const wantPrefix = new Set(hosts.flatMap((host) => (host.ipv6Suffix ? linesOfHost(host, { lines }) : [])))
  const all = lines.length > 0 ? lines : [{ name: DEFAULT_LINE, ipSources, quorum, interface: undefined }]
  return Object.fromEntries(
    all.map(({ name, ipSources: specs, quorum: needed, interface: through }) => [
      name,
      {
        sources: through === undefined ? sourcesOf(specs) : boundSources(specs, through),
        quorum: needed,
        ...(through !== undefined && { interface: through }),
        ...(wantPrefix.has(name) && { wantsPrefix: true as const }),
        ...(removing.includes(name) && { removes: true as const }),
        ...(links[name] && { hasRival: true as const }),
      },
    ]),
  )
}

/** `interface` without a name is the line's; the package public-ip opens sockets of its own, which nobody can bind. */
const boundSources = (specs: readonly string[], through: string) =>
  sourcesOf(specs.map((spec) => (spec.trim() === 'interface' ? `interface:${through}` : spec))).filter(
    ({ id }) => id !== 'public-ip',
  )

/** The lines of a host, the best first; one that names none uses the first of all. */
export function linesOfHost(
  { line = [] }: Pick<HostWish, 'line'>,
  { lines }: Pick<Config, 'lines'>,
): NonEmpty<LineName> {
  const [first = lines[0]?.name ?? DEFAULT_LINE, ...others] = line
  return [first, ...others]
}

/** The lines of which a router can tell the address: where some have the source push, only those. */
export function linesToldOf(lines: Readonly<Record<LineName, Pick<LineSources, 'sources'>>>): readonly LineName[] {
  const names = Object.keys(lines)
  const hearing = names.filter((line) => lines[line]?.sources.some(({ id }) => id === 'push'))
  return hearing.length > 0 ? hearing : names
}

/** Of which lines something is to be remembered: of those that a host can leave, and of those whose families can be gone. */
export function lineRulesOf(config: Config): LineRules {
  const { lines, hosts, whenGone } = config
  const listed = new Set(
    hosts.flatMap((host) => (linesOfHost(host, config).length > 1 ? linesOfHost(host, config) : [])),
  )
  const first = whenGone === 'remove' ? linesOfHost({}, config) : []
  const removing = hosts.flatMap((host) => ((host.whenGone ?? whenGone) === 'remove' ? linesOfHost(host, config) : []))
  return {
    links: Object.fromEntries(lines.filter(({ name }) => listed.has(name)).map((line) => [line.name, line])),
    removing: [...new Set([...first, ...removing])],
  }
}
