import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { leftOut } from './left-out.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

/** One file that starts fast and runs where TypeScript does not: packages that a command does not need are separate chunks. `write`: into dist. */
export const bundle = (write: boolean) =>
  build({
    entryPoints: { mxhome: 'src/main.ts' },
    outdir: 'dist',
    write,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true, // names stay: a stack trace can be read
    legalComments: 'none', // all licences are in one file
    plugins: [leftOut()],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Colours for the debugging aid of a package, which looks whether it is there: here it would be by chance.
    external: ['supports-color'],
    metafile: true,
    define: { MXHOME_VERSION: JSON.stringify(version) },
    // CommonJS packages inside ask for node's own modules by require.
    banner: {
      js: "#!/usr/bin/env -S node --\nimport { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
    },
    logLevel: 'warning',
  })
