import type { Config, LineConfig, Problem } from './config.ts'
import type { Drafted } from './cross-checks.ts'
import { countIpSources } from './ip-source.ts'
import { nearestHint } from './nearest.ts'

/** What is wrong with lines although each is right by itself, and with what hosts say of them. */
export function lineChecks(draft: Drafted): readonly Problem[] {
  const { config, isBroken } = draft
  const lines = isBroken('lines') ? [] : config.lines
  return [...lines.flatMap((line) => lineProblems(line, draft)), ...twins(lines), ...hostProblems(draft)]
}

/** What a line does not say itself holds from the top: there it has to be corrected. */
function lineProblems(
  { name, ipSources, quorum, interface: through }: LineConfig,
  { config, nameOf }: Drafted,
): Problem[] {
  const isCommon = ipSources === config.ipSources
  const problems: Problem[] = []
  const severity = 'error'
  if (through !== undefined && ipSources.includes('public-ip')) {
    problems.push({
      ...(isCommon
        ? { setting: nameOf('ipSources'), found: `public-ip, while lines.${name}.interface is ${through}` }
        : { setting: `lines.${name}.ipSources`, found: `public-ip, while interface is ${through}` }),
      expected: 'sources that can be asked through one interface',
      remedy: 'take public-ip out (auto leaves it out by itself), or the interface',
      severity,
    })
  }
  const most = countIpSources(ipSources, through !== undefined)
  if (quorum !== undefined && quorum > most) {
    const expected = `at most the number of this line's sources, which is ${most}`
    const remedy = 'lower it, or name more sources'
    const own = { setting: `lines.${name}.quorum`, found: String(quorum) }
    const common = { setting: nameOf('quorum'), found: `${quorum}, which holds for line ${name}` }
    problems.push({ ...(isCommon && quorum === config.quorum ? common : own), expected, remedy, severity })
  }
  return problems
}

/** Two lines that ask the same sources in the same way are one. */
function twins(lines: readonly LineConfig[]): Problem[] {
  const wayOf = ({ interface: through, ipSources }: LineConfig) => JSON.stringify([through, ipSources])
  return lines.flatMap((line, i) => {
    const twin = lines.slice(0, i).find((other) => wayOf(other) === wayOf(line))
    if (!twin) return []
    return [
      {
        setting: `lines.${line.name}`,
        found: `the same sources, asked the same way, as in lines.${twin.name}`,
        expected: 'what tells this line from the others',
        remedy: 'name the interface that leads out there, or sources that know its address',
        severity: 'error',
      },
    ]
  })
}

function hostProblems({ config, nameOf, isBroken }: Drafted): Problem[] {
  if (isBroken('hosts')) return []
  const setting = nameOf('hosts')
  const names = namesOf(config)
  return config.hosts.flatMap(({ name, line = [], ipv6Suffix, types = config.types }): Problem[] => {
    const strangers = isBroken('lines') ? [] : line.filter((one) => !names.includes(one))
    return [
      ...strangers.map((one) => ({
        ...{ setting, found: `line "${one}" of ${name}`, severity: 'error' as const },
        expected: `a line: ${names.join(', ')}`,
        remedy: config.lines.length === 0 ? 'name the lines under lines, or leave line out' : nearestHint(one, names),
      })),
      ...(ipv6Suffix === undefined || types.includes('AAAA') || isBroken('ipv6')
        ? []
        : [
            {
              ...{
                setting,
                found: `ipv6Suffix of ${name}, while no AAAA record is kept for it`,
                severity: 'error' as const,
              },
              expected: 'a host with IPv6',
              remedy: `set ${nameOf('ipv6')} to on, or take ipv6Suffix out`,
            },
          ]),
    ]
  })
}

const namesOf = ({ lines }: Config): readonly string[] =>
  lines.length > 0 ? lines.map(({ name }) => name) : ['default']
