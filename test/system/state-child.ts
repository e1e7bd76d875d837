import { openStateStore } from '../../src/system/state-store.ts'

/** `DIR write`: changes the state until it is killed. `DIR once NAME`: one change. `DIR read`: none. Prints what came of it as JSON. */
const [dir, mode, name = 'x'] = process.argv.slice(2) as [string, string, string?]
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const store = await openStateStore({ dir, clock: { now: () => Date.now() }, log: quiet }).catch((error) => {
  console.log(JSON.stringify({ kind: error.kind, message: error.message }))
  process.exit(0)
})
const write = (owner: string) =>
  store.update((state) => {
    const count = (state.targets[owner as never] as { writes: number[] } | undefined)?.writes[0] ?? 0
    return { state: { ...state, targets: { ...state.targets, [owner]: { writes: [count + 1], forced: [] } } } }
  })
if (mode === 'once') await write(name)
while (mode === 'write') {
  await write(name)
  process.stdout.write('+')
}
console.log(JSON.stringify({ problem: store.problem(), targets: Object.keys(store.last().targets) }))
