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

/**
 * Reads the host at the provider: the credentials are right if that can be done, and where anybody may read, if the
 * provider proves them. undefined: they are, or nobody can tell.
 */
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
  const { read, prove } = account
  const tools = toolsOf(outside, account, limit)
  const held = await withProgress(context.terminal, true, `asking ${name}`, async () => {
    try {
      const found = await read({ owner, type: 'A' }, tools)
      await prove?.(owner, tools)
      return found
    } catch (thrown) {
      return Failure.from(thrown)
    }
  })
  signal.throwIfAborted()
  if (held instanceof Failure) {
    return refuse(`${wordsFor(held, name, prove !== undefined)}: ${held.message}`, codeFor(held))
  }
  const shown =
    held.length > 0 ? `has ${owner} A ${held.join(', ')}` : `has no A record of ${owner} yet; mxhome makes it`
  say(`  The credentials are right: ${name} ${shown}.`)
  return undefined
}

/** `isOpen`: anybody may read, so that a refusal of the host says nothing of the credentials. */
function wordsFor({ kind, reason }: Failure, name: string, isOpen: boolean): string {
  if (kind === 'auth' && reason !== 'policy') return `${name} refuses the credentials`
  if (isOpen && (kind === 'rejected' || kind === 'unsupported')) return `${name} does not take the host`
  if (kind === 'auth' || kind === 'rejected' || kind === 'unsupported') {
    return `${name} takes the credentials, but not the host`
  }
  if (kind === 'network') return `${name} cannot be reached`
  return `${name} could not be asked`
}

const codeFor = ({ kind }: Failure) =>
  kind === 'auth' || kind === 'rejected' || kind === 'unsupported' || kind === 'blocked' ? CONFIGURATION : TEMPORARY

/** In the form it is right; the user, who kept it, shall not take that for more. */
export function objectionText({ refused, code }: Refusal): string {
  const then =
    code === CONFIGURATION
      ? 'Correct that before "mxhome update" can work: change the files, or run init again.'
      : 'So the credentials were not tested: whether they are right shows at the first update.'
  return `The configuration can be read, but ${refused.replace(/[.!]+$/, '')}.\n${then}`
}

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
