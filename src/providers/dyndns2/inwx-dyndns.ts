import { Failure } from '../../core/failure.ts'
import { dyndns2 } from '../kits/dyndns2.ts'

export const inwxDyndns = dyndns2({
  id: 'inwx-dyndns',
  name: 'INWX DynDNS account',
  docs: 'https://www.inwx.com/en/nameserver2/dyndns',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'the words for errors' },
  endpoint: 'https://dyndns.inwx.com',
  path: '/nic/update',
  username: 'User of the DynDNS account (not the customer login)',
  password: 'Password of the DynDNS account',
  // The account stands for one host. Without myipv6 its AAAA is deleted, without myip its A becomes 127.0.0.1.
  traits: { leftOut: 'cleared', hostsPerRequest: 1 },
  families({ A, AAAA }) {
    // Tried again later: the IPv4 address may only not be known yet.
    if (A === undefined)
      throw new Failure(
        'unavailable',
        'INWX sets A to 127.0.0.1 if AAAA comes without an IPv4 address: nothing was sent',
      )
    return { myip: A, myipv6: AAAA }
  },
})
