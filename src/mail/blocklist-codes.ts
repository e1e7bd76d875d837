import type { IpAddress } from '../dns/rrset.ts'

/** What Spamhaus ZEN answers with (docs.spamhaus.com, "Return codes"). `policy`: an end user's range, nothing was done wrong. */
const LISTINGS: Readonly<Record<string, { readonly kind: 'listed' | 'policy'; readonly name: string }>> = {
  '127.0.0.2': { kind: 'listed', name: 'SBL: a source of spam' },
  '127.0.0.3': { kind: 'listed', name: 'CSS: a source of spam' },
  '127.0.0.4': { kind: 'listed', name: 'XBL: an infected or hijacked machine' },
  '127.0.0.5': { kind: 'listed', name: 'XBL: an infected or hijacked machine' },
  '127.0.0.6': { kind: 'listed', name: 'XBL: an infected or hijacked machine' },
  '127.0.0.7': { kind: 'listed', name: 'XBL: an infected or hijacked machine' },
  '127.0.0.9': { kind: 'listed', name: 'DROP: a hijacked network' },
  '127.0.0.30': { kind: 'listed', name: 'BCL: a botnet controller' },
  '127.0.0.10': { kind: 'policy', name: 'PBL, said by the ISP' },
  '127.0.0.11': { kind: 'policy', name: 'PBL, said by Spamhaus' },
}

/** 127.255.255.x says nothing of the address (spamhaus.org/news/article/807). */
const REFUSALS: Readonly<Record<string, string>> = {
  '127.255.255.252': 'the name of the list is misspelt',
  '127.255.255.254': 'the resolver is a public one, or its own reverse name is generic',
  '127.255.255.255': 'the resolver asks too often',
}

/** A code that is not in the list is a listing all the same. */
export const listingOf = (code: IpAddress): { readonly kind: 'listed' | 'policy'; readonly name: string } =>
  LISTINGS[code] ?? { kind: 'listed', name: `code ${code}` }

/** Why the list answers with no verdict; undefined: it is one. */
export const whyRefused = (code: IpAddress): string | undefined =>
  code.startsWith('127.255.255.') ? `${REFUSALS[code] ?? 'for a reason that is not known'} (${code})` : undefined
