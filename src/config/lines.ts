import type { Lines } from '../core/locate-findings.ts'
import type { AccountName } from '../core/plan.ts'
import type { Config } from './config.ts'
import { PROVIDER_VARIABLES, SETTINGS } from './settings.ts'

const VARIABLES = { hosts: SETTINGS.hosts.env, exclude: SETTINGS.exclude.env }

/**
 * The lists of the configuration with one host more, as lines to copy: variables or YAML, wherever the list stands. What is
 * in the list already is in the line, which replaces it. `fixed`: accounts that have only names of the service's own.
 */
export function linesOf(
  { hosts, exclude, accounts, names = VARIABLES }: Config,
  fixed: ReadonlySet<AccountName>,
): Lines {
  const wishes = hosts.some((one) => Object.values(one).filter((value) => value !== undefined).length > 1)
  const listed = hosts.map(({ name }) => name)
  // A host with wishes of its own is a map: the line would lose them.
  const withHost = (host: string) =>
    wishes ? `- ${quoted(host)} (YAML, under hosts)` : line(names.hosts, listed, host)
  return {
    hosts: withHost,
    exclude: (host) => line(names.exclude, exclude, host),
    adopting: (host) => {
      const lines = accounts.flatMap(({ name, zones, zonesName = PROVIDER_VARIABLES.zones.env }) => {
        if (zones) return [line(zonesName, zones, host)]
        return fixed.has(name) ? [] : [withHost(host)]
      })
      return [...new Set(lines)]
    },
  }
}

function line(name: string, before: readonly string[], host: string): string {
  const all = [...before, host]
  if (name.endsWith('_FILE')) return `${all.join(',')} (the file that ${name} names)`
  if (name.startsWith('MXHOME_')) return `${name}=${all.join(',')}`
  const dot = name.lastIndexOf('.')
  const where = dot < 0 ? '' : `, ${name.slice(0, dot)}`
  return `${name.slice(dot + 1)}: [${all.map(quoted).join(', ')}] (YAML${where})`
}

/** A word that begins with an asterisk is an alias in YAML. */
const quoted = (host: string): string => (host.startsWith('*') ? `"${host}"` : host)
