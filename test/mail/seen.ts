import type { FindingId } from '../../src/core/finding.ts'

type Why = Partial<Readonly<Record<FindingId, string>>>

/** What this version never finds, and why. */
export const NOWHERE: Why = {
  'notify-through-itself': 'notifications are not in this version',
}

/** What is found in its test, but not by the program, and why. */
export const BY_FACTS_ALONE: Why = {
  'double-nat': 'no address source of this version asks a router',
  'port-forward-missing': 'no address source of this version asks a router',
}

const MX = 'an MX that could not be looked up is `mx-unknown`'
const ROUTER = 'a router that does not answer is said once, as `behind-cgnat`'
const BLOCKLIST = 'a list that gives no verdict is `dnsbl-unknown`'

/** What is never unknown, and why: something else says it, or it needs no answer. */
export const NEVER_UNKNOWN: Why = {
  'mx-missing': MX,
  'null-mx': MX,
  'mx-is-alias': 'a host that could not be looked up is `mx-unresolvable`',
  'mx-is-address': MX,
  'mx-elsewhere': MX,
  'mx-ambiguous': MX,
  'mx-host-dropped': MX,
  'mx-servers-differ': 'a server that is silent says nothing else: it is `name-servers-unreachable`',
  'mx-preference': MX,
  'mx-too-many': MX,
  'mx-duplicate': MX,
  'split-horizon': 'a resolver that is silent shows no other view',
  'host-proxied': 'the provider says it when a record is written',
  'ttl-too-long': 'who does not tell the address is said as `host-address-differs`',
  'name-servers-unreachable': 'silence is what is found',
  'dns-intercepted': 'without an answer there is none of a cache',
  'double-nat': ROUTER,
  'port-forward-missing': ROUTER,
  'port-25-inconclusive': 'it says itself what cannot be told',
  'iprev-generic': 'a name that could not be looked up is `iprev-missing`',
  'dnsbl-listed': BLOCKLIST,
  'dnsbl-policy': BLOCKLIST,
  'sources-disagree': 'a source that is silent has no vote',
  'other-family-unknown': 'mxhome knows itself what it has sent',
  'state-unwritable': 'mxhome knows itself whether it could write',
  'fritzbox-verify': 'what the router never told is compared with nothing',
}
