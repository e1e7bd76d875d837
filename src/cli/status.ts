import { rememberedRound } from '../app/remembered-round.ts'
import type { Setup } from '../app/setup.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { World } from '../ports/world.ts'
import { documentOf } from '../report/document.ts'
import { exitCodeOf } from '../report/exit-code.ts'
import { type StatusDocument, statusText } from '../report/status-text.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'

interface Options {
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What the daemon knows, else what the state folder says. Exits as the round that it shows. */
export async function status(context: Context, { json, quiet }: Options): Promise<ExitCode> {
  const { terminal } = context
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const { setup, world } = program
  const live = await askDaemon(setup, world)
  const document: StatusDocument = live ?? {
    ...documentOf(rememberedRound(setup, world)),
    health: 'unknown',
    nextRound: null,
    version: context.version,
  }
  if (!quiet) {
    const view = { colour: terminal.colour, now: world.clock.now(), daemon: live !== undefined }
    terminal.out(json ? `${JSON.stringify(document, null, 2)}\n` : statusText(document, view))
  }
  return live?.started === null ? 75 : exitCodeOf(document, false)
}

async function askDaemon({ config }: Setup, { http }: World): Promise<StatusDocument | undefined> {
  if (config.listen === 'off') return undefined
  const headers = config.listenToken ? { authorization: `Bearer ${config.listenToken}` } : {}
  const { address } = config.listen
  const here = {
    ...config.listen,
    address: (address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address) as typeof address,
  }
  const text = describeEndpoint(here)
  const url = `http://${text.includes(']') || !text.includes(':') || here.port !== 53 ? text : `[${text}]`}/status`
  try {
    const answer = await http(
      { purpose: 'read', method: 'GET', url, headers, timeout: 3000 },
      new AbortController().signal,
    )
    return answer.status === 200 ? (JSON.parse(answer.body) as StatusDocument) : undefined
  } catch {
    return undefined // no daemon listens there
  }
}
