import { lookAtMx } from '../app/look-at-mx.ts'
import { parseName } from '../dns/name.ts'
import { type MxDocument, whole } from '../report/mx-document.ts'
import { mxText } from '../report/mx-text.ts'
import { type ExitCode, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'
import { withProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

/** A domain's MX RRset as every name server gives it, against the wanted one. */
export async function mx(
  context: Context,
  given: readonly string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { terminal } = context
  const bad = given.find((text) => parseName(text) === undefined)
  if (bad !== undefined) {
    terminal.err(`mxhome: "${bad}" is not a domain name; expected one such as example.com\n`)
    return USAGE
  }
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const { setup, world } = program
  const names = given.length > 0 ? given.map((text) => parseName(text)!) : setup.config.domains.map(({ name }) => name)
  if (names.length === 0) {
    terminal.err('mxhome: no domain is named: set MXHOME_DOMAINS, or run: mxhome mx example.com\n')
    return USAGE
  }
  const signal = stopSignal()
  const domains = await withProgress(terminal, !json, 'asking the name servers', () =>
    Promise.all(names.map((name) => lookAtMx(name, setup, world, signal))),
  )
  const document: MxDocument = { domains }
  print(terminal, world.clock.now(), json, json ? whole(document) : document, mxText)
  if (domains.some(({ differs, nxdomain }) => differs || nxdomain)) return 1
  const silent = domains.some(({ servers }) => servers.length === 0 || servers.some((server) => server.mx === null))
  return silent ? 75 : 0
}
