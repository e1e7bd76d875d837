import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { adapters } from './adapters.ts'
import { INVARIANTS } from './invariants.ts'
import { shrink } from './shrink.ts'
import { type Simulated, simulate } from './simulate.ts'
import { summaryText } from './summary.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    days: { type: 'string', default: '100' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const days = Number(values.days)
const first = values.seed ?? '1'
const count = values.seed === undefined ? Number(values.seeds) : 1
if (!(Number.isInteger(count) && count > 0 && days > 0)) {
  console.error('usage: npm run sim -- [--seeds NUMBER] [--days NUMBER] [--seed SEED] [--trace]')
  process.exit(64)
}

process.exit(await (values.seed === undefined ? many() : one(first)))

async function one(seed: string): Promise<number> {
  const found = await simulate(seed, { days, adapters: await adapters(), trace: values.trace })
  if (values.trace) console.log(found.trace.join('\n'))
  console.log(summaryText(found.counts, `seed ${seed}, ${days} days, trace ${found.hash}`))
  return found.broken ? explain(found) : 0
}

async function many(): Promise<number> {
  const seeds = Array.from({ length: count }, (_, i) => String(Number(first) + i))
  const started = performance.now()
  const counts: Record<string, number> = {}
  const broken: Pick<Simulated, 'seed' | 'broken'>[] = []
  let done = 0
  const parts = Array.from({ length: availableParallelism() }, (_, nth) =>
    seeds.filter((__, i) => i % availableParallelism() === nth),
  )
  await Promise.all(
    parts
      .filter((part) => part.length > 0)
      .map(
        (part) =>
          new Promise<void>((resolve, reject) => {
            const worker = new Worker(new URL('./worker.ts', import.meta.url), {
              workerData: { seeds: part, days },
              resourceLimits: { maxYoungGenerationSizeMb: 64 }, // hardly anything lives longer than its round
            })
            worker.on('message', (news: Simulated) => {
              done += 1
              for (const [name, times] of Object.entries(news.counts)) counts[name] = (counts[name] ?? 0) + times
              if (news.broken) broken.push(news)
              const text = `${done} of ${count} seeds, ${broken.length} broken`
              if (process.stderr.isTTY) process.stderr.write(`\r${text} `)
              else if (news.broken) console.error(`${text}: seed ${news.seed}, ${news.broken.id}`)
              else if (done % 500 === 0) console.error(text)
            })
            worker.on('error', reject)
            worker.on('exit', () => resolve())
          }),
      ),
  )
  const years = ((count * days) / 365).toFixed(1)
  const minutes = ((performance.now() - started) / 60_000).toFixed(1)
  console.log(
    summaryText(
      counts,
      `${count} seeds of ${days} days: ${years} simulated years in ${minutes} min; broken: ${broken.length}`,
    ),
  )
  for (const { seed, broken: what } of broken) console.log(`\nseed ${seed} breaks ${what?.id}: ${what?.what}`)
  if (!broken[0]) return 0
  return explain(await simulate(broken[0].seed, { days, adapters: await adapters() }))
}

/** The shortest trace that breaks the same invariant. */
async function explain(found: Simulated): Promise<number> {
  const { broken, happenings } = await shrink(found, { days, adapters: await adapters() })
  const again = await simulate(found.seed, { days, adapters: await adapters(), happenings, trace: true })
  console.log(
    `\nseed ${found.seed} breaks ${broken?.id} (${broken && INVARIANTS[broken.id]}); with ${happenings.length} of ${found.happenings.length} happenings:\n`,
  )
  console.log(again.trace.slice(-80).join('\n'))
  console.log(`\nAgain: npm run sim -- --seed ${found.seed} --days ${days} --trace`)
  return 1
}
