import { APEX } from '../line.ts'

/** How long the service takes before it does its work. */
export const ANSWERS_IN = 20
export const FLOOR_SAMPLES = 60
/** Most that one kind of poller runs side by side. */
export const MOST = 60

const hostOf = (runner: string, copy: number) => `${runner.replaceAll(' ', '-')}-${copy}.${APEX}`
export const hostsOf = (runner: string): readonly string[] => Array.from({ length: MOST }, (_, i) => hostOf(runner, i))
export const BARE = hostOf('bare', 0)

/** Everybody who measures has hosts of their own. */
export const RUNNERS = [
  ...['kernel', 'nat-pmp', 'upnp', 'push', 'probe', 'schedule', 'bare'],
  ...['ddclient shortest', 'ddclient default', 'inadyn shortest', 'inadyn default'],
] as const
export type Runner = (typeof RUNNERS)[number]

export const PLACES = {
  hosts: RUNNERS.flatMap(hostsOf),
  nameServers: ['192.0.2.53', '192.0.2.54'],
  service: 'http://192.0.2.80',
  address: 'http://192.0.2.80:8080',
} as const

/** Milliseconds of the machine's own clock, the same in each process. */
export const clock = (): number => Number(process.hrtime.bigint() / 1000n) / 1000

/** Both name servers showed a host's new address. */
export interface Heard {
  readonly host: string
  readonly address: string
  readonly at: number
}
