import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

// One file that starts fast and runs where TypeScript does not: packages that a command does not need are separate chunks.
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: { mxhome: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  define: { MXHOME_VERSION: JSON.stringify(version) },
  // CommonJS packages inside ask for node's own modules by require.
  banner: {
    js: "#!/usr/bin/env -S node --\nimport { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
  },
  logLevel: 'warning',
})
chmodSync('dist/mxhome.js', 0o755)
