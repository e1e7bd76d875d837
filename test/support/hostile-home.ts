import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { cable, inside, ip } from './behind-router.ts'
import { daemonBehind, HOST, SERVER } from './daemon-behind-router.ts'
import type { OutsideManners } from './hostile-outside.ts'
import type { Manners, Orders } from './hostile-router.ts'
import { MARK } from './igd-router.ts'
import { LAN, type NamespaceRouter } from './namespace-router.ts'
import { startUnderOrders } from './orders.ts'

/** Another machine in the home's network. */
export const STRANGER = '192.168.178.66'
/** Who tells from outside which address the line has. */
export const OUTSIDE = { http: `http:http://${SERVER}/`, stun: `stun:${SERVER}` } as const

const SCRIPT = 'test/support/hostile-router.ts'
/** At rest it has some 60 MiB; what is sent to it here unfolds to gigabytes. */
const MOST_KIB = 110 * 1024
/** Of a stack, and of a fault of the program. */
const STACK = /"stack"|"bug"|(?:\\n|mxhome:) +at \S/

/** A switch in the place of the cable between router and box, and one more machine at it. */
function plugInStranger({ router, box }: NamespaceRouter): string {
  const stranger = box.replace(/box$/, 'stranger')
  ip('netns', 'add', stranger)
  cable(router, 'lan2', stranger, 'eth0')
  inside(router, 'ip', 'link', 'add', 'switch', 'type', 'bridge', 'mcast_snooping', '0')
  inside(router, 'ip', 'address', 'flush', 'dev', 'lan')
  for (const port of ['lan', 'lan2']) inside(router, 'ip', 'link', 'set', port, 'master', 'switch')
  inside(router, 'ip', 'address', 'add', `${LAN.router}/24`, 'dev', 'switch')
  inside(router, 'ip', 'link', 'set', 'switch', 'up')
  inside(stranger, 'ip', 'address', 'add', `${STRANGER}/24`, 'dev', 'eth0')
  inside(stranger, 'ip', 'route', 'add', 'default', 'via', LAN.router)
  return stranger
}

/** The built daemon behind a router that does what it is told, beside a stranger of the same kind; `sources`: whom it asks. */
export async function hostileHome(sources: string) {
  const started: Pick<Awaited<ReturnType<typeof startUnderOrders>>, 'stop'>[] = []
  let space: string | undefined
  const start = async <Order extends object>(where: string, script: string, address: string) => {
    const program = await startUnderOrders<Order>(where, script, address)
    started.push(program)
    return program
  }
  const open = async (home: NamespaceRouter) => {
    space = plugInStranger(home)
    const router = await start<Orders>(home.router, SCRIPT, LAN.router)
    const stranger = await start<Orders>(space, SCRIPT, STRANGER)
    const outside = await start<OutsideManners>(home.internet, 'test/support/hostile-outside.ts', SERVER)
    const all = { router, stranger, outside }
    return { ...all, said: () => router.came, stop: router.stop }
  }
  const stop = async () => {
    for (const program of started) await program.stop()
    if (space !== undefined) ip('netns', 'del', space)
  }
  let programs: Awaited<ReturnType<typeof open>> | undefined
  const startRouter = async (home: NamespaceRouter) => {
    programs = await open(home)
    return programs
  }
  const settings = [`ipSources: [${sources}]`, `hosts: ${HOST}`, 'watch: auto', 'log: {level: debug}']
  const stage = await daemonBehind(settings, startRouter).catch(async (thrown) => {
    await stop()
    throw thrown
  })
  const { router, stranger, outside } = programs!
  const { entries, child } = stage.daemon

  let lies = 0
  /** Of the router as it is to be heard, and of nothing true: none of these addresses may ever be published. */
  const hint = () => router.tell({ announce: `6.6.6.${++lies}` })
  const rounds = (way: string) => entries.filter((one) => one.message === 'a round starts' && one.because === way)
  /** A round that the router's announcement began, from its start to its end. */
  const round = async () => {
    const from = entries.length
    await hint()
    const isOver = () => {
      const begun = entries
        .slice(from)
        .findIndex((one) => one.message === 'a round starts' && one.because === 'nat-pmp')
      return begun >= 0 && entries.slice(from + begun).some(({ message }) => message === 'round finished')
    }
    await stage.until('a round that the router began is over', isOver)
  }
  let next = 0
  return {
    ...{ stage, router, stranger, outside, hint, round, rounds },
    be: (manners: Partial<Manners>) => router.tell({ be: manners }),
    published: () => entries.filter(({ message }) => message === 'published').map(({ after }) => String(after)),
    /** The line gets another address, of which only the outside knows: that one is published, whatever the router says. */
    async follows() {
      const address = `5.9.2.${++next}`
      stage.home.changeWan(address)
      await hint()
      expect(await stage.follows(address)).toBe(address)
      return address
    },
    heard: (way: string) => waysOf(stage.status()).find(({ by }) => by === way)?.times ?? 0,
    /** It lives, quotes nobody, and is as small as it was. */
    expectSound() {
      const said = stage.story.filter((line) => line.includes(' mxhome: '))
      expect(said.length).toBeGreaterThan(0)
      expect(said.filter((line) => line.includes(MARK) || STACK.test(line))).toEqual([])
      expect(JSON.stringify(stage.status())).not.toContain(MARK)
      expect(child.exitCode).toBe(null)
      const most = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
      console.info(`the daemon had ${most} KiB at most`)
      expect(Number(most)).toBeLessThan(MOST_KIB)
    },
    async stop() {
      await stage.stop()
      await stop()
    },
  }
}

const waysOf = ({ heard }: StatusDocument) => heard?.ways ?? []
