import { wantedMx } from '../app/look-at-mx.ts'
import { parseName } from '../dns/name.ts'
import { applyMx } from './apply-mx.ts'
import { canAsk } from './ask.ts'
import { CONFIGURATION, type ExitCode, TEMPORARY, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { stopSignal } from './stop-signal.ts'
import { worstOf } from './worst-of.ts'

/** Writes the wanted MX RRset of one domain, or of all that have one: the only command that writes MX. */
export async function mxApply(
  context: Context,
  given: string | undefined,
  { yes = false }: { readonly yes?: boolean },
): Promise<ExitCode> {
  const { terminal } = context
  const refuse = (code: ExitCode, message: string): ExitCode => {
    terminal.err(`mxhome: ${message}\n`)
    return code
  }
  const name = given === undefined ? undefined : parseName(given)
  if (given !== undefined && !name) {
    return refuse(USAGE, `"${given}" is not a domain name; expected one such as example.com`)
  }
  if (!yes && !canAsk(terminal)) {
    return refuse(USAGE, '"mx apply" asks before it writes, and there is no terminal to ask on: add --yes')
  }
  const program = await openProgram(context, { what: 'mxhome mx apply' })
  if ('code' in program) return program.code
  const { setup } = program
  const domains = (name ? [name] : setup.config.domains.map((domain) => domain.name)).flatMap((domain) => {
    const wanted = wantedMx(setup, domain)
    return wanted ? [{ domain, wanted }] : []
  })
  if (domains.length === 0) {
    const domain = name ?? setup.config.domains[0]?.name ?? 'example.com'
    const line = `domains: [{name: ${domain}, mx: [{host: mail.${domain}, preference: 10}]}]`
    return refuse(CONFIGURATION, `the configuration wants no MX for ${name ?? 'any domain'}. In mxhome.yaml: ${line}`)
  }
  const signal = stopSignal()
  const codes: ExitCode[] = []
  for (const { domain, wanted } of domains) {
    codes.push(signal.aborted ? TEMPORARY : await applyMx({ domain, wanted, yes, terminal, program, signal }))
  }
  return worstOf(codes)
}
