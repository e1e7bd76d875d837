import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Log } from '../ports/log.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { World } from '../ports/world.ts'
import { openClock } from './clock.ts'
import { createDns } from './dns.ts'
import { readEnvironment } from './environment.ts'
import { openExec } from './exec.ts'
import { openHistory } from './history.ts'
import { openHttp } from './http.ts'
import { openInterfaces } from './interfaces.ts'
import { openPublicIp } from './public-ip.ts'
import { openTcp } from './tcp.ts'
import { openUdp } from './udp.ts'

interface Parts {
  /** The state folder. */
  readonly dir: string
  readonly version: string
  readonly log: Log
  readonly store: StateStore
}

/** The real world: this machine's sockets, files, programs and clock. */
export function openWorld({ dir, version, log, store }: Parts): World {
  return { ...openOutside(version), history: openHistory(join(dir, 'history.jsonl'), log), log, store }
}

/** The world without what a state folder and a log are needed for. */
export function openOutside(version: string): Omit<World, 'history' | 'log' | 'store'> {
  const exec = openExec(readEnvironment().env)
  return {
    clock: openClock(),
    dns: createDns(),
    exec,
    http: openHttp({ version }),
    interfaces: openInterfaces(exec),
    publicIp: openPublicIp(),
    serve: async (...call) => (await import('./serve.ts')).serve(...call),
    tcp: openTcp(readEnvironment().env),
    udp: openUdp(),
    random: Math.random,
    unguessable: (length) => randomBytes(length),
  }
}
