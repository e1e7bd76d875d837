import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { openFolder } from '../line.ts'
import { environment, mxhome, nodes, type Settings, started } from '../programs.ts'
import { installed } from '../rivals.ts'
import { type Figures, measure, NONE, settled } from './measure.ts'
import { PEERS } from './peers.ts'
import { hostsOf, type Runner } from './places.ts'
import { figureOf, rowsOf } from './rows.ts'
import { COMMON } from './settings.ts'
import { openStreet, type Street, withoutStreet } from './street.ts'
import { scheduleOf, WAYS, type Way } from './ways.ts'

/** `short`: to see that all of it works, not for figures. */
const SHORT = process.env.BENCH === 'short'
/** One way alone, without the pollers. */
const ONLY = process.env.BENCH_WAY
const CHANGES = SHORT ? 6 : 60
/** Pollers run side by side, each at its own second; the line changes once for all of them. */
const COPIES = SHORT ? { peer: 3, schedule: 3 } : { peer: 30, schedule: CHANGES }
/** What has no way of hearing, and only looks every 5 min. */
const SCHEDULE = 'schedule'
const EVENT = [2.1, 3.1] as const
const LONGEST = 330

/** From a change of the line's address to the new answer of both its name servers: mxhome by each way, and other clients. */
export async function change(): Promise<readonly Row[]> {
  const without = withoutStreet('a change at both name servers')
  if (without) return without
  for (const peer of PEERS) installed(peer.package) // not while something is measured
  const load = [loadavg()[0] ?? 0]
  const street = await openStreet()
  const folder = openFolder()
  const running = new Set<ChildProcess>()
  const start = (space: string, argv: readonly string[], cwd = folder.path, env = environment(cwd)) => {
    const child = started(['ip', 'netns', 'exec', space, ...argv], env, cwd)
    if (process.env.BENCH_LOG) child.stderr?.pipe(process.stderr)
    else child.stderr?.resume()
    running.add(child)
    return child
  }
  const daemon = (space: string, host: string, settings: Settings) => {
    const own = join(folder.path, host)
    mkdirSync(own)
    const env = environment(own, { ...COMMON, MXHOME_HOSTS: host, ...settings })
    return start(space, mxhome(nodes().at(-1)!, 'run'), own, env)
  }
  const all = new Map<Runner, Figures>()
  const note = (name: Runner, figures: Figures) => {
    all.set(name, figures)
    load.push(loadavg()[0] ?? 0)
    console.error(`  ${figureOf(figures)}  ${name}`)
  }
  let pollers: Promise<Hosts> | undefined
  try {
    for (const way of WAYS) {
      if (ONLY !== undefined && ONLY !== way.name) continue
      // It takes the longest interval until each copy has its moment: meanwhile goes what is itself no matter of a moment.
      if (way.median !== undefined && ONLY === undefined) pollers ??= startPollers(street, folder.path, daemon, start)
      const figures = await byWay(way, street, daemon, start).catch((error: unknown) => {
        console.error(`  ${way.name}: ${error instanceof Error ? error.message : error}`)
        return NONE
      })
      note(way.name, figures)
    }
    if (ONLY !== undefined && ONLY !== SCHEDULE) return rowsOf(all, street.floor, load)
    const hosts = await (pollers ?? startPollers(street, folder.path, daemon, start))
    await settled(street, Object.values(hosts).flat(), LONGEST)
    const plan = { hosts, changes: 1, hold: [LONGEST, LONGEST], afterLast: 60 } as const
    for (const [name, figures] of Object.entries(await measure(street, plan))) note(name as Runner, figures)
    return rowsOf(all, street.floor, load)
  } finally {
    for (const child of running) child.kill('SIGKILL')
    street.leave()
    folder.leave()
  }
}

type Hosts = Readonly<Record<string, readonly string[]>>
type Start = (space: string, argv: readonly string[], cwd?: string) => ChildProcess
type Daemon = (space: string, host: string, settings: Settings) => ChildProcess

async function byWay(way: Way, street: Street, daemon: Daemon, start: Start): Promise<Figures> {
  const hosts = hostsOf(way.name).slice(0, way.copies ?? 1)
  street.close(way.closed ?? [])
  const upnpd = way.miniupnpd && (await street.startMiniupnpd(way.miniupnpd))
  const children: ChildProcess[] = []
  try {
    for (const host of hosts) {
      if (children.length > 0) await pause((way.hold?.[0] ?? 0) * (1000 / hosts.length)) // each looks at another moment
      children.push(daemon(way.on === 'box' ? street.box : street.router, host, way.settings))
    }
    await settled(street, hosts, 30)
    await pause(2000) // what it watches is open by then
    const changes = Math.ceil(CHANGES / hosts.length)
    const tell = (address: string) => {
      for (const host of hosts) if (way.tell) start(street.router, way.tell(host, address))
    }
    const plan = { hosts: { [way.name]: hosts }, changes, hold: way.hold ?? EVENT, onChange: tell }
    return (await measure(street, plan))[way.name] ?? NONE
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await upnpd?.stop()
  }
}

/** Many copies of each, begun at moments that are spread over its interval. */
async function startPollers(street: Street, folder: string, daemon: Daemon, start: Start): Promise<Hosts> {
  const copiesOf = async (name: Runner, interval: number, begin: (host: string, copy: number) => void) => {
    const hosts = hostsOf(name).slice(0, name === SCHEDULE ? COPIES.schedule : COPIES.peer)
    for (const [copy, host] of hosts.entries()) {
      begin(host, copy)
      await pause((interval * 1000) / hosts.length)
    }
    return [name, hosts] as const
  }
  const here = PEERS.filter((peer) => ONLY === undefined && installed(peer.package) !== undefined)
  const peers = here.map(({ name, interval, argv }) =>
    copiesOf(name, interval, (host) => {
      const at = join(folder, host)
      mkdirSync(at)
      start(street.box, argv(host, at), at)
    }),
  )
  const schedule = copiesOf(SCHEDULE, 60, (host, copy) => {
    daemon(street.box, host, scheduleOf(copy, COPIES.schedule))
  })
  return Object.fromEntries(await Promise.all([...peers, schedule]))
}
