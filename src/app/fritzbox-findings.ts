import type { Finding } from '../core/finding.ts'
import { type Detected, isKnown, type LineName, type Target } from '../core/plan.ts'
import type { Pushed } from '../core/pushed.ts'
import { memoryOf, type State } from '../core/state.ts'
import { lineOf } from '../core/wanted.ts'
import type { DomainName } from '../dns/name.ts'
import type { IpAddress } from '../dns/rrset.ts'

interface Line {
  readonly name: LineName
  readonly pushed: Pushed
  /** The hosts with an A record that follow it, those of an MX first. */
  readonly hosts: readonly DomainName[]
}

/**
 * Where a FRITZ!Box's own check would fail: it looks the host that is entered in its DynDNS form up, and compares what it finds
 * with its own address. `lines`: those of which a router is heard; of others there may be old news. Pure.
 */
export function fritzboxFindings(
  lines: readonly LineName[],
  targets: readonly Target[],
  detected: Detected,
  state: State,
): readonly Finding[] {
  return lines.flatMap((name) => {
    const pushed = state.pushed?.[name]
    if (pushed === undefined) return []
    const line = { name, pushed, hosts: hostsOn(name, targets) }
    const strangers = (pushed.hosts?.names ?? []).filter((host) => targets.every(({ owner }) => owner !== host))
    if (strangers.length > 0) return [stranger(strangers, line)]
    return differing(line, targets, detected, state)
  })
}

function hostsOn(line: LineName, targets: readonly Target[]): readonly DomainName[] {
  const here = targets.filter(({ lines, type }) => type === 'A' && lines.includes(line))
  return [...new Set([...here.filter(({ mxOf }) => mxOf.length > 0), ...here].map(({ owner }) => owner))]
}

function stranger(strangers: readonly DomainName[], line: Line): Finding {
  return {
    ...COMMON,
    severity: 'warn',
    message: `the router's DynDNS client names ${strangers.join(', ')}, which mxhome does not keep: it was told nohost`,
    remedy: `${enter(line)} What it named is compared with its own address, and would never be the same.`,
  }
}

function differing({ name, pushed, hosts }: Line, targets: readonly Target[], detected: Detected, state: State) {
  const [told] = pushed.A?.addresses ?? []
  const named = pushed.hosts?.names ?? []
  if (told === undefined || named.length === 0) return []
  const held = (owner: DomainName) => heldBy(owner, targets, detected, state)
  const agrees = (owner: DomainName) => held(owner)?.includes(told) !== false
  return named
    .filter((owner) => !agrees(owner))
    .map((owner): Finding => {
      const others = hosts.filter((one) => one !== owner && held(one)?.includes(told) === true)
      const none =
        'No host can satisfy that check while the router has another address than the internet sees: take no notice of it, the addresses here are right.'
      return {
        ...COMMON,
        severity: 'info',
        message: `the router has ${told}, but ${owner} gets ${held(owner)!.join(' ')}: a FRITZ!Box that compares the two reports a fault`,
        remedy: others.length > 0 ? enter({ name, pushed, hosts: others }) : none,
      }
    })
}

/** What the A record holds, or is about to: of the verdict on the line in use, else what was accepted last. */
function heldBy(
  owner: DomainName,
  targets: readonly Target[],
  detected: Detected,
  state: State,
): readonly IpAddress[] | undefined {
  const target = targets.find((one) => one.owner === owner && one.type === 'A')
  if (!target) return undefined
  const seen = detected[lineOf(target, state)]?.A
  const held = isKnown(seen) ? seen : memoryOf(state, target.key).published?.addresses
  return held && held.length > 0 ? held : undefined
}

const enter = ({ hosts }: Line): string => {
  const [first, ...others] = hosts.slice(0, 3)
  if (first === undefined)
    return "mxhome keeps no host of that line: list one in MXHOME_HOSTS, and enter it in the router's DynDNS form."
  const or = others.length > 0 ? ` (or ${others.join(', ')})` : ''
  return `Enter ${first}${or} as the domain name in the router's DynDNS form.`
}

const COMMON = { id: 'fritzbox-verify', reference: 'AVM: DynDNS of the FRITZ!Box' } as const
