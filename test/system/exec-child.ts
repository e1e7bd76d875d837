// Run with few file descriptors allowed: takes them all, then starts a program, and tells what came of it.
import { openSync } from 'node:fs'
import { Failure } from '../../src/core/failure.ts'
import { openExec } from '../../src/system/exec.ts'

const { run, lines } = openExec(process.env)
const quiet = new AbortController().signal
try {
  for (;;) openSync('/dev/null', 'r')
} catch {
  // None is left.
}
const command = { purpose: 'read', argv: ['true'], timeout: 1000, maxBytes: 10 } as const
const outcomes = await Promise.all([
  run(command, quiet).then(String, Failure.from),
  lines(['true'], () => {}, quiet).then(String, Failure.from),
])
await new Promise((resolve) => setTimeout(resolve, 50)) // what is thrown later would end this process
console.log(JSON.stringify(outcomes.map((one) => (one instanceof Failure ? `${one.kind}: ${one.message}` : one))))
