// Run behind a router: asks the address sources that are named, with the program's own sockets, and tells what each says.
import { Failure } from '../../src/core/failure.ts'
import { parseSource } from '../../src/line/sources/index.ts'
import { openOutside } from '../../src/system/world.ts'

const world = openOutside('0.0.0')
const answers = process.argv.slice(2).map(async (spec) => {
  const source = parseSource(spec)!
  const asked = await source.addresses(source.types[0]!, world, new AbortController().signal).catch(Failure.from)
  return asked instanceof Failure ? { kind: asked.kind, reason: asked.reason, message: asked.message } : asked
})
console.log(JSON.stringify(await Promise.all(answers)))
