import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import { build, type OutputFile, transform } from 'esbuild'
import { leftOut } from './left-out.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

const SMALL = { minifySyntax: true, minifyWhitespace: true } as const // names stay: a stack trace can be read
const TARGET = 'node20.19'

/** A program that starts fast and runs where TypeScript does not: what a command does not need is in chunks apart. `write`: into dist. */
export async function bundle(write: boolean) {
  const { metafile, outputFiles } = await build({
    entryPoints: { mxhome: 'src/main.ts' },
    outdir: 'dist',
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    ...SMALL,
    legalComments: 'none', // all licences are in one file
    plugins: [leftOut()],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Colours for the debugging aid of a package, which looks whether it is there: here it would be by chance.
    external: ['supports-color'],
    metafile: true,
    define: { MXHOME_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  })
  if (write) await writeAll(outputFiles)
  return { metafile }
}

/**
 * Chunks are CommonJS. To an ES module, Node.js hands its own modules with every export looked up: `node:http` alone then
 * loads the whole of `fetch` (13 MiB that a daemon would keep, 15 ms of each start, seen with Node 24). esbuild splits
 * ES modules only, so each is made over.
 */
async function writeAll(files: readonly OutputFile[]): Promise<void> {
  for (const { path, text } of files) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: TARGET,
      ...SMALL,
      supported: { 'dynamic-import': false }, // a chunk is asked for by require, late as before
      define: { 'import.meta.url': '__here' },
      banner: bannerOf(path, text),
    })
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(relative('.', path), code)
  }
  writeFileSync('dist/package.json', '{ "type": "commonjs" }\n') // against the one above, which speaks for the sources
}

function bannerOf(path: string, text: string): string {
  const start = basename(path) === 'mxhome.js' ? '#!/usr/bin/env -S node --\n' : ''
  const here = text.includes('import.meta.url')
    ? "const __here=require('node:url').pathToFileURL(__filename).href;"
    : ''
  return `${start}"use strict";${here}` // as ES modules are
}
