import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { inside } from '../../test/support/behind-router.ts'
import { openNamespaceRouter, ROUTER_PROGRAMS } from '../../test/support/namespace-router.ts'
import { whyNoNamespaces } from '../../test/support/two-namespaces.ts'
import type { Row } from '../figures.ts'
import { clock, type Heard, PLACES } from './places.ts'

const FIRST = '5.9.1.1'
const GATEWAY = '5.9.0.1'

/** The nth address of the line; miniupnpd takes none that is special-purpose. */
const addressAt = (nth: number): string => `5.9.${1 + Math.floor(nth / 250)}.${1 + (nth % 250)}`

/** What a bench shows where this machine cannot make a street; undefined: it can. */
export function withoutStreet(goal: string): readonly Row[] | undefined {
  const why = whyNoNamespaces([...ROUTER_PROGRAMS, 'named', 'dig', 'curl'])
  return why === undefined ? undefined : [{ goal, figure: '-', why }]
}

/** A home, its router and what is beyond it, in namespaces. */
export async function openStreet() {
  const router = openNamespaceRouter(FIRST, [...PLACES.nameServers, new URL(PLACES.service).hostname])
  process.on('exit', router.stop)
  const waiting = new Map<string, (at: number) => void>()
  const latest = new Map<string, string>()
  const floor: number[] = []
  // One process that stays: to start `ip` anew takes as long as half a round.
  const ip = spawn('ip', ['netns', 'exec', router.router, 'ip', '-force', '-batch', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const outside = spawn(
    'ip',
    ['netns', 'exec', router.internet, process.execPath, resolve('bench/change/outside.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  let nth = 0
  await new Promise<void>((ready, reject) => {
    outside.once('exit', (code) => reject(new Error(`the servers ended with ${code}`)))
    createInterface(outside.stdout).on('line', (line) => {
      const { host, address, at } = JSON.parse(line) as Heard
      if (host === 'floor') floor.push(at)
      else if (host === 'ready') ready()
      else {
        latest.set(host, address)
        waiting.get(`${host} ${address}`)?.(at)
      }
    })
  })
  return {
    ...{ box: router.box, router: router.router, floor, startMiniupnpd: router.startMiniupnpd },
    address: () => addressAt(nth),
    /** Rules for what comes to the router's own ports from the home; opened again by the next call. */
    close(ports: readonly string[]): void {
      const rules = ports.map((port) => `iifname "lan" ${port};`).join(' ')
      const table = `table inet closed; flush table inet closed; table inet closed { chain in { type filter hook input priority filter; ${rules} }; }`
      inside(router.router, 'nft', table)
    },
    /** The line loses its address and gets the next one; gives when it began to. */
    change(): number {
      const old = addressAt(nth++)
      const at = clock()
      ip.stdin.write(
        `address del ${old}/32 dev wan\naddress add ${addressAt(nth)}/32 dev wan\nroute replace default via ${GATEWAY} dev wan onlink\n`,
      )
      return at
    },
    /** When both name servers showed the host's address as it is now; undefined: not before the signal aborted. */
    shown(host: string, signal: AbortSignal): Promise<number | undefined> {
      const address = addressAt(nth)
      if (latest.get(host) === address) return Promise.resolve(clock())
      return new Promise((resolve) => {
        waiting.set(`${host} ${address}`, resolve)
        signal.addEventListener('abort', () => resolve(undefined), { once: true })
      }).finally(() => waiting.delete(`${host} ${address}`)) as Promise<number | undefined>
    },
    leave() {
      outside.removeAllListeners('exit')
      outside.kill('SIGKILL')
      ip.kill('SIGKILL')
      router.stop()
      process.off('exit', router.stop)
    },
  }
}

export type Street = Awaited<ReturnType<typeof openStreet>>
