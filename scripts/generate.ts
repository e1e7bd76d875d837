// Writes what is generated from the program's own tables; with --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { envExample } from '../src/config/env-example.ts'
import { loadProvider, providerIds } from '../src/providers/index.ts'
import { dependenciesPage } from './dependencies-page.ts'
import { findingsPage } from './findings-page.ts'
import { providersPage } from './providers-page.ts'

const loaded = await Promise.all(providerIds.map(loadProvider))
const providers = loaded.filter((provider) => provider !== undefined)
const wanted: Readonly<Record<string, string>> = {
  '.env.example': envExample(providers),
  'docs/dependencies.md': dependenciesPage(json('package.json').dependencies, json('package-lock.json')),
  'docs/findings.md': findingsPage(),
  'docs/providers.md': providersPage(providers),
}

const check = process.argv.includes('--check')
for (const [name, text] of Object.entries(wanted)) {
  const file = new URL(`../${name}`, import.meta.url)
  if (!check) writeFileSync(file, text)
  else if (textOf(file) !== text) {
    console.error(`${name} is not what the program says: run "node scripts/generate.ts"`)
    process.exitCode = 1
  }
}

function json(name: string) {
  return JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
}

function textOf(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
