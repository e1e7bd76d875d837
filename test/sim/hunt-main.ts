import { hunt } from './hunt.ts'
import { MUTATIONS } from './mutations.ts'

/** `npm run sim:mutations -- [SEEDS] [DAYS]`: each mutation, by which invariant it was caught and after how many seeds. */
const [most = '200', days = '100'] = process.argv.slice(2)
const width = Math.max(...MUTATIONS.map(({ name }) => name.length))
let missed = 0
for (const mutation of MUTATIONS) {
  const { caughtBy, seeds } = await hunt(mutation, { most: Number(most), days: Number(days) })
  const isExpected = caughtBy !== undefined && mutation.caughtBy.includes(caughtBy.id)
  if (!isExpected) missed += 1
  const verdict = caughtBy
    ? `${caughtBy.id} after ${seeds} seed${seeds === 1 ? '' : 's'}`
    : `NOT CAUGHT in ${seeds} seeds`
  console.log(
    `${mutation.name.padEnd(width)}  ${verdict}${caughtBy && !isExpected ? ` (expected ${mutation.caughtBy.join(' or ')})` : ''}`,
  )
}
process.exit(missed === 0 ? 0 : 1)
