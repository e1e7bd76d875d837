import { describeEndpoint } from '../dns/endpoint.ts'
import { HOME } from './home-line.ts'
import {
  before,
  checkAfter,
  namesOf,
  reconnect,
  type Stage,
  untilConfirmed,
  untilFinding,
  untilShown,
  untilTarget,
} from './stage.ts'
import { seconds } from './timeline.ts'

export interface Scene {
  readonly title: string
  readonly about: string
  readonly play: (stage: Stage) => Promise<void>
}

const { domain, mail, otherMail, alias, dynamic } = HOME
const LAG = 5

/** In this order: each begins with what the one before has left. */
export const SCENES: readonly Scene[] = [
  {
    title: 'First publication',
    about: 'nothing is published yet; mxhome has just been started',
    play: firstPublication,
  },
  { title: 'A new address', about: 'the provider of the line cuts it at night', play: newAddress },
  { title: 'A provider is down', about: 'just when the address changes', play: providerDown },
  { title: 'A name server lags', about: `one of the two gets every change ${LAG} s late`, play: nameServerLags },
  { title: 'The MX moves', about: 'to another host of the same zone', play: mxMoves },
  { title: 'The MX names an alias', about: 'which RFC 2181 forbids, and 1&1 refuses mail for', play: mxIsAlias },
]

async function firstPublication(stage: Stage): Promise<void> {
  const { home, timeline } = stage
  const then = { ...before(stage), writes: 0, updates: 0 }
  const address = home.line.address()
  timeline.act(`${domain} has MX 10 ${mail}, and ${mail} has no address`)
  await timeline.until(`${mail} at the zone's API`, () => {
    const record = home.hosted.records().find(({ name, type }) => name === mail && type === 'A')
    return record && `mxhome created ${mail} A ${record.content} (TTL ${record.ttl}) at the zone's API`
  })
  await timeline.until(`${dynamic} at the DynDNS service`, () => {
    const [held] = home.dyndns.holds(dynamic)
    return held && `mxhome sent ${dynamic} ${held} to the DynDNS service, which answered "good"`
  })
  await untilShown(stage, [mail, dynamic], address)
  await untilConfirmed(stage, [mail, dynamic], address)
  checkAfter(stage, then, { writes: 1, updates: 1 })
}

async function newAddress(stage: Stage): Promise<void> {
  const then = before(stage)
  const address = reconnect(stage, '198.51.100.23')
  await untilShown(stage, [mail, dynamic], address)
  await untilConfirmed(stage, [mail, dynamic], address)
  checkAfter(stage, then, { writes: 1, updates: 1 })
}

async function providerDown(stage: Stage): Promise<void> {
  const { home, timeline } = stage
  const then = before(stage)
  await home.hosted.goDown()
  timeline.act("the zone's API goes down: connections are refused")
  const address = reconnect(stage, '203.0.113.71')
  await untilConfirmed(stage, [dynamic], address)
  await untilTarget(stage, `${mail} waits`, ({ host, error }) => {
    if (host !== mail || error?.kind !== 'network' || error.retryAt === null) return undefined
    const pause = Math.max(0, Date.parse(error.retryAt) - Date.now())
    return `mxhome: ${mail} waits, tries again in ${seconds(pause)}: ${error.message}`
  })
  await home.hosted.comeBack()
  timeline.act("the zone's API is back")
  await untilShown(stage, [mail, dynamic], address)
  await untilConfirmed(stage, [mail], address)
  checkAfter(stage, then, { writes: 1, updates: 1 })
}

async function nameServerLags(stage: Stage): Promise<void> {
  const { home, timeline } = stage
  const then = before(stage)
  const [prompt, late] = home.servers
  late.lagBy(LAG)
  timeline.act(`name server ${describeEndpoint(late.endpoint)} gets every change ${LAG} s late from now on`)
  const address = reconnect(stage, '203.0.113.99')
  await timeline.until(`${describeEndpoint(prompt.endpoint)} has it`, async () => {
    const [ours, theirs] = [await home.shows(prompt, mail), await home.shows(late, mail)]
    if (ours?.join() !== address || theirs?.join() === address) return undefined
    return `${describeEndpoint(prompt.endpoint)} answers ${address} for ${mail}, ${describeEndpoint(late.endpoint)} still ${theirs}`
  })
  await untilTarget(stage, `${mail} is visible at 1 of 2`, ({ host, after, confirmation }) => {
    if (host !== mail || after?.join() !== address || confirmation?.state !== 'visible') return undefined
    const { seen, asked, servers } = confirmation
    const behind = servers.filter(({ answer }) => answer && answer.join() !== address)
    return seen === 1
      ? `mxhome: ${mail} visible at ${seen} of ${asked} name servers, not yet at ${namesOf(behind.map((one) => one.address))}`
      : undefined
  })
  await untilShown(stage, [mail, dynamic], address)
  await untilConfirmed(stage, [mail, dynamic], address)
  late.lagBy(0)
  checkAfter(stage, then, { writes: 1, updates: 1 }) // a server that lags is no reason to send again
}

async function mxMoves(stage: Stage): Promise<void> {
  const { home, timeline } = stage
  const address = home.line.address()
  await home.hosted.moveMx(10, otherMail)
  timeline.act(`at the provider, the owner lets the MX of ${domain} name ${otherMail}, which has no address yet`)
  const then = before(stage)
  await untilShown(stage, [otherMail], address)
  await untilConfirmed(stage, [otherMail], address)
  await untilFinding(stage, 'mx-host-dropped')
  checkAfter(stage, then, { writes: 1, updates: 0 })
}

async function mxIsAlias(stage: Stage): Promise<void> {
  const { home, status, timeline } = stage
  await home.hosted.moveMx(10, alias)
  timeline.act(`the owner lets the MX of ${domain} name ${alias}, a CNAME for ${otherMail}`)
  const then = before(stage)
  await untilFinding(stage, 'mx-is-alias')
  const address = reconnect(stage, '198.51.100.201')
  await untilShown(stage, [otherMail, mail, dynamic], address)
  await untilConfirmed(stage, [otherMail, mail, dynamic], address)
  checkAfter(stage, then, { writes: 2, updates: 1 })
  await home.hosted.moveMx(10, otherMail)
  const mended = Date.now()
  timeline.act(`the owner does what the remedy says: the MX names ${otherMail} again`)
  await timeline.until('mx-is-alias is gone', () => {
    const round = status.rounds().findLast(({ started }) => Date.parse(started) > mended)
    return round && !round.findings.some(({ id }) => id === 'mx-is-alias') ? 'mxhome: mx-is-alias is gone' : undefined
  })
}
