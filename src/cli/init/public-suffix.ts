import type { DomainName } from '../../dns/name.ts'
import { isPublicSuffix } from '../../dns/public-suffix.ts'

/**
 * Whether a name looks like one below which others register theirs. It may be a domain of its own all the same: only where
 * it takes no mail either is it one for sure.
 */
export const looksLikeSuffix = (domain: DomainName, services: readonly string[]): boolean =>
  isPublicSuffix(domain) || services.includes(domain)
