import type { DomainName } from '../../dns/name.ts'

/** Below these words registries of countries give names away, as in co.uk or com.br. */
const SECOND_LEVEL = 'ac co com edu go gob gouv gov gv ltd me mil ne net nom or org plc sch'.split(' ')

/**
 * Whether a name looks like one below which others register theirs. It may be a domain of its own all the same: only where
 * it takes no mail either is it one for sure.
 */
export function looksLikeSuffix(domain: DomainName, services: readonly string[]): boolean {
  const [first = '', country = '', ...more] = domain.split('.')
  const ofRegistry = more.length === 0 && country.length === 2 && SECOND_LEVEL.includes(first)
  return ofRegistry || services.includes(domain)
}
