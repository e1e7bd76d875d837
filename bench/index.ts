import { type Bench, machine, type Row, tableOf } from './figures.ts'
import { nodes } from './programs.ts'

/** What can be measured; all of them unless some are named. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  'one-shot': async () => (await import('./one-shot.ts')).oneShot,
  idle: async () => (await import('./idle.ts')).idle,
  hosts: async () => (await import('./hosts.ts')).hosts,
  decide: async () => (await import('./decide.ts')).decideMany,
  watching: async () => (await import('./change/watching.ts')).watching,
  change: async () => (await import('./change/index.ts')).change,
  speed: async () => (await import('./speed.ts')).speed,
}

// What a bench has opened is closed at the exit of the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(75))

const named = process.argv.slice(2)
const strange = named.filter((name) => !Object.hasOwn(BENCHES, name))
if (strange.length > 0) {
  console.error(`no such bench: ${strange.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(64)
}
console.log(
  `${machine()}\n${nodes()
    .map(({ version }) => version)
    .join(', ')}\n`,
)
const rows: Row[] = []
for (const [name, load] of Object.entries(BENCHES)) {
  if (named.length > 0 && !named.includes(name)) continue
  console.error(`measuring ${name} ...`)
  rows.push(...(await (await load())()))
}
console.log(`\n${tableOf(rows)}`)
// Of what cannot be measured here, the row says why.
if (rows.some(({ met }) => met === false)) process.exitCode = 1
