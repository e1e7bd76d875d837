import { rememberedRound } from '../app/remembered-round.ts'
import type { Setup } from '../app/setup.ts'
import type { Instant } from '../core/instant.ts'
import type { Round } from '../core/round.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { World } from '../ports/world.ts'
import { documentOf } from '../report/document.ts'
import { exitCodeOf } from '../report/exit-code.ts'
import { healthOf } from '../report/health.ts'
import { NO_TROUBLE } from '../report/health-memory.ts'
import { type StatusDocument, statusDocument, statusText } from '../report/status-text.ts'
import { holderOf } from '../system/lock.ts'
import { describeHolder } from '../system/lock-holder.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'
import type { Terminal } from './terminal.ts'

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
  const last = live ? undefined : rememberedRound(setup, world)
  const document = live ?? rememberedDocument(last, context.version, world.clock.now())
  if (!quiet) print(terminal, world.clock.now(), json, document, statusText)
  if (!quiet && !live) await tellOfSilentDaemon(setup, terminal)
  const { started, finished } = document
  return started === null || finished === null ? 75 : exitCodeOf({ ...document, started, finished }, false)
}

/** Judged as a daemon would that has just begun: how long something has been wrong is not on the disk. */
function rememberedDocument(last: Round | undefined, version: string, now: Instant): StatusDocument {
  const document = last && documentOf(last)
  if (!last || !document) return statusDocument(undefined, { health: 'warn', nextRound: null, version })
  const situation = { document, state: last.state, memory: NO_TROUBLE, now, startedAt: now, version }
  return statusDocument(document, { health: healthOf(situation).health.status, nextRound: null, version })
}

/** One that runs nevertheless: its port belongs to another program, or nobody shall listen. */
async function tellOfSilentDaemon({ config: { stateDir, listen } }: Setup, { err }: Terminal): Promise<void> {
  const holder = await holderOf(stateDir, 'daemon')
  if (!holder) return
  const why =
    listen === 'off'
      ? 'its health endpoint is off (MXHOME_LISTEN)'
      : `it does not answer at ${describeEndpoint(listen)}: its log tells why`
  err(`mxhome: a daemon runs all the same, ${describeHolder(holder)}; ${why}\n`)
}

async function askDaemon({ config }: Setup, { http }: World): Promise<StatusDocument | undefined> {
  if (config.listen === 'off') return undefined
  const headers = config.listenToken ? { authorization: `Bearer ${config.listenToken}` } : {}
  const anywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  const address = anywhere[config.listen.address] ?? config.listen.address
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${config.listen.port}/status`
  try {
    const answer = await http(
      { purpose: 'read', method: 'GET', url, headers, timeout: 3000 },
      new AbortController().signal,
    )
    const document: unknown = answer.status === 200 ? JSON.parse(answer.body) : undefined
    return isStatus(document) ? document : undefined
  } catch {
    return undefined // no daemon listens there
  }
}

/** Whatever listens there may be another program: only what every version of this one prints counts. */
function isStatus(document: unknown): document is StatusDocument {
  const { targets, findings, addresses, health, version } = (document ?? {}) as Partial<StatusDocument>
  return (
    Array.isArray(targets) &&
    Array.isArray(findings) &&
    typeof addresses === 'object' &&
    addresses !== null &&
    ['pass', 'warn', 'fail'].includes(String(health)) &&
    typeof version === 'string'
  )
}
