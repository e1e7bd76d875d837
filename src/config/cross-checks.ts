import type { AddressType } from '../dns/rrset.ts'
import type { Config, Problem } from './config.ts'
import { countIpSources } from './ip-source.ts'
import { lineChecks } from './line-checks.ts'
import { pushProblems } from './push.ts'
import { PUSH_PORT, type SettingKey } from './settings.ts'

/** What the checks across settings need to know beside the values. */
export interface Drafted {
  readonly config: Config
  /** Nothing will be kept: it is no fault that there is nothing to keep, and no account. */
  readonly asksOnly: boolean
  /** What the user called a setting: its variable or its path in YAML. */
  readonly nameOf: (key: SettingKey | 'providers' | 'zones') => string
  /** Whether a setting is wrong in itself, so that nothing more is said about it. */
  readonly isBroken: (key: SettingKey | 'providers' | 'lines') => boolean
}

/** What is wrong although each setting is right by itself, accounts apart. */
export function crossChecks(draft: Drafted): readonly Problem[] {
  return [
    ...nothingToDo(draft),
    ...families(draft),
    ...hostLists(draft),
    ...tooManyVotes(draft),
    ...lineChecks(draft),
    ...openEndpoint(draft),
    ...sharedEndpoint(draft),
    ...pushProblems(draft),
  ]
}

function nothingToDo({ config, asksOnly, nameOf, isBroken }: Drafted): Problem[] {
  if (asksOnly) return []
  const problems: Problem[] = []
  const nothing = !isBroken('domains') && !isBroken('hosts') && config.domains.length + config.hosts.length === 0
  if (nothing) {
    problems.push({
      setting: nameOf('domains'),
      found: 'nothing',
      expected: 'at least one mail domain or host',
      remedy: `set ${nameOf('domains')} to your mail domain, or ${nameOf('hosts')} to the hosts to keep`,
      severity: 'error',
    })
  }
  if (!isBroken('providers') && config.accounts.length === 0) {
    problems.push({
      setting: nameOf('providers'),
      found: 'nothing',
      expected: 'the DNS provider that holds the records',
      remedy: `set ${nameOf('providers')}; "mxhome providers" lists all, "mxhome init" asks and writes the rest`,
      severity: 'error',
    })
  }
  return problems
}

function families({ config, nameOf, isBroken }: Drafted): Problem[] {
  if (isBroken('ipv4') || isBroken('ipv6') || isBroken('hosts')) return []
  if (config.types.length === 0) {
    const setting = `${nameOf('ipv4')}, ${nameOf('ipv6')}`
    return [{ setting, found: 'both off', expected: 'at least one of them on', severity: 'error' }]
  }
  return config.hosts.flatMap(({ name, types = [] }) =>
    types
      .filter((type) => !config.types.includes(type))
      .map((type) => ({
        setting: nameOf('hosts'),
        found: `types ${type} of ${name}, while ${nameOf(switchOf(type))} is off`,
        expected: 'only address families that are on',
        remedy: `set ${nameOf(switchOf(type))} to on`,
        severity: 'error',
      })),
  )
}

export const switchOf = (type: AddressType): 'ipv4' | 'ipv6' => (type === 'A' ? 'ipv4' : 'ipv6')

function hostLists({ config, nameOf }: Drafted): Problem[] {
  const names = config.hosts.map(({ name }) => name)
  const twice = names.filter((name, i) => names.indexOf(name) !== i)
  const domains = config.domains.map(({ name }) => name)
  const doubled = domains.filter((name, i) => domains.indexOf(name) !== i)
  const both = names.filter((name) => config.exclude.includes(name))
  const severity = 'error'
  const expected = 'each name once'
  return [
    ...twice.map(
      (name) => ({ setting: nameOf('hosts'), found: `${name} with different wishes`, expected, severity }) as const,
    ),
    ...doubled.map(
      (name) => ({ setting: nameOf('domains'), found: `${name} with different wishes`, expected, severity }) as const,
    ),
    ...both.map((name) => {
      const found = `${name}, which ${nameOf('hosts')} lists as well`
      const remedy = `to have it written remove it from ${nameOf('exclude')}, to have it left alone from ${nameOf('hosts')}`
      return { setting: nameOf('exclude'), found, expected: 'hosts that are never written', remedy, severity } as const
    }),
  ]
}

function tooManyVotes({ config, nameOf, isBroken }: Drafted): Problem[] {
  const { quorum, ipSources, lines } = config
  if (lines.length > 0) return [] // each line has its own
  const most = countIpSources(ipSources)
  if (quorum === undefined || quorum <= most || isBroken('ipSources')) return []
  const expected = `at most the number of sources in ${nameOf('ipSources')}, which is ${most}`
  const remedy = 'lower it, or name more sources'
  return [{ setting: nameOf('quorum'), found: String(quorum), expected, remedy, severity: 'error' }]
}

function openEndpoint({ config, nameOf, isBroken }: Drafted): Problem[] {
  const { listen, listenToken } = config
  if (listen === 'off' || listenToken !== undefined || isBroken('listenToken')) return []
  if (listen.address.startsWith('127.') || listen.address === '::1') return []
  return [
    {
      setting: nameOf('listen'),
      found: listen.address,
      expected: 'a loopback address such as 127.0.0.1, or a token beside it',
      remedy: `set ${nameOf('listenToken')}, which callers then have to send`,
      severity: 'error',
    },
  ]
}

/** At the start it would be told that another program has the port. */
function sharedEndpoint({ config: { listen, push }, nameOf, isBroken }: Drafted): Problem[] {
  if (listen === 'off' || push.listen === 'off' || isBroken('listen') || isBroken('push.listen')) return []
  if (listen.port !== push.listen.port) return []
  // `::` is heard by IPv4 too.
  const covers = (one: string, other: string) =>
    one === other || one === '::' || (one === '0.0.0.0' && !other.includes(':'))
  if (!covers(listen.address, push.listen.address) && !covers(push.listen.address, listen.address)) return []
  const isUsual = push.listen.port === PUSH_PORT
  return [
    {
      setting: nameOf('push.listen'),
      found: `port ${listen.port}, where ${nameOf('listen')} has the health endpoint`,
      expected: 'a port of its own',
      remedy: isUsual
        ? `choose another port for ${nameOf('listen')}`
        : `leave the port out of ${nameOf('push.listen')} (${PUSH_PORT}), or choose another one`,
      severity: 'error',
    },
  ]
}
