// `npm run fuzz -- --cases 1000000 [--seed S] [--only WORD]`: random and spoilt input, as much as one has time for.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { CHECKS } from '../fuzz/index.ts'
import { isInstalled } from '../support/installed.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const chosen = CHECKS.filter(({ name }) => name.includes(values.only))
const shares = chosen.reduce((sum, { share }) => sum + share, 0)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const since = Date.now()
let [cases, faults] = [0, 0]

for (const { name, share, needs = [], property } of chosen) {
  if (!needs.every(isInstalled)) {
    console.log(`${name}: left out, ${needs.join(', ')} is not installed`)
    continue
  }
  const begun = Date.now()
  const numRuns = Math.max(1, Math.round((Number(values.cases) * share) / shares))
  const details = await fc.check(property, { numRuns, seed })
  cases += details.numRuns
  const row = [
    name.padEnd(52),
    String(details.numRuns).padStart(8),
    `${((Date.now() - begun) / 1000).toFixed(1)} s`.padStart(9),
  ]
  console.log(`${row.join(' ')}  ${details.failed ? 'FAULT' : 'none'}`)
  if (!details.failed) continue
  faults += 1
  console.log(await fc.asyncDefaultReportMessage(details as unknown as fc.RunDetails<unknown>))
  console.log(details.errorInstance)
}
console.log(`fuzz ${cases} cases: ${faults} faults | seed ${seed}, ${Math.round((Date.now() - since) / 1000)} s`)
process.exitCode = faults > 0 ? 1 : 0
