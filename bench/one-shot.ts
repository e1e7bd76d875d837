import { join } from 'node:path'
import { compared, type Row, spread } from './figures.ts'
import { APEX, openFolder, openLine } from './line.ts'
import { environment, mxhome, nodes, timed } from './programs.ts'
import { ddclient, inadyn } from './rivals.ts'

const ROUNDS = 25
/** Of ddclient's time, by the Node that mxhome runs on. */
const AT_MOST: Readonly<Record<string, number>> = { 'Node 20': 1.5, 'Node 24': 1 }

/** A program with a host, and what it remembers of it, of its own: the service blocks who repeats what another has sent. */
interface Runner {
  readonly name: string
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** `mxhome update` with nothing to do, beside other clients' one-shot at the same loopback services. */
export async function oneShot(): Promise<readonly Row[]> {
  const hostOf = (name: string) => `${name.toLowerCase().replace(' ', '')}.${APEX}`
  const line = await openLine({ hosts: [...nodes().map(({ name }) => name), 'ddclient', 'inadyn'].map(hostOf) })
  const folder = openFolder()
  const own = nodes().map((node): Runner => {
    const settings = {
      ...line.settings,
      MXHOME_HOSTS: hostOf(node.name),
      MXHOME_STATE_DIR: join(folder.path, node.name),
    }
    return { name: node.name, argv: mxhome(node, 'update'), env: environment(folder.path, settings) }
  })
  const others = [
    ddclient(hostOf('ddclient'), line, folder.path),
    inadyn(hostOf('inadyn'), line, folder.path),
    { name: BARE, version: nodes().at(-1)!.version, argv: [nodes().at(-1)!.path, '-e', '0'] },
  ]
  const env = environment(folder.path)
  const runners = [...own, ...others.filter(({ version }) => version).map((one): Runner => ({ ...one, env }))]
  try {
    const figures = await measure(runners, folder.path, () => line.rules.counters.requests)
    return [...own.map(({ name }) => against(name, figures)), ...others.map((one) => beside(one, figures))]
  } finally {
    await line.leave()
    folder.leave()
  }
}

type Figures = ReadonlyMap<string, readonly number[]>

/** In turn, so that what else the machine does meets all alike. */
async function measure(runners: readonly Runner[], cwd: string, requests: () => number): Promise<Figures> {
  const run = async ({ argv, env }: Runner) => {
    const { code, ms, output, errors } = await timed(argv, env, cwd)
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${output}${errors}`)
    return ms
  }
  for (const runner of runners) await run(runner) // publishes
  const before = requests()
  const figures = new Map<string, number[]>(runners.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const runner of runners) figures.get(runner.name)!.push(await run(runner))
  }
  if (requests() > before) throw new Error('an update was sent although nothing had changed')
  return figures
}

function against(name: string, figures: Figures): Row {
  const goal = `one-shot, nothing to do, ${name}, against ddclient`
  const [own, others] = [figures.get(name)!, figures.get('ddclient')]
  return others ? compared(goal, own, others, AT_MOST[name]) : { goal, figure: spread(own), why: `ddclient ${ABSENT}` }
}

function beside(
  { name, version }: { readonly name: string; readonly version: string | undefined },
  figures: Figures,
): Row {
  const all = figures.get(name)
  return all ? { goal: `  ${name} ${version}`, figure: spread(all) } : { goal: `  ${name}`, figure: '-', why: ABSENT }
}

const BARE = 'a Node that does nothing'
const ABSENT = 'is not here, and could not be installed'
