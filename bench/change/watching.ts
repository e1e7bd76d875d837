import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { mib, type Row, times } from '../figures.ts'
import { BARE_SERVER } from '../idle.ts'
import { openFolder } from '../line.ts'
import { computedBy, environment, mxhome, nodes, residentOf, started, wakeUpsOf } from '../programs.ts'
import { settled } from './measure.ts'
import { hostsOf, PLACES } from './places.ts'
import { COMMON } from './settings.ts'
import { openStreet, withoutStreet } from './street.ts'
import { ALL_WAYS } from './ways.ts'

/** Taken in turns, so that other work on the machine is in the way of both. */
const ROUNDS = { warm: 50, blocks: 5, inBlock: 40 }
const COUNTED = ROUNDS.blocks * ROUNDS.inBlock
const MINUTE = 60_000
/** The router of the street, and who asks there the least. */
const ROUTER = '192.168.178.1'
const LEAST = resolve('bench/change/least.cjs')
/** How long it is left alone. */
const RESTS = Number(process.env.BENCH_MINUTES ?? 1) * MINUTE
const AT_MOST = { memory: 1.25, round: 3, wakeUps: 2 }

/** The daemon behind a router, with all its ears open: memory, a quiet round's processor time, and how often it is woken up while nothing happens. */
export async function watching(): Promise<readonly Row[]> {
  const without = withoutStreet('the daemon with all its ears open')
  if (without) return without
  const street = await openStreet()
  const folder = openFolder()
  const upnpd = await street.startMiniupnpd()
  const node = nodes().at(-1)!
  const [host = ''] = hostsOf('push')
  mkdirSync(`${folder.path}/state`)
  const env = environment(folder.path, { ...COMMON, ...ALL_WAYS, MXHOME_HOSTS: host, MXHOME_LISTEN: '127.0.0.1:8245' })
  const inside = ['ip', 'netns', 'exec', street.box]
  const daemon = started([...inside, ...mxhome(node, 'run')], env, folder.path)
  const bare = started([...inside, node.path, '-e', BARE_SERVER], env, folder.path)
  const least = started([...inside, node.path, LEAST, ROUTER, PLACES.address], env, folder.path)
  for (const { stderr } of [daemon, least]) stderr?.resume()
  let answered = 0
  least.stdout?.on('data', (chunk) => (answered += String(chunk).split('\n').length - 1))
  try {
    await settled(street, [host], 30)
    await pause(3000) // it greets the router, and subscribes
    const [perRound = 0, atLeast = 0] = await costsOf([daemon, least])
    if (answered < ROUNDS.warm + COUNTED) throw new Error(`the bare program had ${answered} answers`)
    await pause(MINUTE / 2)
    const asleep = { wakeUps: wakeUpsOf(daemon), computed: computedBy(daemon) }
    await pause(RESTS)
    const wakeUps = ((wakeUpsOf(daemon) - asleep.wakeUps) * 1000) / RESTS
    const resting = ((computedBy(daemon) - asleep.computed) * MINUTE) / RESTS
    const [own, other] = [residentOf(daemon), residentOf(bare)]
    const all = `with all its ears open, ${node.name}`
    return [
      judged(`memory ${all}, against a bare node:http server`, own / other, AT_MOST.memory, {
        figure: `${mib(own)} against ${mib(other)}`,
        ratio: times(own / other),
      }),
      judged(`a quiet round's processor time ${all}`, perRound, AT_MOST.round, {
        figure: `${perRound.toFixed(2)} ms (n ${COUNTED})`,
        ratio: times(perRound / atLeast),
      }),
      {
        goal: `  a bare program, compiled as usual, with the same three questions, ${node.name}`,
        figure: `${atLeast.toFixed(2)} ms (n ${COUNTED}), ${mib(residentOf(least))}`,
        ratio: '1',
      },
      judged(`wake-ups while nothing happens ${all}`, wakeUps, AT_MOST.wakeUps, {
        figure: `${wakeUps.toFixed(2)} a second, over ${RESTS / MINUTE} min`,
      }),
      {
        goal: `  processor time while nothing happens ${all}`,
        figure: `${resting.toFixed(0)} ms a minute`,
      },
    ]
  } finally {
    daemon.kill('SIGKILL')
    bare.kill('SIGKILL')
    least.kill('SIGKILL')
    await upnpd.stop()
    street.leave()
    folder.leave()
  }
}

/** Milliseconds of processor time that each of them takes for a round that changes nothing. */
async function costsOf(measured: readonly ChildProcess[]): Promise<readonly number[]> {
  const rounds = async (one: ChildProcess, count: number) => {
    for (let round = 0; round < count; round++) {
      one.kill('SIGUSR1')
      await pause(100) // a quiet round needs a tenth of it
    }
    if (one.exitCode !== null || one.signalCode !== null) throw new Error('what was measured has ended')
  }
  for (const one of measured) await rounds(one, ROUNDS.warm)
  const costs = measured.map(() => 0)
  for (let block = 0; block < ROUNDS.blocks; block++) {
    for (const [nth, one] of measured.entries()) {
      const before = computedBy(one)
      await rounds(one, ROUNDS.inBlock)
      costs[nth]! += computedBy(one) - before
    }
  }
  return costs.map((cost) => cost / COUNTED)
}

function judged(goal: string, value: number, atMost: number, shown: Pick<Row, 'figure' | 'ratio'>): Row {
  const met = value <= atMost
  return { goal, ...shown, met, why: met ? '' : `above ${atMost}` }
}
