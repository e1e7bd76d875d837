import { openPush, type PushServer } from '../../src/app/daemon/push.ts'
import type { Config } from '../../src/config/config.ts'
import type { Failure } from '../../src/core/failure.ts'
import type { Answer, Incoming, Place } from '../../src/ports/serve.ts'
import type { World } from '../../src/ports/world.ts'
import { endpoint } from './config.ts'
import { daemon } from './daemon.ts'
import { type Home, homeLine } from './home-line.ts'
import { ip } from './targets.ts'

export const LOGIN = { username: 'router', password: 'l0ng:en0ugh' }
export const PUSH: Config['push'] = { listen: endpoint('192.168.178.20:8246'), ...LOGIN }

interface Asking {
  readonly from?: string
  /** `name:password`; undefined: the right one. */
  readonly login?: string | null
  readonly path?: string
  readonly method?: string
}

/** A daemon on the home line that a router can tell its address, without sockets; `refusal` is why its port cannot be had. */
export async function pushLine(config: Partial<Config> = {}, news: (world: World) => Partial<World> = () => ({})) {
  const home: Home = await homeLine({ lag: 0, config: { push: PUSH, ...config } })
  const stop = new AbortController()
  const served: { readonly place: Place; readonly signal: AbortSignal }[] = []
  const port: { refusal: Failure | undefined; renewed: number } = { refusal: undefined, renewed: 0 }
  let answer: (request: Incoming) => Promise<Answer> = () => Promise.reject(new Error('nothing listens'))
  const logged: { readonly message: string; readonly fields?: unknown }[] = []
  const note = (message: string, fields?: unknown) => void logged.push({ message, fields })
  let push: PushServer | undefined
  let setups = { now: home.setup }
  let hint = () => {}
  const one = await daemon(home, (world) => {
    const outside: World = {
      ...world,
      log: { debug() {}, info: note, warn: note, error: note },
      serve: async (place, handle, signal) => {
        if (port.refusal) throw port.refusal
        served.push({ place, signal })
        answer = handle
        const renew = async () => {
          port.renewed++
          if (port.refusal) throw port.refusal
        }
        return { port: place.at.port, ...(place.tls && { renew }) }
      },
      ...news(world),
    }
    push = openPush(
      outside,
      () => setups.now,
      () => hint(),
      stop.signal,
    )
    return push.world
  })
  setups = one.setups
  hint = () => one.hints.give('push')
  await push!.follow()
  /** What a DynDNS client gets. */
  async function ask(
    query: string,
    { from = '192.168.178.1', login, path = '/nic/update', method = 'GET' }: Asking = {},
  ) {
    const word = login === undefined ? `${LOGIN.username}:${LOGIN.password}` : login
    const headers: Record<string, string> = word === null ? {} : { authorization: `Basic ${btoa(word)}` }
    const {
      status,
      body = '',
      headers: given = {},
    } = await answer({
      ...{ method, path, query: new URLSearchParams(query), headers, body: '', from: ip(from) },
    })
    return { status, said: body.trimEnd(), headers: given }
  }
  const end = async () => {
    one.stop.abort()
    stop.abort()
    await one.end
  }
  return { ...one, home, push: push!, served, port, logged, ask, end }
}
