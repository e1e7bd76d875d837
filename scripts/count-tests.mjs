// The last line of a CI run: how many tests there were. Fails when there were none.
import { readFileSync } from 'node:fs'

const {
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
} = JSON.parse(readFileSync('coverage/tests.json', 'utf8'))
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(passed === 0 || failed > 0 ? 1 : 0)
