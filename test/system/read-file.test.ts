import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { beforeEach, expect, it } from 'vitest'
import { readPatiently } from '../../src/cli/read-file.ts'
import { openFolder } from '../support/program.ts'

/** A loaded machine takes its time to start a writer. */
const PATIENCE = { nobody: 10_000, writer: 20_000 }

let [pipe, leave] = ['', () => {}]
beforeEach(() => {
  const folder = openFolder()
  pipe = join(folder.path, 'pipe')
  execFileSync('mkfifo', [pipe])
  leave = folder.leave
  return () => leave()
})

/** Resolves when the writer has ended. */
const write = (script: string) => {
  const child = spawn('sh', ['-c', script], { env: { ...process.env, PIPE: pipe }, stdio: 'ignore' })
  return new Promise((resolve) => child.on('exit', resolve))
}

it.each([
  ['at once', 'echo hosts: a > "$PIPE"', 'hosts: a\n'],
  ['in pieces', '(printf "hosts: "; sleep 0.4; printf a) > "$PIPE"', 'hosts: a'],
  ['as much as may be', 'head -c 1048576 /dev/zero | tr "\\0" x > "$PIPE"', 'x'.repeat(1_048_576)],
  ['nothing, by one who came', 'sleep 0.1; (sleep 0.5) > "$PIPE"', ''],
])('a FIFO that is written %s', async (_, script, text) => {
  const written = write(script)
  expect(await readPatiently(pipe, PATIENCE)).toMatchObject({ text })
  await written
})

it.each([
  ['nobody opens', 'true', { nobody: 300 }, 'is a pipe (FIFO), and nobody wrote into it within 0.3 s'],
  ['does not end', '(echo a; exec sleep 4) > "$PIPE"', { writer: 900 }, 'is a pipe that did not end within 0.9 s'],
  ['has no end', 'yes > "$PIPE"', {}, 'larger than 1 MiB'],
])('a FIFO that %s is left after a while', async (_, script, less, error) => {
  const begun = performance.now()
  const written = write(script)
  expect(await readPatiently(pipe, { ...PATIENCE, ...less })).toMatchObject({ error, missing: false })
  expect(performance.now() - begun).toBeLessThan(3_500)
  await written
})
