import { setImmediate } from 'node:timers/promises'
import { expect } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { watchEvents } from '../../src/line/watch/events.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import type { Gateway } from '../../src/ports/interfaces.ts'
import type { Answer, Incoming, Place } from '../../src/ports/serve.ts'
import type { Datagram, Group } from '../../src/ports/udp.ts'
import { IGD1, igdRouter, ROUTER, type Routerlike, soapAnswer, soapName } from './igd-router.ts'
import { propertyset } from './propertyset.ts'
import { sourceWorld } from './source-world.ts'
import { stoppedClock } from './stopped-clock.ts'
import { ip } from './targets.ts'

export const EVENTS = '/evt/IPConn'

/** The daemon's watcher at a router of this test's, while time stands still. */
export function watchRouter(replies: Routerlike['replies'] = {}) {
  const time: { now: number; set?: number } = { now: 0 }
  const { clock, pass, sleeping } = stoppedClock(time)
  let subscriptions = 0
  const subscribed = ({ headers = {} }: HttpRequest) => ({
    headers: { sid: headers.sid ?? `uuid:${++subscriptions}`, timeout: 'Second-1800' },
  })
  const { router, http, search } = igdRouter({
    [`SUBSCRIBE ${EVENTS}`]: subscribed,
    [`UNSUBSCRIBE ${EVENTS}`]: { status: 200 },
    'POST /ctl/IPConn#GetExternalIPAddress': {
      body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '5.9.1.7' }),
    },
    ...replies,
  })
  const box: { gateway: Gateway | undefined; looks: number; held?: Failure } = { gateway: ROUTER, looks: 0 }
  const blank = sourceWorld({})
  const listeners: { place: Place; answer: (request: Incoming) => Promise<Answer>; port: number; closed: boolean }[] =
    []
  const ears: { group: Group; hear: (datagram: Datagram) => void; closed: boolean }[] = []
  const tries: number[] = []
  const hints: { way: string; at: number }[] = []
  const troubles: (string | undefined)[] = []
  const ours: boolean[] = []
  const proofs: boolean[] = []
  /** Whether it was heard of itself, beside its events. */
  const itself: boolean[] = []
  const stop = new AbortController()
  const done = watchEvents(
    {
      world: {
        ...blank,
        ...{ clock, http },
        interfaces: {
          ...blank.interfaces,
          gateway: async () => {
            box.looks++
            return box.gateway
          },
        },
        udp: {
          ...blank.udp,
          search,
          listen: (group, hear, signal, onListening) => {
            tries.push(time.now)
            if (box.held) return Promise.reject(box.held)
            const ear = { group, hear, closed: false }
            ears.push(ear)
            onListening?.()
            return new Promise((resolve) => {
              signal.addEventListener('abort', () => {
                ear.closed = true
                resolve()
              })
            })
          },
        },
        serve: async (place, answer, signal) => {
          const listener = { place, answer, port: 40_000 + listeners.length, closed: false }
          listeners.push(listener)
          signal.addEventListener('abort', () => {
            listener.closed = true
          })
          return { port: listener.port }
        },
      },
      onHint: (way) => hints.push({ way, at: time.now }),
      onTrouble: (way, why, whose) => {
        troubles.push(why && `${way}: ${why.message}`)
        ours.push(whose === 'here')
      },
      onProof: (way, isHeard) => {
        expect(['upnp', 'ssdp']).toContain(way)
        const of = way === 'upnp' ? proofs : itself
        of.push(isHeard)
      },
    },
    stop.signal,
  )
  const subscribing = () => router.asked.filter(({ method, headers }) => method === 'SUBSCRIBE' && headers?.callback)
  const renewing = () => router.asked.filter(({ method, headers }) => method === 'SUBSCRIBE' && headers?.sid)
  const leaving = () => router.asked.filter(({ method }) => method === 'UNSUBSCRIBE')
  const asking = () => router.asked.filter((request) => soapName(request) === 'GetExternalIPAddress')

  /** An event as the router sends it, of the newest subscription unless said otherwise; resolves to the status of the answer. */
  const notify = async (seq: number, body: string, change: Partial<Incoming> = {}): Promise<number> => {
    const callback = /<(.*)>/.exec(subscribing().at(-1)?.headers?.callback ?? '')?.[1] ?? ''
    const headers = { nt: 'upnp:event', nts: 'upnp:propchange', sid: `uuid:${subscriptions}`, seq: String(seq) }
    const request = { method: 'NOTIFY', path: new URL(callback).pathname, query: new URLSearchParams(), headers, body }
    const { status } = await listeners.at(-1)!.answer({ ...request, from: ROUTER.address, ...change })
    return status
  }
  const tell = async (seq: number, address: string): Promise<void> => {
    await notify(seq, propertyset({ ConnectionStatus: 'Connected', ExternalIPAddress: address }))
    await pass(1)
  }
  const announce = (nts: string, boot?: number, from = ROUTER.address as string, about = IGD1) => {
    const lines = ['NOTIFY * HTTP/1.1', `NT: ${about}`, `NTS: ${nts}`, ...(boot ? [`BOOTID.UPNP.ORG: ${boot}`] : [])]
    const bytes = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)
    for (const { hear, closed } of ears) if (!closed) hear({ from: { address: ip(from), port: 1900 }, bytes })
  }
  return {
    ...{ router, box, listeners, ears, tries, hints, troubles, ours, proofs, itself, stop, done, pass, sleeping, time },
    ...{ subscribing, renewing, leaving, asking, notify, tell, announce, settled: () => setImmediate() },
  }
}

export const refused = new Failure('network', 'http://192.168.178.1:5000: connection refused', { reason: 'refused' })
