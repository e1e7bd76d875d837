import { dyndns2 } from '../kits/dyndns2.ts'

export const ovhDynhost = dyndns2({
  id: 'ovh-dynhost',
  name: 'OVH DynHost',
  docs: 'https://docs.ovh.com/gb/en/domains/hosting_dynhost/',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'what becomes of the other family' },
  endpoint: 'https://dns.eu.ovhapis.com',
  path: '/nic/update?system=dyndns',
  username: 'DynHost identifier, for example example.com-home',
  password: 'DynHost password',
  // Not documented: A and AAAA are DynHost records of their own, and sending the other one too might create it.
  traits: { leftOut: 'kept', hostsPerRequest: 1 },
  families: 'separate',
})
