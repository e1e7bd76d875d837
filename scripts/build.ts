import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { thirdPartyLicenses } from './bundled.ts'
import { leftOut } from './left-out.ts'

// One file that starts fast and runs where TypeScript does not: packages that a command does not need are separate chunks.
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

rmSync('dist', { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: { mxhome: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true, // names stay: a stack trace can be read
  legalComments: 'none', // all licences are in one file, see below
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
chmodSync('dist/mxhome.js', 0o755)
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(metafile))
