/** Where a user gets what an adapter asks for: beside the adapters, since no request depends on it. */
export interface Credentials {
  /** In the service's own words, from page to page. */
  readonly where: string
  /** The page to begin at; absent: it depends on the user's own server. */
  readonly page?: `https://${string}`
  /** What has to be done there as well, or to be known before. */
  readonly note?: string
}

const TOKENS_OF_DESEC: Credentials = {
  where: 'log in, then Token Management, "+"; the secret is shown once',
  page: 'https://desec.io/tokens',
}

/** As the services' pages were described in 2026-11; menus move now and then. */
const CREDENTIALS: Readonly<Record<string, Credentials>> = {
  'all-inkl-dyndns': {
    where: 'log in to the KAS, then Tools, DDNS settings: a DDNS user (dyn...) and its password are made for each host',
    page: 'https://kas.all-inkl.com/',
  },
  cloudflare: {
    where: 'My Profile, API Tokens, Create Token, template "Edit zone DNS"; limit it to your zone',
    page: 'https://dash.cloudflare.com/profile/api-tokens',
    note: 'The token needs Zone:Read and DNS:Edit.',
  },
  command: { where: 'your own program decides; docs/own-provider.md says what it is given' },
  ddnss: { where: 'log in: the dashboard shows the update key', page: 'https://ddnss.de/' },
  desec: TOKENS_OF_DESEC,
  'desec-dyndns': TOKENS_OF_DESEC,
  digitalocean: {
    where: 'API, Tokens, Generate New Token, custom scopes: all of "domain"',
    page: 'https://cloud.digitalocean.com/account/api/tokens',
  },
  'do-de': {
    where: 'log in, then Domains, the domain, FlexDNS: user and password are made for each host',
    page: 'https://www.do.de/',
  },
  duckdns: { where: 'log in: the token stands at the top of the page', page: 'https://www.duckdns.org/' },
  dyn: {
    where: 'log in, then My Account, Updater Client Key; the user name is that of the account',
    page: 'https://account.dyn.com/',
  },
  dyndns2: {
    where: 'the service says them: user name and password of its dynamic DNS, often not those of the account',
  },
  dynu: {
    where: 'Control Panel, Manage Credentials: the IP Update Password',
    page: 'https://www.dynu.com/ControlPanel/ManageCredentials',
  },
  dynv6: { where: 'log in, then Keys: the HTTP token of the zone', page: 'https://dynv6.com/keys' },
  freedns: {
    where: 'log in, then Dynamic DNS: the "Direct URL" of the host; the key is what follows update.php?',
    page: 'https://freedns.afraid.org/dynamic/',
  },
  gandi: {
    where: 'the name at the top right, User settings, Authentication options, Create a personal access token',
    page: 'https://account.gandi.net/',
    note: 'It needs "Manage domain name technical configurations".',
  },
  gcore: { where: 'Profile, API tokens, Create token', page: 'https://portal.gcore.com/' },
  'he-net': {
    where:
      'the zone, the host\'s A record with "Enable entry for dynamic dns", then the circular arrows: Generate a key',
    page: 'https://dns.he.net/',
  },
  'hetzner-cloud': {
    where: 'the project that holds the zone, Security, API tokens, Generate API token: Read & Write',
    page: 'https://console.hetzner.com/',
    note: 'Zones of the old DNS Console have to be moved to a project first.',
  },
  inwx: {
    where: 'the account itself: an account (or a sub-account) without two-factor log-in',
    page: 'https://www.inwx.de/',
  },
  'inwx-dyndns': {
    where: 'log in, then Nameserver, DynDNS: a DynDNS account is made for the host',
    page: 'https://www.inwx.de/',
  },
  ionos: {
    where:
      'log in with the data of your contract, then Create API key: it has a public prefix and a secret, joined with a dot',
    page: 'https://developer.hosting.ionos.com/keys',
    note: 'The key reaches every zone of the account, and cannot be limited.',
  },
  'ionos-dyndns': {
    where: 'by an API key, once: POST /v1/dyndns in the API documentation hands out the update URL',
    page: 'https://developer.hosting.ionos.com/docs/dns',
  },
  ipv64: { where: 'log in, then Account: the account update token', page: 'https://ipv64.net/account' },
  linode: {
    where: 'API Tokens, Create A Personal Access Token: Domains Read/Write',
    page: 'https://cloud.linode.com/profile/tokens',
  },
  'mail-in-a-box': { where: 'the mail address and password of an administrator of the box, without two factors' },
  'namecheap-api': {
    where:
      "Profile, Tools, Business & Dev Tools, API Access: switch it on, and put this line's address on the allow list",
    page: 'https://ap.www.namecheap.com/settings/tools/apiaccess/',
    note: 'Namecheap gives the API only to accounts that qualify.',
  },
  'namecheap-dyndns': {
    where: 'Domain List, Manage, Advanced DNS, Dynamic DNS: switch it on; its password is shown there',
    page: 'https://ap.www.namecheap.com/domains/list/',
  },
  netcup: {
    where: 'log in to the CCP, then Master Data (Stammdaten), API: create an API key, and an API password beside it',
    page: 'https://www.customercontrolpanel.de/',
  },
  netlify: {
    where: 'User settings, Applications, Personal access tokens, New access token',
    page: 'https://app.netlify.com/user/applications',
  },
  noip: {
    where: 'log in, then Dynamic DNS, DDNS Keys, Add DDNS Key: it has a user name and a password',
    page: 'https://my.noip.com/',
  },
  'ovh-dynhost': {
    where: 'Control Panel, Web Cloud, Domain names, the domain, DynHost: Manage access, Create a login',
    page: 'https://www.ovh.com/manager/',
    note: 'The host needs a DynHost record there first.',
  },
  porkbun: {
    where: 'API Access: create an API key; it has a key (pk1_) and a secret (sk1_)',
    page: 'https://porkbun.com/account/api',
    note: 'Switch "API Access" on in the details of the domain too.',
  },
  powerdns: { where: 'api-key in pdns.conf of the server; api=yes and webserver=yes there as well' },
  rfc2136: {
    where: 'on the name server: tsig-keygen -a hmac-sha256 mxhome; its zone must allow that key to update',
  },
  route53: {
    where: 'IAM, Users, a user of its own, Security credentials, Create access key',
    page: 'https://console.aws.amazon.com/iam/',
    note: 'It needs route53:ListHostedZonesByName, ListResourceRecordSets and ChangeResourceRecordSets.',
  },
  selfhost: {
    where: 'log in, then My account, DynAccounts, details of the account: a number and its password',
    page: 'https://selfhost.de/',
    note: 'The number of the DynAccount, not the customer number.',
  },
  spdyn: {
    where: 'log in, then Hosts, the host: Generate update token; the user name is then the host itself',
    page: 'https://www.spdyn.de/',
  },
  strato: {
    where:
      'customer login, Domains, the domain or subdomain: switch DynDNS on; the password is set under Security, DynDNS',
    page: 'https://www.strato.de/apps/CustomerService',
    note: 'The user name is the domain that you booked; the password is not the one of the account.',
  },
  transip: {
    where: 'My account, API: switch it on, and create a key pair; save the private key into a file',
    page: 'https://www.transip.nl/cp/account/api/',
  },
  url: { where: 'the service says which URL to call; docs/own-provider.md says what stands in braces' },
  'variomedia-dyndns': {
    where: 'log in, then the domain, DNS settings, DynDNS: its password is set there',
    page: 'https://my.variomedia.de/',
  },
}

/** undefined: there is no adapter of that name. */
export const credentialsOf = (id: string): Credentials | undefined =>
  Object.hasOwn(CREDENTIALS, id) ? CREDENTIALS[id] : undefined
