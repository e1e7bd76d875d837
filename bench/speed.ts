import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { median, ms, type Row } from './figures.ts'
import { APEX, addressAt, openFolder, openLine } from './line.ts'
import { environment, mxhome, type Node, nodes, started } from './programs.ts'

const CHANGES = 60
const ANSWERS_IN = 20
const UNDER = 150

/** From the daemon's hearing of a change to the log line that both name servers have the new address. */
export async function speed(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const node of nodes()) rows.push(await speedOn(node))
  return rows
}

async function speedOn(node: Node): Promise<Row> {
  const line = await openLine({ hosts: [`mail.${APEX}`], answersIn: ANSWERS_IN })
  const folder = openFolder()
  const settings = { MXHOME_LISTEN: 'off', MXHOME_SCHEDULE: '0 0 1 1 *', MXHOME_LOG_FORMAT: 'json' }
  const daemon = started(mxhome(node, 'run'), environment(folder.path, { ...line.settings, ...settings }), folder.path)
  const log = createInterface({ input: daemon.stderr! })
  let hear = (_: number) => {}
  log.on('line', (text) => text.includes('"message":"confirmed"') && hear(performance.now()))
  const confirmed = () =>
    new Promise<number>((resolve, reject) => {
      hear = resolve
      setTimeout(() => reject(new Error('a change was never confirmed')), 20_000).unref()
    })
  try {
    await confirmed() // the first address
    const figures: number[] = []
    for (let change = 1; change <= CHANGES; change++) {
      await pause(30) // the round before must end
      line.line.address = addressAt(change)
      const proof = confirmed()
      const heard = performance.now()
      daemon.kill('SIGUSR1')
      figures.push((await proof) - heard)
    }
    const middle = median(figures)
    return {
      goal: `a change confirmed at both name servers, ${node.name}, provider answers in ${ANSWERS_IN} ms`,
      figure: `${ms(middle)} (least ${ms(Math.min(...figures))}, most ${ms(Math.max(...figures))}, n ${figures.length})`,
      met: middle < UNDER,
      why: middle < UNDER ? '' : `not under ${UNDER} ms`,
    }
  } finally {
    daemon.kill('SIGKILL')
    await line.leave()
    folder.leave()
  }
}
