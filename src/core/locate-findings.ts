import type { DomainName } from '../dns/name.ts'
import type { Failure } from './failure.ts'
import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'

type Text = Pick<Finding, 'message' | 'remedy' | 'reference'>
const about = (id: Finding['id'], severity: Finding['severity'], domain: DomainName, text: Text): Finding => ({
  id,
  severity,
  domain,
  ...text,
})

/** Lines of the configuration with one host more, as the user would write them. */
export interface Lines {
  readonly hosts: (host: string) => string
  readonly exclude: (host: string) => string
  /** Any one of them makes the host ours; none: no account can have it. */
  readonly adopting: (host: string) => readonly string[]
}

/** In one sentence, for all who say it. */
export const nonexistentText = (domain: string): string =>
  `the domain ${domain} does not exist (NXDOMAIN): check its spelling`

/** What can be wrong with a domain's MX, in the words that the user reads. */
export const findings = {
  missing: (domain: DomainName, apexIsNamed: boolean) =>
    about('mx-missing', apexIsNamed ? 'info' : 'error', domain, {
      message: `${domain} has no MX record: senders try the address of ${domain} itself, where usually the web site lives`,
      remedy: `Add an MX record for ${domain} that names your mail host.`,
      reference: 'RFC 5321 5.1',
    }),
  /** The domain itself is not there. `apexIsNamed`: mxhome is about to make it. */
  nonexistent: (domain: DomainName, apexIsNamed: boolean) =>
    about('mx-missing', apexIsNamed ? 'info' : 'error', domain, {
      message: nonexistentText(domain),
      remedy: 'If it is right, register it, or have your provider make it.',
      reference: 'RFC 2308 2.1',
    }),
  nullMx: (domain: DomainName) =>
    about('null-mx', 'info', domain, {
      message: `${domain} has a null MX: it says that it takes no mail`,
      remedy: `Nothing to do if ${domain} shall take no mail (it then needs no place in MXHOME_DOMAINS); else remove the null MX.`,
      reference: 'RFC 7505 3',
    }),
  isAlias: (domain: DomainName, exchange: string, target: string) =>
    about('mx-is-alias', 'warn', domain, {
      message: `the MX of ${domain} names ${exchange}, which is an alias of ${target}: 1&1 and others refuse such mail`,
      remedy: `Let the MX of ${domain} name ${target} itself, or a host that has its own A record.`,
      reference: 'RFC 2181 10.3',
    }),
  isAddress: (domain: DomainName, exchange: string) =>
    about('mx-is-address', 'error', domain, {
      message: `the MX of ${domain} names the address ${exchange}: an MX must name a host`,
      remedy: `Make a host such as mail.${domain} with an A record, and let the MX name it.`,
      reference: 'RFC 5321 5.1',
    }),
  /** `owner`: the one that holds the address, for an alias its end: beside a CNAME no A record can stand. */
  elsewhere: (domain: DomainName, exchanges: readonly string[], owner: string, { adopting }: Lines) =>
    about('mx-elsewhere', 'error', domain, {
      message: `the MX of ${domain} names ${exchanges.join(', ')}: none lies in a zone of yours`,
      remedy:
        adopting(owner).length > 0
          ? `If ${owner} is yours, write: ${adopting(owner).join(' or ')}. Else let the MX name your host.`
          : `Let the MX name a host that your provider keeps, which are names in its own zones only; or add a provider that serves ${owner}.`,
      reference: 'RFC 5321 5.1',
    }),
  ambiguous: (domain: DomainName, hosts: readonly DomainName[], { hosts: naming, exclude }: Lines) =>
    about('mx-ambiguous', 'error', domain, {
      message: `the MX of ${domain} names ${hosts.join(' and ')} with the same preference: which is on this line is not known, so none is written`,
      remedy: `Name those that are on this line: ${naming(hosts[0]!)}; or those that are not: ${exclude(hosts[1]!)}`,
      reference: 'RFC 5321 5.1',
    }),
  unknown: (domain: DomainName, failure: Failure, hosts: readonly DomainName[]) =>
    about('mx-unknown', 'unknown', domain, {
      message: `the MX of ${domain} could not be looked up: ${failure.message}`,
      remedy:
        hosts.length > 0
          ? `The hosts last known are kept: ${hosts.join(', ')}. Check the resolver if it lasts.`
          : failure.reason === 'special-purpose'
            ? 'If these name servers are yours, name them in MXHOME_NAMESERVERS, or allow their block in MXHOME_ALLOW_ADDRESSES.'
            : 'Check the network and the resolver (MXHOME_RESOLVERS).',
      reference: 'RFC 2308 7',
    }),
  dropped: (domain: DomainName, owner: DomainName, until: Instant) =>
    about('mx-host-dropped', 'info', domain, {
      message: `the MX of ${domain} no longer names ${owner}; it is kept up to date until ${new Date(until).toISOString()}`,
      remedy: 'Nothing to do: other servers may still have the old MX.',
      reference: 'RFC 1035 3.2.1',
    }),
  serversDiffer: (domain: DomainName) =>
    about('mx-servers-differ', 'warn', domain, {
      message: `the name servers of ${domain} give different MX records; the hosts of all of them are kept`,
      remedy: 'Wait for the transfer, or mend the name server that lags.',
      reference: 'RFC 1034 4.3.5',
    }),
  splitHorizon: (domain: DomainName) =>
    about('split-horizon', 'info', domain, {
      message: `the resolver shows another MX of ${domain} than its authoritative servers; theirs is used`,
      remedy: 'Nothing to do if your own DNS has an internal view; else look at its cache.',
      reference: 'RFC 8499 6 "split DNS"',
    }),
}
