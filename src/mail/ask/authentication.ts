import { Failure } from '../../core/failure.ts'
import { apexCandidates, type DomainName } from '../../dns/name.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'
import { learn } from './learn.ts'
import { textsAt } from './texts.ts'

/** What receivers can check mail of this domain against, beside SPF. */
export interface AuthenticationFacts {
  /** DMARC records at `_dmarc.` the domain, else at the nearest name above it that has any, the top level left out; [] = at none. */
  readonly dmarc: Learnt<{ readonly at: string; readonly records: readonly string[] }>
  /** Whether a key exists below `_domainkey`: of the named selectors, else by the empty non-terminal (RFC 8020). */
  readonly dkim: Learnt<{ readonly found: boolean; readonly how: 'selectors' | 'empty-non-terminal' }>
}

type Asking = Pick<Asker, 'stub' | 'selectors'>
type Dkim = Exclude<AuthenticationFacts['dkim'], Failure>

/** Never rejects. */
export async function askAuthentication(asker: Asking, domain: DomainName): Promise<AuthenticationFacts> {
  const [dmarc, dkim] = await Promise.all([
    learn(() => askDmarc(asker, domain)),
    learn(() => (asker.selectors.length > 0 ? askSelectors(asker, domain) : askNonTerminal(asker, domain))),
  ])
  return { dmarc, dkim }
}

/** The version is the first tag, in upper case (RFC 7489 6.4). */
const DMARC = /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/
/** A key that is not withdrawn (RFC 6376 3.6.1). */
const KEY = /(?:^|;)\s*p\s*=\s*[^;\s]/
const WALK = 7

/** Label by label upwards, as RFC 9989 4.10 has it: no list of public suffixes is needed. Of long names only the last seven labels are. */
async function askDmarc(asker: Asking, domain: DomainName) {
  const [own, ...above] = apexCandidates(domain)
  for (const name of [own, ...above.filter((one) => one.split('.').length <= WALK)]) {
    const at = `_dmarc.${name}`
    const records = (await textsAt(asker, at)).filter((text) => DMARC.test(text))
    if (records.length > 0) return { at, records }
  }
  return { at: `_dmarc.${domain}`, records: [] }
}

async function askSelectors(asker: Asking, domain: DomainName): Promise<Dkim> {
  const names = asker.selectors.map((selector) => `${selector}._domainkey.${domain}`)
  const heard = await Promise.all(names.map((name) => learn(() => textsAt(asker, name))))
  const found = heard.some((texts) => !(texts instanceof Failure) && texts.some((text) => KEY.test(text)))
  const failure = heard.find((texts) => texts instanceof Failure)
  if (!found && failure) throw failure
  return { found, how: 'selectors' }
}

/** Selectors cannot be listed. But where one exists, so does the name above it, without records of its own. */
async function askNonTerminal({ stub }: Asking, domain: DomainName): Promise<Dkim> {
  const { rcode } = await stub(`_domainkey.${domain}`, 'TXT')
  return { found: rcode === 'NOERROR', how: 'empty-non-terminal' }
}
