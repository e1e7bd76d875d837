import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { watchAnnouncements } from '../../../src/line/watch/announcements.ts'
import type { Gateway } from '../../../src/ports/interfaces.ts'
import type { Datagram, Group, Udp } from '../../../src/ports/udp.ts'
import { GATEWAY, natPmpAnswer, pcpAnnounce } from '../../support/datagrams.ts'
import { sourceWorld } from '../../support/source-world.ts'
import { stoppedClock } from '../../support/stopped-clock.ts'
import { ip } from '../../support/targets.ts'

const OTHER: Gateway = { address: ip('192.168.8.1'), interface: 'wwan0', own: ip('192.168.8.7') }
const IN_USE = new Failure('network', '224.0.0.1:5350: another program has that port', { reason: 'in-use' })
const REFUSED = new Failure('network', 'nothing listens at that port', { reason: 'refused' })

function start(parts: { gateway?: Gateway | Failure | undefined; greeting?: Failure; listening?: Failure } = {}) {
  const time = { now: 0 }
  const { clock, pass, sleeping } = stoppedClock(time)
  const set = { gateway: GATEWAY as Gateway | Failure | undefined, ...parts }
  const reads: number[] = []
  const ears: { readonly group: Group; readonly hear: (datagram: Datagram) => void; readonly signal: AbortSignal }[] =
    []
  const open = () => ears.filter(({ signal }) => !signal.aborted)
  const greeted: string[] = []
  const udp: Udp = {
    ask: async ({ server, message, read }) => {
      greeted.push(`${server.address}:${server.port} ${Buffer.from(message(GATEWAY.own)).toString('hex')}`)
      if (set.greeting) throw set.greeting
      return read(pcpAnnounce({ epoch: 7 }))!
    },
    search: () => expect.unreachable(),
    listen: (group, hear, signal, onListening) => {
      if (set.listening) return Promise.reject(set.listening)
      ears.push({ group, hear, signal })
      onListening?.()
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
    },
  }
  const gateway = async () => {
    reads.push(time.now)
    if (set.gateway instanceof Failure) throw set.gateway
    return set.gateway
  }
  const world = { ...sourceWorld({}), clock, udp, interfaces: { ...sourceWorld({}).interfaces, gateway } }
  const hints: number[] = []
  const troubles: (string | undefined)[] = []
  const proofs: boolean[] = []
  const stop = new AbortController()
  const watching = {
    world: { ...world, serve: () => expect.unreachable() },
    onHint: (way: string) => {
      expect(way).toBe('nat-pmp')
      hints.push(time.now)
    },
    onTrouble: (way: string, why: Failure | undefined) => {
      expect(way).toBe('nat-pmp')
      troubles.push(why?.message)
    },
    onProof: (way: string, isHeard: boolean) => {
      expect(way).toBe('nat-pmp')
      proofs.push(isHeard)
    },
  }
  const done = watchAnnouncements(watching, stop.signal)
  const say = (bytes: Uint8Array, from = GATEWAY.address) => {
    for (const { hear } of open()) hear({ from: { address: from, port: 5351 }, bytes })
  }
  return { set, open, reads, greeted, hints, troubles, proofs, pass, say, stop, done, sleeping }
}
const ADDRESS = natPmpAnswer('5.9.1.7', { epoch: 0 })

it('listens in the network of the router, and greets it once', async () => {
  const { open, greeted, troubles, hints, pass } = start()
  await pass(0)
  expect(open().map(({ group }) => group)).toEqual([
    { group: { address: '224.0.0.1', port: 5350 }, via: '192.168.178.2' },
  ])
  expect(greeted).toEqual(['192.168.178.1:5351 020000000000000000000000000000000000ffffc0a8b202'])
  expect({ troubles, hints }).toEqual({ troubles: [], hints: [] })
})

it('hints at once when the router announces, and not at a repeat', async () => {
  const { hints, pass, say } = start()
  await pass(1000)
  say(ADDRESS)
  expect(hints).toEqual([1000])
  await pass(250)
  say(ADDRESS)
  await pass(1750)
  say(natPmpAnswer('5.9.1.7', { epoch: 2 }))
  expect(hints).toEqual([1000])
  say(natPmpAnswer('5.9.1.8', { epoch: 0 }))
  await pass(60_000)
  say(pcpAnnounce())
  expect(hints).toEqual([1000, 3000, 63_000])
})

it('is proven by an announcement, not by the answer to its greeting, until the router is another one or the port is lost', async () => {
  const { set, proofs, pass, say } = start()
  await pass(600_000)
  say(ADDRESS, ip('192.168.178.66'))
  say(Buffer.from('nonsense'))
  expect(proofs).toEqual([])
  say(ADDRESS)
  say(natPmpAnswer('5.9.1.8', { epoch: 0 }))
  expect(proofs).toEqual([true, true])
  set.gateway = OTHER
  await pass(300_000)
  expect(proofs).toEqual([true, true, false])
  say(pcpAnnounce(), OTHER.address)
  expect(proofs).toEqual([true, true, false, true])
  set.listening = IN_USE
  set.gateway = GATEWAY
  await pass(600_000)
  expect(proofs).toEqual([true, true, false, true, false])
})

it('the proof lasts for an hour after the last announcement, in one sleep; the next one proves anew', async () => {
  const { set, proofs, pass, say, sleeping } = start()
  const given = () => proofs.filter((isHeard) => isHeard).length
  const withdrawn = () => proofs.length - given()
  await pass(1000)
  const idle = sleeping()
  say(ADDRESS)
  await pass(1_800_000)
  for (let epoch = 1800; epoch < 1900; epoch++) {
    say(natPmpAnswer('5.9.1.7', { epoch }))
    await pass(1000)
  }
  expect(sleeping()).toBe(idle + 1)
  await pass(3_600_000 - 2000)
  expect([given(), withdrawn()]).toEqual([101, 0])
  await pass(2000)
  expect([withdrawn(), proofs.at(-1), sleeping()]).toEqual([1, false, idle])
  await pass(7_200_000)
  expect(withdrawn(), 'once').toBe(1)
  say(pcpAnnounce())
  expect(proofs.at(-1)).toBe(true)
  await pass(3_600_000)
  expect([withdrawn(), proofs.at(-1)]).toEqual([2, false])
  set.gateway = OTHER
  await pass(300_000)
  expect(withdrawn(), 'nothing was proven any more').toBe(2)
})

it('hears neither a stranger nor nonsense', async () => {
  const { hints, pass, say, open } = start()
  await pass(0)
  say(ADDRESS, ip('192.168.178.66'))
  say(Buffer.from('nonsense'))
  say(Buffer.alloc(0))
  say(pcpAnnounce({ result: 3 }))
  await pass(600_000)
  expect(hints).toEqual([])
  expect(open()).toHaveLength(1)
})

it('wakes up every five minutes, and not more often than every half minute while strangers speak', async () => {
  const { reads, pass, say } = start()
  await pass(3_600_000)
  expect(reads).toHaveLength(13)
  const before = reads.length
  for (let second = 0; second < 300; second++) {
    say(ADDRESS, ip('192.168.178.66'))
    await pass(1000)
  }
  expect(reads.length - before).toBeLessThanOrEqual(10)
})

it('follows another router', async () => {
  const { set, open, hints, pass, say } = start()
  await pass(0)
  set.gateway = OTHER
  await pass(300_000)
  expect(open().map(({ group }) => group.via)).toEqual([OTHER.own])
  say(ADDRESS)
  expect(hints, 'the one before is a stranger now').toEqual([])
  say(ADDRESS, OTHER.address)
  expect(hints).toEqual([300_000])
})

it('a new router that announces before it is known is followed within half a minute, and was heard', async () => {
  const { set, open, hints, pass, say } = start()
  await pass(40_000)
  set.gateway = OTHER
  say(ADDRESS, OTHER.address)
  await pass(0)
  expect(hints).toEqual([40_000])
  expect(open().map(({ group }) => group.via)).toEqual([OTHER.own])
  set.gateway = GATEWAY
  say(ADDRESS)
  await pass(30_000)
  expect(hints).toEqual([40_000, 70_000])
})

it('joins anew where the interface was made anew with the same name and addresses', async () => {
  const { set, open, reads, pass } = start()
  await pass(0)
  const [before] = open()
  set.gateway = { ...GATEWAY, index: 7 }
  await pass(300_000)
  expect(reads).toHaveLength(3)
  expect(open()).toHaveLength(1)
  expect(open()[0]).not.toBe(before)
})

it('waits for a network, and tells it', async () => {
  const { set, open, troubles, pass } = start({ gateway: undefined })
  await pass(200_000)
  expect(open()).toEqual([])
  expect(troubles).toEqual(['this box has no router: no default route for IPv4'])
  set.gateway = GATEWAY
  await pass(300_000)
  expect(open()).toHaveLength(1)
  expect(troubles).toEqual(['this box has no router: no default route for IPv4', undefined])
})

it('leaves a router that is gone, not one of a kernel that cannot be asked', async () => {
  const { set, open, troubles, pass } = start()
  await pass(0)
  set.gateway = new Failure('network', 'ip: cannot be started')
  await pass(600_000)
  expect(open()).toHaveLength(1)
  expect(troubles).toEqual([])
  set.gateway = undefined
  await pass(300_000)
  expect(open()).toEqual([])
  expect(troubles).toEqual(['this box has no router: no default route for IPv4'])
})

it.each(['5.9.1.1', '100.64.0.1'])('leaves its router for one at %s, which is not the home’s', async (address) => {
  const { set, open, troubles, pass } = start()
  await pass(0)
  expect(open()).toHaveLength(1)
  set.gateway = { ...GATEWAY, address: ip(address) }
  await pass(300_000)
  expect(open()).toEqual([])
  expect(troubles).toEqual([expect.stringContaining(`${address} is no address of a home network`)])
})

it('a port that another program has: told once, tried again after 30 s to 5 min, heard in the end', async () => {
  const { set, reads, open, troubles, hints, pass, say } = start({ listening: IN_USE })
  await pass(1_500_000)
  expect(troubles).toEqual([IN_USE.message])
  expect(reads.slice(0, 7)).toEqual([0, 30_000, 90_000, 210_000, 450_000, 750_000, 1_050_000])
  delete set.listening
  await pass(300_000)
  expect(open()).toHaveLength(1)
  expect(troubles).toEqual([IN_USE.message, undefined])
  say(ADDRESS)
  expect(hints).toHaveLength(1)
})

it('a router that speaks neither is told, greeted again each five minutes, and heard all the same', async () => {
  const { greeted, troubles, hints, pass, say } = start({ greeting: REFUSED })
  await pass(900_000)
  expect(greeted).toHaveLength(4)
  expect(troubles).toEqual(['the router 192.168.178.1 speaks neither NAT-PMP nor PCP'])
  say(ADDRESS)
  expect(hints).toHaveLength(1)
  expect(troubles).toEqual(['the router 192.168.178.1 speaks neither NAT-PMP nor PCP', undefined])
  await pass(900_000)
  expect(greeted, 'no more once it has spoken').toHaveLength(4)
})

it.each([
  ['all is well', {}],
  ['there is no network', { gateway: undefined }],
  ['the port is taken', { listening: IN_USE }],
  ['the router is silent', { greeting: REFUSED }],
])('ends when it is told to while %s, without a last word', async (_, parts) => {
  const { say, hints, troubles, stop, done, pass, sleeping, open } = start(parts)
  await pass(20_000)
  const before = troubles.length
  const ears = open()
  stop.abort()
  for (const { hear } of ears) hear({ from: { address: GATEWAY.address, port: 5351 }, bytes: ADDRESS })
  say(ADDRESS)
  await done
  await setImmediate()
  expect({ hints, told: troubles.length - before }).toEqual({ hints: [], told: 0 })
  expect(sleeping()).toBe(0)
})
