import { dyndns2 } from '../kits/dyndns2.ts'

export const variomediaDyndns = dyndns2({
  id: 'variomedia-dyndns',
  name: 'Variomedia DynDNS',
  docs: 'https://dyndns.variomedia.de/',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'the list of errors; what becomes of the other family' },
  endpoint: 'https://dyndns.variomedia.de',
  path: '/nic/update',
  username: 'E-mail address of the customer account; of a reseller, that of the end customer',
  password: 'DynDNS password from the DNS settings',
  // What becomes of the other family, and whether a request may name several hosts, is not said.
  traits: { leftOut: 'unknown', hostsPerRequest: 1 },
})
