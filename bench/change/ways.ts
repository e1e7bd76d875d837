import type { Settings } from '../programs.ts'
import { PLACES, type Runner } from './places.ts'

/** A way to hear of a change. */
export interface Way {
  readonly name: Runner
  /** Where mxhome runs: on the router, or on a box behind it. */
  readonly on: 'router' | 'box'
  readonly settings: Settings
  /** What miniupnpd is told beside the rest; undefined: it does not run. */
  readonly miniupnpd?: readonly string[]
  /** Ports of the router that are closed to the box, so that it hears by no other way. */
  readonly closed?: readonly string[]
  /** What the router itself runs once it has a new address. */
  readonly tell?: (host: string, address: string) => readonly string[]
  /** Seconds from one change to the next; unless given, that of an event: at most five of them in 10 s are followed. */
  readonly hold?: readonly [number, number]
  readonly copies?: number
  /** Where the median must lie under, in seconds; unless given, the goals of an event. */
  readonly median?: number
}

/** Two hints a change, the address that goes and the one that comes: of more than five in 10 s the last waits. */
const TWICE = [5.1, 6.1] as const

const NEVER = '0 0 1 1 *'
const OUTSIDE = `http:${PLACES.address}/`

const PUSH = { at: '192.168.178.2:8246', user: 'router', password: 'Push-Passw0rd' }

const LISTENING: Settings = {
  MXHOME_PUSH_LISTEN: PUSH.at,
  MXHOME_PUSH_USERNAME: PUSH.user,
  MXHOME_PUSH_PASSWORD: PUSH.password,
}

/** Everything at once, as a daemon that shall miss nothing has it. */
export const ALL_WAYS: Settings = {
  ...LISTENING,
  MXHOME_IP_SOURCES: `nat-pmp,upnp,${OUTSIDE}`,
  MXHOME_WATCH: 'auto',
  MXHOME_SCHEDULE: NEVER,
}

export const WAYS: readonly Way[] = [
  {
    name: 'kernel',
    on: 'router',
    settings: { MXHOME_IP_SOURCES: 'interface:wan', MXHOME_WATCH: 'kernel', MXHOME_SCHEDULE: NEVER },
  },
  {
    name: 'nat-pmp',
    on: 'box',
    settings: { MXHOME_IP_SOURCES: `nat-pmp,${OUTSIDE}`, MXHOME_WATCH: 'router', MXHOME_SCHEDULE: NEVER },
    miniupnpd: [], // without UPnP it does not watch its own address, hence announces nothing
    closed: ['udp dport 1900 drop', 'tcp dport 5000 reject with tcp reset'],
    hold: TWICE,
  },
  {
    name: 'upnp',
    on: 'box',
    settings: { MXHOME_IP_SOURCES: `upnp,${OUTSIDE}`, MXHOME_WATCH: 'router', MXHOME_SCHEDULE: NEVER },
    miniupnpd: ['enable_natpmp=no'],
    hold: TWICE,
  },
  {
    name: 'push',
    on: 'box',
    settings: { ...LISTENING, MXHOME_IP_SOURCES: `push,${OUTSIDE}`, MXHOME_WATCH: 'off', MXHOME_SCHEDULE: NEVER },
    tell: (host, address) => [
      ...['curl', '--silent', '--show-error', '--output', '/dev/null', '--user', `${PUSH.user}:${PUSH.password}`],
      `http://${PUSH.at}/nic/update?hostname=${host}&myip=${address}`,
    ],
  },
  {
    name: 'probe',
    on: 'box',
    settings: { MXHOME_IP_SOURCES: `nat-pmp,${OUTSIDE}`, MXHOME_WATCH: 'probe', MXHOME_SCHEDULE: NEVER },
    miniupnpd: [],
    hold: [12, 22],
    copies: 6,
    median: 6,
  },
]

/** The schedule alone: every five minutes, each copy at another second. */
export const scheduleOf = (copy: number, copies: number): Settings => {
  const second = Math.floor((copy * 300) / copies)
  const schedule = `${second % 60} ${Math.floor(second / 60)}-59/5 * * * *`
  return { MXHOME_IP_SOURCES: OUTSIDE, MXHOME_WATCH: 'off', MXHOME_SCHEDULE: schedule }
}
