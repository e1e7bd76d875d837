import { dyndns2 } from '../kits/dyndns2.ts'

export const doDe = dyndns2({
  id: 'do-de',
  name: 'do.de FlexDNS (Domain-Offensive)',
  docs: 'https://www.do.de/wiki/FlexDNS_-_Entwickler',
  endpoint: 'https://ddns.do.de',
  path: '/',
  username: 'FlexDNS user (not the customer login)',
  password: 'FlexDNS password',
  // The user stands for one host. Nobody shows both families in one request.
  traits: { leftOut: 'kept', hostsPerRequest: 1 },
  families: 'separate',
})
