/**
 * Whose name servers bear which names, and which of our adapters write to their zones, the likeliest first. Only names that
 * tell the service beyond doubt: those of nsone.net serve customers of Netlify and of NS1 itself, dynect.net is no DynDNS.
 */
const NAME_SERVERS: readonly (readonly [names: RegExp, ids: readonly string[]])[] = [
  // ns-ic.ui-dns.com is IONOS Cloud, another service with keys of its own.
  [/^ns\d+\.ui-dns\.(?:com|de|org|biz)$/, ['ionos', 'ionos-dyndns']],
  [/\.rzone\.de$/, ['strato']],
  // Those of first-ns.de and second-ns.* are the old DNS of Hetzner's Robot, which this API does not reach.
  [/^(?:hydrogen|oxygen|helium)\.ns\.hetzner\.(?:com|de)$/, ['hetzner-cloud']],
  [/\.ns\.cloudflare\.com$/, ['cloudflare']],
  [/^(?:root|second|third)-dns\.netcup\.net$/, ['netcup']],
  [/^ns\d*\.inwx\.(?:de|eu|com|net)$/, ['inwx', 'inwx-dyndns']],
  [/^ns\d\.desec\.(?:io|org)$/, ['desec', 'desec-dyndns']],
  [/^d?ns\d+\.ovh\.(?:net|ca)$|\.anycast\.me$/, ['ovh-dynhost']],
  [/\.gandi\.net$/, ['gandi']],
  [/^ns\d\.digitalocean\.com$/, ['digitalocean']],
  [/\.ns\.porkbun\.com$/, ['porkbun']],
  [/^ns-\d+\.awsdns-\d+\.(?:com|net|org|co\.uk)$/, ['route53']],
  [/^dns\d+\.(?:registrar-servers|namecheaphosting)\.com$/, ['namecheap-dyndns', 'namecheap-api']],
  [/^ns\d\.linode\.com$/, ['linode']],
  [/^ns\d\.transip\.(?:net|nl|eu)$/, ['transip']],
  [/^ns\d\.gcorelabs\.net$|^ns\d\.gcdn\.services$/, ['gcore']],
  [/^ns\d\.he\.net$/, ['he-net']],
  [/^ns\d+\.kasserver\.com$/, ['all-inkl-dyndns']],
  [/^ns\d\.variomedia\.de$/, ['variomedia-dyndns']],
  [/^ns\d+\.dynu\.com$/, ['dynu']],
  [/^ns\d\.dynv6\.(?:com|net)$/, ['dynv6']],
  [/^ns\d\.afraid\.org$/, ['freedns']],
  [/^n[sf]\d\.no-ip\.com$/, ['noip']],
  [/^ns\d\.ipv64\.net$/, ['ipv64']],
]

/** The adapters for a zone that these servers keep, the likeliest first; none: the names do not tell. Pure. */
export function providersAt(nameServers: readonly string[]): readonly string[] {
  const found = NAME_SERVERS.filter(([names]) => nameServers.some((name) => names.test(name.toLowerCase())))
  return [...new Set(found.flatMap(([, ids]) => ids))]
}

/** All adapters that the names can lead to. */
export const recognisedProviders: readonly string[] = NAME_SERVERS.flatMap(([, ids]) => ids)
