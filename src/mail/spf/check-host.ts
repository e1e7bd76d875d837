import { Failure } from '../../core/failure.ts'
import type { WireName } from '../../dns/message.ts'
import {
  type Context,
  isProblem,
  nameOf,
  overLookups,
  type Problem,
  permerror,
  type SpfAsk,
  type SpfQuestion,
} from './context.ts'
import { type Macros, targetName } from './macro.ts'
import { matches } from './mechanism.ts'
import { type Include, type Mechanism, parseRecord, type SpfRecord, spfRecordsOf } from './record.ts'

export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror'

interface Verdict {
  readonly result: SpfResult
  /** Whose record decided: a redirect leads elsewhere. */
  readonly domain: string
  /** Which term of it, as it is written; undefined: none. */
  readonly term: string | undefined
  /** In words, without the result. */
  readonly why: string
}

export interface SpfOutcome extends Verdict {
  /** Terms that needed DNS, of ten. */
  readonly lookups: number
}

const RESULTS = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const

/** check_host() of RFC 7208: whether the domain lets this address send its mail. Always ends, and never rejects. */
export async function checkHost(ask: SpfAsk, question: SpfQuestion): Promise<SpfOutcome> {
  const { domain } = question
  const context: Context = { ask, question, spent: { lookups: 0, voids: 0 } }
  return { ...(await evaluate(context, targetName(domain), domain)), lookups: context.spent.lookups }
}

/** `name`: undefined, no question can be made of what was `written`. */
async function evaluate(context: Context, name: WireName | undefined, written: string): Promise<Verdict> {
  const ended = (result: SpfResult, why: string) => ({ result, domain: name ?? written, term: undefined, why })
  if (!name?.includes('.')) return ended('none', `${written} is no domain name`)
  const answer = await context.ask(name, 'TXT')
  if (answer instanceof Failure) return ended('temperror', `${name} TXT: ${answer.message}`)
  const records = spfRecordsOf(answer)
  const [text, ...others] = records
  if (text === undefined) return ended('none', `${name} has no SPF record`)
  if (others.length > 0) return ended('permerror', `${name} has ${records.length} SPF records`)
  const record = parseRecord(text)
  if ('why' in record) return ended('permerror', `${record.why} in the record of ${name}`)
  return follow(context, name, record)
}

async function follow(context: Context, name: WireName, { directives, redirect }: SpfRecord): Promise<Verdict> {
  for (const { text, qualifier, mechanism } of directives) {
    const found = await matched(context, name, mechanism)
    const decided = { domain: name, term: text }
    const where = `"${text}" in the record of ${name}`
    if (isProblem(found)) return { ...decided, result: found.problem, why: `${found.why} (${where})` }
    if (found) return { ...decided, result: RESULTS[qualifier], why: where }
  }
  if (redirect) return redirected(context, name, redirect)
  return { result: 'neutral', domain: name, term: undefined, why: `no term in the record of ${name} means it` }
}

const matched = (context: Context, name: WireName, mechanism: Mechanism) =>
  mechanism.kind === 'include' ? included(context, name, mechanism) : matches(context, name, mechanism)

/** What the other domain says of the address; only that it passes counts as a match (RFC 7208 5.2). */
async function included(context: Context, name: WireName, { domain }: Include): Promise<boolean | Problem> {
  const over = overLookups(context)
  if (over) return over
  const target = await nameOf(context, name, domain)
  const { result, why } = await evaluate(context, target, 'what it includes')
  if (result === 'none') return permerror(why)
  return result === 'temperror' || result === 'permerror' ? { problem: result, why } : result === 'pass'
}

async function redirected(context: Context, name: WireName, macros: Macros): Promise<Verdict> {
  const decided = { domain: name, term: 'redirect=' }
  const over = overLookups(context)
  if (over) return { ...decided, result: over.problem, why: `${over.why} ("redirect=" in the record of ${name})` }
  const verdict = await evaluate(context, await nameOf(context, name, macros), 'where it redirects')
  if (verdict.result !== 'none') return verdict
  return { ...decided, result: 'permerror', why: `${verdict.why} ("redirect=" in the record of ${name})` }
}
