import { dyndns2 } from '../kits/dyndns2.ts'

export const spdyn = dyndns2({
  id: 'spdyn',
  name: 'spDYN (Securepoint)',
  docs: 'https://wiki.securepoint.de/SPDyn',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'what becomes of the other family' },
  endpoint: 'https://update.spdyn.de',
  path: '/nic/update',
  username: 'Account user; with an update token the host name itself',
  password: 'Account password or update token',
  // An update token stands for one host: a list of names would be refused.
  traits: { leftOut: 'unknown', hostsPerRequest: 1 },
  suffixes: [
    'spdns.de',
    'spdns.eu',
    'spdns.org',
    'firewall-gateway.de',
    'firewall-gateway.com',
    'firewall-gateway.net',
    'my-gateway.de',
  ],
})
