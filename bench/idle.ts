import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { mib, type Row, times } from './figures.ts'
import { APEX, type Line, openFolder, openLine } from './line.ts'
import { computedBy, environment, mxhome, type Node, nodes, residentOf, started } from './programs.ts'

const WARM = 50
const ROUNDS = 300
const REST = 30_000
const AT_MOST = { memory: 1.2, round: 3 }

/** The least that a process with a health endpoint can be. */
export const BARE_SERVER = "require('node:http').createServer((_, answer) => answer.end()).listen(0, '127.0.0.1')"

/** The daemon between two rounds: what it keeps in memory beside a bare server, and what a round costs that changes nothing. */
export async function idle(): Promise<readonly Row[]> {
  const rows = await Promise.all(nodes().map(daemonOn)) // they rest side by side
  return rows.flat()
}

async function daemonOn(node: Node, index: number): Promise<readonly Row[]> {
  const line = await openLine({ hosts: [`mail.${APEX}`] })
  const folder = openFolder()
  const settings = { ...line.settings, MXHOME_LISTEN: `127.0.0.1:${18_245 + index}`, MXHOME_SCHEDULE: '0 0 1 1 *' }
  const env = environment(folder.path, settings)
  const daemon = started(mxhome(node, 'run'), env, folder.path)
  const bare = started([node.path, '-e', BARE_SERVER], env, folder.path)
  try {
    await rounds(daemon, line, WARM)
    const before = computedBy(daemon)
    await rounds(daemon, line, ROUNDS)
    const perRound = (computedBy(daemon) - before) / ROUNDS
    await pause(REST)
    const [own, other] = [residentOf(daemon), residentOf(bare)]
    const ratio = own / other
    return [
      {
        goal: `idle daemon's memory, ${node.name}, against a bare node:http server`,
        figure: `${mib(own)} against ${mib(other)}`,
        ratio: times(ratio),
        met: ratio <= AT_MOST.memory,
        why: ratio <= AT_MOST.memory ? '' : `above ${times(AT_MOST.memory)}`,
      },
      {
        goal: `a quiet round's processor time, ${node.name}`,
        figure: `${perRound.toFixed(2)} ms (n ${ROUNDS})`,
        met: perRound <= AT_MOST.round,
        why: perRound <= AT_MOST.round ? '' : `above ${AT_MOST.round} ms`,
      },
    ]
  } finally {
    daemon.kill('SIGKILL')
    bare.kill('SIGKILL')
    await line.leave()
    folder.leave()
  }
}

/** One after the other; each asks the address service once. */
async function rounds(daemon: ChildProcess, { line }: Line, count: number): Promise<void> {
  for (let round = 0; round < count; round++) {
    const before = line.asked
    if (before > 0) daemon.kill('SIGUSR1') // a daemon that has not asked yet is starting, and the signal would end it
    for (let waited = 0; line.asked === before; waited += 5) {
      if (waited > 20_000 || daemon.exitCode !== null) throw new Error('the daemon runs no rounds')
      await pause(5)
    }
    await pause(15)
  }
}
