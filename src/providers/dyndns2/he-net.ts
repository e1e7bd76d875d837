import { dyndns2 } from '../kits/dyndns2.ts'

export const heNet = dyndns2({
  id: 'he-net',
  name: 'Hurricane Electric (dns.he.net)',
  docs: 'https://dns.he.net/docs.html',
  facts: { sure: 'documented', verified: '2026-11' },
  endpoint: 'https://dyn.dns.he.net',
  path: '/nic/update',
  password: 'Key generated for the dynamic record of the host; A and AAAA need the same one',
  // More than ten requests in two minutes are answered `interval`, and an update of both families is two.
  traits: { leftOut: 'kept', hostsPerRequest: 1, spacing: 24 },
  families: 'separate',
})
