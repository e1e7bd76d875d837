import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { openFolder, USER } from '../line.ts'
import { environment, mxhome, nodes, type Settings, started } from '../programs.ts'
import { type Figures, measure, NONE, settled } from './measure.ts'
import { PEERS } from './peers.ts'
import { hostsOf, PLACES, type Runner } from './places.ts'
import { rowsOf } from './rows.ts'
import { openStreet, type Street } from './street.ts'
import { scheduleOf, WAYS, type Way } from './ways.ts'

/** `short`: to see that all of it works, not for figures. */
const SHORT = process.env.BENCH === 'short'
/** One way alone, without the pollers. */
const ONLY = process.env.BENCH_WAY
const CHANGES = SHORT ? 6 : 60
/** Pollers that run side by side, each at its own second, and how often the line changes for them. */
const POLLERS = SHORT ? { copies: 3, changes: 1 } : { copies: 30, changes: 2 }
const EVENT = [2.1, 3.1] as const
const LONGEST = 330

const COMMON: Settings = {
  MXHOME_PROVIDER: 'dyndns2',
  DYNDNS2_BASE_URL: PLACES.service,
  DYNDNS2_USERNAME: USER.name,
  DYNDNS2_PASSWORD: USER.password,
  MXHOME_RESOLVERS: PLACES.nameServers[0],
  MXHOME_NAMESERVERS: PLACES.nameServers.join(','),
  MXHOME_DAILY_UPDATES: '10000',
  MXHOME_LISTEN: 'off',
  MXHOME_LOG_FORMAT: 'json',
}

/** From a change of the line's address to the new answer of both its name servers: mxhome by each way, and other clients. */
export async function change(): Promise<readonly Row[]> {
  const load = [loadavg()[0] ?? 0]
  const street = await openStreet()
  const folder = openFolder()
  const running = new Set<ChildProcess>()
  const start = (space: string, argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string) => {
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
    return start(space, mxhome(nodes().at(-1)!, 'run'), env, own)
  }
  const all = new Map<Runner, Figures>()
  try {
    for (const way of WAYS) {
      if (ONLY !== undefined && ONLY !== way.name) continue
      console.error(`  ${way.name} ...`)
      all.set(way.name, await byWay(way, street, daemon))
      load.push(loadavg()[0] ?? 0)
    }
    if (ONLY !== undefined) return rowsOf(all, street.floor, load)
    const hosts: Record<string, readonly string[]> = {}
    const staggered = PEERS.map(async ({ name, interval, argv }) => {
      const own = hostsOf(name).slice(0, POLLERS.copies)
      hosts[name] = own
      for (const host of own) {
        const at = join(folder.path, host)
        mkdirSync(at)
        start(street.box, argv(host, at), environment(at), at)
        await pause((interval * 1000) / POLLERS.copies)
      }
    })
    const scheduled = hostsOf('schedule').slice(0, POLLERS.copies)
    hosts.schedule = scheduled
    for (const [i, host] of scheduled.entries()) {
      daemon(street.box, host, scheduleOf(i, scheduled.length))
      await pause(500)
    }
    console.error('  pollers, each copy at another moment ...')
    await Promise.all(staggered)
    await settled(street, Object.values(hosts).flat(), LONGEST)
    const plan = { hosts, changes: POLLERS.changes, hold: [LONGEST, LONGEST], afterLast: 60 } as const
    for (const [name, figures] of Object.entries(await measure(street, plan))) all.set(name as Runner, figures)
    load.push(loadavg()[0] ?? 0)
    return rowsOf(all, street.floor, load)
  } finally {
    for (const child of running) child.kill('SIGKILL')
    street.leave()
    folder.leave()
  }
}

type Daemon = (space: string, host: string, settings: Settings) => ChildProcess

async function byWay(way: Way, street: Street, daemon: Daemon): Promise<Figures> {
  const hosts = hostsOf(way.name).slice(0, way.copies ?? 1)
  const upnpd = way.miniupnpd && (await street.startMiniupnpd(way.miniupnpd))
  const children = hosts.map((host) => daemon(way.on === 'box' ? street.box : street.router, host, way.settings))
  try {
    await settled(street, hosts, 30)
    await pause(2000) // what it watches is open by then
    const changes = Math.ceil(CHANGES / hosts.length)
    const tell = (address: string) => {
      for (const host of hosts) way.tell?.(host, address)
    }
    const plan = { hosts: { [way.name]: hosts }, changes, hold: way.hold ?? EVENT, onChange: tell }
    return (await measure(street, plan))[way.name] ?? NONE
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await upnpd?.stop()
  }
}
