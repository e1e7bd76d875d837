import { dyndns2 } from '../kits/dyndns2.ts'

export const selfhost = dyndns2({
  id: 'selfhost',
  name: 'selfHOST.de',
  docs: 'https://de.scribd.com/document/720787648/api',
  facts: { sure: 'documented', verified: '2026-11', doubt: "only a copy of the vendor's sheet was at hand" },
  endpoint: 'https://carol.selfhost.de',
  path: '/nic/update',
  username: 'Number of the dyn account (not the customer number)',
  password: 'Password of the dyn account',
  // One request updates every name of the dyn account, whichever it names. How soon the next may follow is not known.
  traits: { leftOut: 'kept', hostsPerRequest: 20 },
  families: 'separate', // a list in myip is answered `abuse`
})
