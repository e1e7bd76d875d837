import { Failure } from '../../core/failure.ts'
import type { WireName } from '../../dns/message.ts'
import { reversedLabels, reverseName } from '../../dns/reverse-name.ts'
import { addressType, type IpAddress } from '../../dns/rrset.ts'
import { expand, type Macros, type MacroValues, targetName, usesLetter } from './macro.ts'

export type SpfType = 'TXT' | 'A' | 'AAAA' | 'MX' | 'PTR'

/**
 * What is at a name, aliases followed: of TXT each record's strings as one text, of MX the exchanges, the preferred one first.
 * [] = nothing, or no such name. Never rejects.
 */
export type SpfAsk = (name: WireName, type: SpfType) => Promise<readonly string[] | Failure>

/** Whose mail, and from where. */
export interface SpfQuestion {
  readonly address: IpAddress
  readonly domain: string
  /** Of MAIL FROM, `local@domain`; without a local part it is postmaster. */
  readonly sender: string
  readonly helo: string
}

/** One check_host(), its includes and redirects among it. */
export interface Context {
  readonly ask: SpfAsk
  readonly question: SpfQuestion
  /** What the limits of RFC 7208 4.6.4 are counted in. */
  readonly spent: { lookups: number; voids: number }
}

/** Why the record gives no answer. */
export interface Problem {
  readonly problem: 'temperror' | 'permerror'
  readonly why: string
}
export const isProblem = (value: object | boolean): value is Problem => typeof value === 'object' && 'problem' in value
export const permerror = (why: string): Problem => ({ problem: 'permerror', why })

const LOOKUPS = 10
const VOIDS = 2
export const NAMES = 10

/** Before each term that needs DNS. */
export const overLookups = ({ spent }: Context): Problem | undefined =>
  ++spent.lookups > LOOKUPS ? permerror(`more than ${LOOKUPS} terms need DNS`) : undefined

/**
 * Each question without an answer counts, as receivers' programs have it (pyspf, Mail::SPF), not each term: an `mx` of three
 * hosts without IPv6 ends in permerror for a sender with IPv6.
 */
export async function look(context: Context, name: WireName | undefined, type: SpfType) {
  const answer = name === undefined ? [] : await context.ask(name, type)
  if (answer instanceof Failure) return { problem: 'temperror', why: `${name} ${type}: ${answer.message}` } as const
  const isOver = name !== undefined && answer.length === 0 && ++context.spent.voids > VOIDS
  return isOver ? permerror(`more than ${VOIDS} lookups find nothing, the last one ${name} ${type}`) : answer
}

/** The name that a domain-spec means; undefined: no question can be made of it. */
export const nameOf = async (context: Context, domain: string, macros: Macros): Promise<WireName | undefined> =>
  targetName(expand(macros, await macroValues(context, domain, macros)))

/** What the letters stand for in the record of `domain` (RFC 7208 7.3). */
export async function macroValues(context: Context, domain: string, macros: Macros): Promise<MacroValues> {
  const { address, sender, helo } = context.question
  const at = sender.lastIndexOf('@')
  const [l, o] = [sender.slice(0, Math.max(at, 0)) || 'postmaster', sender.slice(at + 1)]
  return {
    ...{ s: `${l}@${o}`, l, o },
    d: domain,
    i: dotted(address),
    p: usesLetter(macros, 'p') ? await validatedName(context, domain) : '',
    v: addressType(address) === 'A' ? 'in-addr' : 'ip6',
    h: helo,
  }
}

/** An IPv6 address by its 32 hexadecimal digits. */
const dotted = (address: IpAddress): string => reversedLabels(address).toUpperCase().split('.').toReversed().join('.')

/** What `%{p}` stands for: a validated name, at best the domain itself or one below it. */
async function validatedName(context: Context, domain: string): Promise<string> {
  const answer = await context.ask(reverseName(context.question.address), 'PTR')
  const names = answer instanceof Failure ? [] : await validatedNames(context, answer)
  return names.find((name) => name === domain) ?? names.find((name) => endsIn(name, domain)) ?? names[0] ?? 'unknown'
}

/** Of the first ten PTR names, those that have the address themselves (RFC 7208 5.5). What cannot be looked up is left out. */
export async function validatedNames(
  { ask, question: { address } }: Context,
  pointers: readonly WireName[],
): Promise<readonly WireName[]> {
  const names = pointers.slice(0, NAMES)
  const found = await Promise.all(names.map((name) => ask(name, addressType(address))))
  return names.filter((_, i) => {
    const answer = found[i]!
    return !(answer instanceof Failure) && answer.includes(address)
  })
}

export const endsIn = (name: WireName, domain: string): boolean => name === domain || name.endsWith(`.${domain}`)
