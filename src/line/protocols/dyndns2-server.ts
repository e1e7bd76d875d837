import type { PushNews } from '../../core/pushed.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import { type Prefix, parsePrefix } from '../../dns/prefix.ts'
import { type AddressType, addressType, FAMILY, type IpAddress, parseAddress } from '../../dns/rrset.ts'
import { whyNotPublic } from '../../dns/special-purpose.ts'

/** What a router's DynDNS client asks for. */
export interface Update {
  /** In the order sent; undefined: not a full name. Empty: none was named, which means all. */
  readonly names: readonly (DomainName | undefined)[]
  /** What it told that can be believed. */
  readonly news: Omit<PushNews, 'hosts'>
  /** Why its addresses are refused; undefined: they are not. */
  readonly refused?: string | undefined
}

/** https://help.dyn.com/return-codes/ of more host names than a request may have. */
export const TOO_MANY = 'numhost'
/** As many as Dyn takes. */
const MOST_NAMES = 20

/**
 * Reads `hostname`, `myip` (either family, several by comma), `myipv6`, `ipv6prefix`; other parameters mean nothing. An empty
 * value, and a placeholder that the router did not fill in (`<ip6addr>`), is unknown: not absent. Never throws.
 */
export function parseUpdate(query: URLSearchParams, allow: readonly string[]): Update | typeof TOO_MANY {
  const texts = valuesOf(query, 'hostname')
  if (texts.length > MOST_NAMES) return TOO_MANY
  const names = [...new Set(texts.map(parseName))]
  const told = [
    ...valuesOf(query, 'myip').map((text) => addressIn('myip', text)),
    ...valuesOf(query, 'myipv6').map((text) => addressIn('myipv6', text, 'AAAA')),
  ]
  const prefixes = valuesOf(query, 'ipv6prefix').map(prefixIn)
  const wrong = [...told, ...prefixes].find((one) => typeof one === 'object' && 'wrong' in one)
  if (wrong && typeof wrong === 'object' && 'wrong' in wrong) return { names, news: {}, refused: wrong.wrong }
  return { names, ...judge(told as IpAddress[], prefixes as Prefix[], allow) }
}

interface Wrong {
  readonly wrong: string
}

const valuesOf = (query: URLSearchParams, name: string): readonly string[] =>
  query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '' && !/^<\w*>$/.test(value))

function addressIn(name: string, text: string, only?: AddressType): IpAddress | Wrong {
  const address = parseAddress(text)
  if (!address) return { wrong: `${name} holds no address` }
  if (only && addressType(address) !== only)
    return { wrong: `${name} holds an ${FAMILY[addressType(address)]} address` }
  return address
}

/** How long a prefix without a length is, nobody says. */
function prefixIn(text: string): Prefix | Wrong {
  const prefix = parsePrefix(text)
  if (!prefix || prefix.length < 16 || prefix.length > 64) {
    return { wrong: 'ipv6prefix holds no prefix; expected one such as 2001:db8:1:2::/56, of 16 to 64 bits' }
  }
  return prefix
}

function judge(
  told: readonly IpAddress[],
  prefixes: readonly Prefix[],
  allow: readonly string[],
): Omit<Update, 'names'> {
  const addresses = [...new Set(told)]
  const of = (type: AddressType) => addresses.filter((address) => addressType(address) === type)
  const [[A, ...moreA], [AAAA, ...moreAAAA]] = [of('A'), of('AAAA')]
  const [prefix, ...morePrefixes] = [...new Map(prefixes.map((one) => [`${one.address}/${one.length}`, one])).values()]
  const more = [moreA, moreAAAA, morePrefixes].find(({ length }) => length > 0)
  if (more)
    return {
      news: {},
      refused: `it tells ${more.length + 1} of one kind; a line has one address of a family, and one prefix`,
    }
  if (!A && !AAAA && !prefix)
    return { news: {}, refused: 'it tells no address: myip, myipv6 and ipv6prefix are empty or absent' }
  const special = [A, AAAA, prefix?.address].flatMap((address) => {
    const why = address && whyNotPublic(address, allow)
    return why ? [{ address, why }] : []
  })
  if (special.length === 0) return { news: { A, AAAA, prefix } }
  const refused = special.map(({ address, why }) => `${address} is not public: ${why.name} (${why.block}, ${why.rfc})`)
  // What is public is news all the same: behind DS-Lite the prefix is. And so is that the line has no IPv4 address of its
  // own: the sources' judge says what it means.
  const isNews = (address: IpAddress | undefined) =>
    special.every((one) => one.address !== address || (address === A && one.why.explain !== undefined))
  const news = {
    ...(A && isNews(A) && { A }),
    ...(AAAA && isNews(AAAA) && { AAAA }),
    ...(prefix && isNews(prefix.address) && { prefix }),
  }
  return { news, refused: refused.join(', ') }
}
