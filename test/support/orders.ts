import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { inspect } from 'node:util'

/** In a program of a test's: does what its stdin says, a JSON document a line, and says what came of it. Ends with its stdin. */
export function obey<Order>(work: (order: Order) => unknown): void {
  const lines = createInterface(process.stdin)
  lines.on('line', async (line) => {
    const { id, order } = JSON.parse(line)
    console.log(JSON.stringify({ id, answer: (await work(order)) ?? null }))
  })
  lines.on('close', () => process.exit(0))
}

/** There too: something came from outside. */
export const note = (came: string): void => console.log(JSON.stringify({ came }))

/** Starts such a program in a namespace; resolves once it obeys. */
export async function startUnderOrders<Order extends object>(space: string, script: string, ...args: string[]) {
  const argv = ['netns', 'exec', space, process.execPath, script, ...args]
  const program = spawn('ip', argv, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(program, 'exit')
  const came: string[] = []
  const waiting = new Map<number, (answer: unknown) => void>()
  let count = 0
  createInterface(program.stdout).on('line', (line) => {
    const said = JSON.parse(line)
    if (said.came === undefined) waiting.get(said.id)?.(said.answer)
    else came.push(said.came)
  })
  /** Resolves to what came of it. */
  const tell = (order: Order | Record<string, never>) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(++count, resolve)
      program.stdin.write(`${JSON.stringify({ id: count, order })}\n`)
      void ended.then(() => reject(new Error(`${script} has ended before it did ${inspect(order)}`)))
    })
  await tell({})
  return {
    ...{ came, tell },
    async stop() {
      program.kill('SIGKILL')
      await ended
    },
  }
}
