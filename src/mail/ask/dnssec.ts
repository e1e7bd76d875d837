import { Failure } from '../../core/failure.ts'
import type { Asker } from '../asker.ts'
import { type AskValidated, openValidation, type Validated } from './validation.ts'

/** What a resolver's AD and CD bits say of one name. */
export interface DnssecFacts {
  /** Names that were asked: the domain, and each of our MX hosts. */
  readonly names: readonly DnssecName[]
}

export interface DnssecName {
  readonly name: string
  /** `secure`: AD from a resolver that is trusted; `insecure`: an answer without; `bogus`: SERVFAIL, but an answer without checking. */
  readonly state: 'secure' | 'insecure' | 'bogus' | 'unknown'
  /** Extended DNS errors (RFC 8914) in words: `signature expired`. */
  readonly causes: readonly string[]
  /** Why it is unknown. */
  readonly why: string | undefined
}

/** What mail asks a name for; where there is nothing, its absence is signed as well. */
const TYPES = ['MX', 'A', 'AAAA'] as const

/** Never rejects. */
export async function askDnssec(asker: Asker, names: readonly string[]): Promise<DnssecFacts> {
  const ask = openValidation(asker)
  return { names: await Promise.all([...new Set(names)].map((name) => stateOf(ask, name))) }
}

/** The worst of its RRsets decides: one that is refused is enough to lose mail. */
async function stateOf(ask: AskValidated, name: string): Promise<DnssecName> {
  const seen = await Promise.all(TYPES.map((type) => ask(name, type).catch(Failure.from)))
  const known = seen.flatMap((one) => (one instanceof Failure ? [] : [one]))
  const causes = [...new Set(known.flatMap((one) => (one.state === 'bogus' ? one.causes : [])))]
  if (known.some(({ state }) => state === 'bogus')) return { name, state: 'bogus', causes, why: undefined }
  const [why] = seen.flatMap(whyUnknown)
  if (why !== undefined) return { name, state: 'unknown', causes, why }
  const secure = known.every(({ state }) => state === 'secure')
  return { name, state: secure ? 'secure' : 'insecure', causes, why }
}

function whyUnknown(seen: Validated | Failure): readonly string[] {
  if (seen instanceof Failure) return [seen.message]
  return seen.state === 'unproven' ? [seen.why] : []
}
