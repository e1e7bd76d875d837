import { parentPort, workerData } from 'node:worker_threads'
import { adapters } from './adapters.ts'
import { simulate } from './simulate.ts'

Error.stackTraceLimit = 0 // every look-up that fails is a Failure: its stack would cost more than the look-up

const { seeds, days } = workerData as { readonly seeds: readonly string[]; readonly days: number }
const all = await adapters()
for (const seed of seeds) {
  const { broken, counts, hash } = await simulate(seed, { days, adapters: all })
  parentPort?.postMessage({ seed, broken, counts, hash })
}
