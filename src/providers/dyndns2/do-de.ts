import { dyndns2 } from '../kits/dyndns2.ts'

export const doDe = dyndns2({
  id: 'do-de',
  name: 'do.de FlexDNS (Domain-Offensive)',
  docs: 'https://www.do.de/wiki/FlexDNS_-_Entwickler',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'whether both families may go in one request' },
  endpoint: 'https://ddns.do.de',
  path: '/',
  username: 'FlexDNS user (not the customer login)',
  password: 'FlexDNS password',
  // The user stands for one host. Nobody shows both families in one request.
  traits: { leftOut: 'kept', hostsPerRequest: 1 },
  families: 'separate',
})
