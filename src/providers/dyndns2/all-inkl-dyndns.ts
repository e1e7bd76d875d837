import { dyndns2 } from '../kits/dyndns2.ts'

export const allInklDyndns = dyndns2({
  id: 'all-inkl-dyndns',
  name: 'ALL-INKL DDNS',
  docs: 'https://all-inkl.com/', // no page on the interface is known
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'others differ in how they name the IPv6 parameter' },
  endpoint: 'https://dyndns.kasserver.com',
  path: '/',
  username: 'DDNS user from the KAS: dyn and digits',
  password: 'DDNS password',
  // The user stands for one host. IPv6 wants dual stack switched on in the KAS; some clients send it in myip instead.
  traits: { leftOut: 'unknown', hostsPerRequest: 1 },
  families: ({ A, AAAA }) => ({ myip: A, myip6: AAAA }),
})
