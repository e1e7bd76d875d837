import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import type { Mutation } from './mutations.ts'
import type { Broken } from './simulate.ts'

export interface Hunted {
  readonly mutation: Mutation
  /** Which invariant caught it; undefined: none did. */
  readonly caughtBy: Broken | undefined
  readonly seeds: number
}

/** Simulates with one change made to the code, seed after seed, until an invariant breaks. Rejects where the change does not fit the code. */
export async function hunt(
  mutation: Mutation,
  { most, days }: { readonly most: number; readonly days: number },
): Promise<Hunted> {
  const folder = await mkdtemp(join(tmpdir(), 'mxhome-hunt-'))
  try {
    const outfile = join(folder, 'worker.mjs')
    await bundle(mutation, outfile)
    const seeds = Array.from({ length: most }, (_, i) => String(i + 1))
    return await new Promise((done, reject) => {
      const worker = new Worker(outfile, { workerData: { seeds, days } })
      let count = 0
      const end = (caughtBy: Broken | undefined) => {
        done({ mutation, caughtBy, seeds: count })
        void worker.terminate()
      }
      worker.on('message', ({ broken }: { broken: Broken | undefined }) => {
        count += 1
        if (broken) end(broken)
      })
      worker.on('error', reject)
      worker.on('exit', () => end(undefined))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bundle({ file, find, replace, name }: Mutation, outfile: string): Promise<void> {
  const path = resolve('src', file)
  const text = await readFile(path, 'utf8')
  if (text.split(find).length !== 2) throw new RangeError(`"${name}": ${file} does not hold this once: ${find}`)
  await build({
    entryPoints: [resolve('test/sim/worker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
    },
    plugins: [
      {
        name: 'mutation',
        setup: (on) =>
          on.onLoad({ filter: /\.ts$/ }, (asked) =>
            asked.path === path ? { contents: text.replace(find, () => replace), loader: 'ts' } : undefined,
          ),
      },
    ],
    logLevel: 'error',
  })
}
