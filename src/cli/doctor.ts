import { examine } from '../app/examine.ts'
import { readMailDomain } from '../config/mail-domain.ts'
import { accountFor } from '../config/zones.ts'
import type { DomainName } from '../dns/name.ts'
import { isPublicSuffix } from '../dns/public-suffix.ts'
import { doctorDocument, doctorExitCode } from '../report/doctor-document.ts'
import { doctorText } from '../report/doctor-text.ts'
import { findingList, findingListText } from '../report/finding-list-text.ts'
import { type ExitCode, OK, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'
import { withProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  readonly json?: boolean
  readonly verbose?: boolean
  readonly list?: boolean
  readonly relayTest?: boolean
}

/** The mail path of domains, examined end to end: those named, else those of the configuration. Writes nothing. */
export async function doctor(context: Context, given: readonly string[], options: Options): Promise<ExitCode> {
  const { terminal } = context
  const { json, verbose = false, list, relayTest = false } = options
  if (list) {
    print(terminal, Date.now(), json, findingList(), findingListText)
    return OK
  }
  const complain = (text: string): ExitCode => {
    terminal.err(`mxhome: ${text}\n`)
    return USAGE
  }
  const read = given.map(readDomain)
  const [wrong] = read.flatMap((one) => (typeof one === 'string' ? one : []))
  if (wrong !== undefined) return complain(wrong)
  const program = await openProgram(context, { asksOnly: true })
  if ('code' in program) return program.code
  const { setup, world } = program
  const own = setup.config.domains.map(({ name }) => name)
  const named = read.flatMap((one) => (typeof one === 'string' ? [] : one.name))
  const domains = [...new Set(named.length > 0 ? named : own)]
  if (domains.length === 0) return complain('no domain is named: set MXHOME_DOMAINS, or run: mxhome doctor example.com')
  const stranger = domains.find((name) => !own.includes(name) && !accountFor(name, Object.values(setup.accounts)))
  if (relayTest && stranger)
    return complain(`--relay-test is for your own domains only, and ${stranger} is none of them (MXHOME_DOMAINS)`)

  let waiting: readonly string[] = []
  const onWaiting = (what: readonly string[]) => {
    waiting = what
  }
  const stop = stopSignal()
  const found = await withProgress(
    terminal,
    !json,
    () => waitingText(waiting),
    () => examine(setup, { domains, cheap: false, relayTest, onWaiting }, world, stop),
  )
  const document = doctorDocument(found, verbose)
  print(terminal, world.clock.now(), json, document, doctorText)
  return doctorExitCode(document)
}

/** A name, or what is wrong with it. */
function readDomain(text: string): { readonly name: DomainName } | string {
  const read = readMailDomain(text)
  if (typeof read === 'string' || !isPublicSuffix(read.name)) return read
  const { name } = read
  return `${name} is nobody's mail domain: others register theirs below it; expected one such as example.${name}`
}

const SHOWN = 3

/** What is still waited for, the oldest first. */
function waitingText(what: readonly string[]): string {
  const more = what.length > SHOWN ? ` and ${what.length - SHOWN} more` : ''
  return what.length === 0 ? 'examining' : `waiting for ${what.slice(0, SHOWN).join(', ')}${more}`
}
