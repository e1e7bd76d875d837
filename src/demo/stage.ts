import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { DaemonStatus, StatusTarget } from './daemon-status.ts'
import type { HomeLine } from './home-line.ts'
import type { Timeline } from './timeline.ts'

/** What a scene plays with. */
export interface Stage {
  readonly home: HomeLine
  readonly status: DaemonStatus
  readonly timeline: Timeline
}

/** What was there when a scene began. */
export interface Before {
  readonly neighbours: string
  readonly writes: number
  readonly updates: number
}

export function before({ home, status }: Stage): Before {
  status.forget()
  return { neighbours: home.neighbours(), writes: home.hosted.writes(), updates: home.dyndns.counters.updates }
}

/** The line loses its address and gets another one, as at the nightly reconnection. */
export function reconnect({ home, timeline }: Stage, text: string): IpAddress {
  const address = parseAddress(text)!
  timeline.act(`the line reconnects: ${home.line.address()} is gone, its address is now ${address}`)
  home.line.change(address)
  return address
}

/** Asked by DNS, each of them. */
export async function untilShown({ home, timeline }: Stage, hosts: readonly string[], address: IpAddress) {
  const text = `both name servers answer ${address} for ${namesOf(hosts)}`
  return timeline.until(text, async () => {
    const asked = hosts.flatMap((host) => home.servers.map((server) => home.shows(server, host)))
    return (await Promise.all(asked)).every((shown) => shown?.join() === address) ? text : undefined
  })
}

/** mxhome's own word for it. */
export async function untilConfirmed({ status, timeline }: Stage, hosts: readonly string[], address: IpAddress) {
  const confirmed = ({ host, after, confirmation }: StatusTarget, wanted: string) =>
    host === wanted && after?.join() === address && confirmation?.state === 'confirmed'
  return timeline.until(`mxhome has ${namesOf(hosts)} confirmed`, () => {
    const targets = status.rounds().flatMap((round) => round.targets)
    const found = hosts.map((host) => targets.find((target) => confirmed(target, host))?.confirmation)
    if (found.some((one) => !one)) return undefined
    const { seen, asked } = found[0]!
    return `mxhome: ${namesOf(hosts)} confirmed at ${seen} of ${asked} name servers`
  })
}

/** Waits for a target of a round since the scene began, and says what `describe` makes of it. */
export async function untilTarget(
  { status, timeline }: Stage,
  what: string,
  describe: (target: StatusTarget) => string | undefined,
) {
  return timeline.until(what, () => {
    const targets = status.rounds().flatMap((round) => round.targets)
    return targets.map(describe).find((text) => text !== undefined)
  })
}

export async function untilFinding({ status, timeline }: Stage, id: string) {
  return timeline.until(`mxhome reports ${id}`, () => {
    const finding = status
      .rounds()
      .at(-1)
      ?.findings.find((one) => one.id === id)
    return finding && `mxhome: ${id} (${finding.severity}): ${finding.message}\nremedy: ${finding.remedy}`
  })
}

/** What must hold after every scene. `writes`, `updates`: how many were due at the zone's API and at the DynDNS service. */
export function checkAfter({ home, timeline }: Stage, then: Before, due: { writes: number; updates: number }): void {
  const { repeats, abuse, badauth, updates } = home.dyndns.counters
  const sent = { writes: home.hosted.writes() - then.writes, updates: updates - then.updates }
  timeline.check(
    `written no more than due: ${count(due.writes, 'record')} at the zone's API, ${count(due.updates, 'update')} at the DynDNS service, no repeat`,
    sent.writes === due.writes && sent.updates === due.updates && repeats + abuse + badauth === 0,
    `${sent.writes} and ${sent.updates}, ${repeats} repeats, ${abuse} abuse, ${badauth} badauth`,
  )
  timeline.check(
    'all other records untouched, byte for byte (backup MX, web site, www, SPF, DMARC, the neighbour)',
    home.neighbours() === then.neighbours,
  )
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

export function namesOf(hosts: readonly string[]): string {
  return hosts.length < 2 ? hosts.join() : `${hosts.slice(0, -1).join(', ')} and ${hosts.at(-1)}`
}
