import type { Clock } from './clock.ts'
import type { Dns } from './dns.ts'
import type { Exec } from './exec.ts'
import type { History } from './history.ts'
import type { Http } from './http.ts'
import type { Interfaces } from './interfaces.ts'
import type { Log } from './log.ts'
import type { PublicIp } from './public-ip.ts'
import type { Serve } from './serve.ts'
import type { StateStore } from './state-store.ts'
import type { Tcp } from './tcp.ts'
import type { Udp } from './udp.ts'

/** Everything outside the program, as one value. Tests pass another world. */
export interface World {
  readonly clock: Clock
  readonly dns: Dns
  readonly exec: Exec
  readonly history: History
  readonly http: Http
  readonly interfaces: Interfaces
  readonly log: Log
  readonly publicIp: PublicIp
  readonly serve: Serve
  readonly store: StateStore
  readonly tcp: Tcp
  readonly udp: Udp
  /** In [0, 1): jitter of pauses, labels for wildcard look-ups. */
  readonly random: () => number
  /** That many bytes which nobody can guess. */
  readonly unguessable: (length: number) => Uint8Array
}
