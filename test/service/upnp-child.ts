// Run on the box behind a router: watches its events and tells what it hears, a line of JSON each, until its input ends.
// Each line of the input names a source, which is asked.
import { createInterface } from 'node:readline'
import { Failure } from '../../src/core/failure.ts'
import { parseSource } from '../../src/line/sources/index.ts'
import { watchEvents } from '../../src/line/watch/events.ts'
import { openOutside } from '../../src/system/world.ts'

const say = (what: object) => console.log(JSON.stringify(what))
const outside = openOutside('0.0.0')
const stop = new AbortController()

const world: typeof outside = {
  ...outside,
  serve: (place, answer, signal) =>
    outside.serve(
      place,
      async (request) => {
        const said = await answer(request)
        const tells = /<ExternalIPAddress>(.*)<\/ExternalIPAddress>/.exec(request.body)?.[1]
        say({ event: tells, status: said.status, seq: Number(request.headers.seq) })
        return said
      },
      signal,
    ),
}
const done = watchEvents(
  {
    world,
    onHint: (way) => say({ hint: way }),
    onTrouble: (_, why) => say({ trouble: why?.message ?? null }),
    onProof: () => {},
  },
  stop.signal,
)
const sources = new Map<string, ReturnType<typeof parseSource>>()
for await (const spec of createInterface(process.stdin)) {
  const source = sources.get(spec) ?? parseSource(spec)!
  sources.set(spec, source)
  const answer = await source.addresses('A', outside, AbortSignal.timeout(5000)).catch((thrown: unknown) => thrown)
  const why =
    answer instanceof Failure && `${answer.kind}${answer.reason ? ` (${answer.reason})` : ''}: ${answer.message}`
  say({ asked: spec, answer: why || answer })
}
stop.abort()
await done
say({ ended: true })
process.exit(0)
