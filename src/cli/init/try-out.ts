import { detect } from '../../app/detect.ts'
import { toolsOf } from '../../app/setup.ts'
import { Failure } from '../../core/failure.ts'
import { MINUTE } from '../../core/instant.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Provider } from '../../providers/provider.ts'
import { ipDocument, ipText } from '../../report/ip-text.ts'
import { CONFIGURATION, TEMPORARY } from '../exit-codes.ts'
import { withProgress } from '../progress.ts'
import type { Draft } from './draft.ts'
import { type Refusal, refuse, type Session } from './session.ts'

/** Reads the host at the provider: the credentials are right if that can be done. undefined: they are, or nobody can tell. */
export async function tryCredentials(
  owner: DomainName,
  provider: Provider,
  { setup }: Draft,
  { outside, signal, say, given, context }: Session,
): Promise<Refusal | undefined> {
  const [account] = Object.values(setup.accounts)
  const { name } = provider
  if (!given.test) {
    say('  The credentials were not tested.')
    return undefined
  }
  if (!account?.read) {
    say(`  ${name} cannot be read: whether the credentials are right shows at the first update.`)
    return undefined
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(2 * MINUTE)])
  const { read } = account
  const held = await withProgress(context.terminal, true, `asking ${name}`, () =>
    read({ owner, type: 'A' }, toolsOf(outside, account, limit)).catch(Failure.from),
  )
  signal.throwIfAborted()
  if (held instanceof Failure) return refuse(`${wordsFor(held, name)}: ${held.message}`, codeFor(held))
  const shown =
    held.length > 0 ? `has ${owner} A ${held.join(', ')}` : `has no A record of ${owner} yet; mxhome makes it`
  say(`  The credentials are right: ${name} ${shown}.`)
  return undefined
}

function wordsFor({ kind }: Failure, name: string): string {
  if (kind === 'auth') return `${name} refuses the credentials`
  if (kind === 'rejected' || kind === 'unsupported') return `${name} takes the credentials, but not the host`
  if (kind === 'network') return `${name} cannot be reached`
  return `${name} could not be asked`
}

const codeFor = ({ kind }: Failure) =>
  kind === 'auth' || kind === 'rejected' || kind === 'unsupported' || kind === 'blocked' ? CONFIGURATION : TEMPORARY

/** What each address source says, as `mxhome ip` does. */
export async function showAddresses({ setup }: Draft, { outside, signal, say, context }: Session): Promise<void> {
  const { types, allowAddresses } = setup.config
  const found = await withProgress(context.terminal, true, 'asking the address sources', () =>
    detect(setup.lines, types, allowAddresses, outside, signal),
  )
  signal.throwIfAborted()
  const style = { colour: false, now: outside.clock.now(), width: context.terminal.width }
  say(`\n${ipText(ipDocument(found), style)}\n`)
}
