import { SECOND } from '../core/instant.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { TargetDocument } from '../report/document.ts'
import type { DaemonStatus } from './daemon-status.ts'
import type { HomeLine } from './home-line.ts'
import { seconds, type Timeline } from './timeline.ts'

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
  return timeline.until(`mxhome has ${namesOf(hosts)} confirmed`, () => {
    const told = hosts.map((host) => toldOf(status, host, address))
    if (told.some(({ isShown }) => !isShown)) return undefined
    const took = Math.max(...told.map(({ ms = 0 }) => ms))
    const proof = told.find(({ confirmation }) => confirmation)?.confirmation
    const where = proof ? `confirmed at ${proof.seen} of ${proof.asked} name servers` : 'confirmed at all name servers'
    return `mxhome: ${namesOf(hosts)} ${where}, ${took < SECOND ? `${took} ms` : seconds(took)} after the round began that sent it`
  })
}

/** When the host was confirmed with that address, counted from the start of the round that sent it. */
function toldOf({ rounds }: DaemonStatus, host: string, address: IpAddress) {
  const about = rounds().flatMap(({ started, finished, targets }) =>
    targets
      .filter((target) => target.host === host && target.after?.join() === address)
      .map((target) => ({ ...target, started, finished })),
  )
  const sent = about.find(({ outcome }) => outcome === 'updated')
  // The endpoint tells the last round alone: where the next began at once, it is up to date, which is said of what is confirmed.
  const shown = about.find(({ confirmation, why }) =>
    confirmation ? confirmation.state === 'confirmed' : why === 'up-to-date',
  )
  const ms = sent && shown && Date.parse(shown.finished) - Date.parse(sent.started)
  return { isShown: shown !== undefined, confirmation: shown?.confirmation, ms }
}

/** Waits for a target of a round since the scene began, and says what `describe` makes of it. */
export async function untilTarget(
  { status, timeline }: Stage,
  what: string,
  describe: (target: TargetDocument) => string | undefined,
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
    `sent: ${count(due.writes, 'record')} to the zone's API, ${count(due.updates, 'update')} to the DynDNS service, no repeat`,
    sent.writes === due.writes && sent.updates === due.updates && repeats + abuse + badauth === 0,
    `${sent.writes} and ${sent.updates}, ${repeats} repeats, ${abuse} abuse, ${badauth} badauth`,
  )
  timeline.check('no other record was touched', home.neighbours() === then.neighbours)
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

export function namesOf(hosts: readonly string[]): string {
  return hosts.length < 2 ? hosts.join() : `${hosts.slice(0, -1).join(', ')} and ${hosts.at(-1)}`
}
