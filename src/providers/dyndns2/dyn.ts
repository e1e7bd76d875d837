import { dyndns2 } from '../kits/dyndns2.ts'

export const dyn = dyndns2({
  id: 'dyn',
  name: 'Dyn (DynDNS, Oracle)',
  docs: 'https://help.dyn.com/remote-access-api/perform-update/',
  facts: { sure: 'documented', verified: '2026-11' },
  endpoint: 'https://members.dyndns.org',
  path: '/v3/update',
  username: 'Dyn account user',
  password: 'Updater client key (preferred) or account password',
  traits: { leftOut: 'cleared', hostsPerRequest: 20 },
  // The more common ones of those that Dyn has registered in the Public Suffix List.
  suffixes: `
    dyndns.org dyndns.info dyndns.biz dyndns.tv dyndns.ws dyndns-home.com dyndns-mail.com dnsalias.com
    dnsalias.net dnsalias.org homeip.net homelinux.com homelinux.net homelinux.org ath.cx dvrdns.org dynalias.com
    dynalias.net dynalias.org gotdns.com gotdns.org is-a-geek.com selfip.com selfip.net selfip.org
  `
    .trim()
    .split(/\s+/),
})
