import { desecService } from './services/desec.ts'
import { duckdnsService } from './services/duckdns.ts'
import { dyndns2Service } from './services/dyndns2.ts'
import { ionosService } from './services/ionos.ts'
import { namecheapService } from './services/namecheap.ts'
import { netcupService } from './services/netcup.ts'
import { KEY_NAME, PRIMARY, rfc2136Service } from './services/rfc2136.ts'
import { ACCESS_KEY, route53Service } from './services/route53.ts'
import type { Grounds, Service } from './services/service.ts'

/** One way to have hosts kept: an adapter, the zone it serves, the service behind it. */
export interface Kind {
  readonly use: string
  readonly apex: string
  readonly hosts: readonly string[]
  readonly settings: (secret: string) => unknown
  /** In base64. */
  readonly isEncoded?: true
  readonly service: (grounds: Grounds) => Service
}

const login = (password: string) => ({ username: 'anna', password })
/** For the domain itself: one of them. */
export const OWN: readonly Kind[] = [
  { use: 'ionos', settings: (apiKey: string) => ({ apiKey }), service: ionosService },
  { use: 'desec', settings: (token: string) => ({ token }), service: desecService },
  {
    use: 'namecheap-api',
    settings: (apiKey: string) => ({ apiUser: 'anna', apiKey, clientIp: '84.200.73.1' }),
    service: namecheapService,
  },
  {
    use: 'netcup',
    settings: (apiPassword: string) => ({ customerNumber: '12345', apiKey: 'key', apiPassword }),
    service: netcupService,
  },
  {
    use: 'route53',
    settings: (secretAccessKey: string) => ({ accessKeyId: ACCESS_KEY, secretAccessKey }),
    service: route53Service,
  },
  {
    use: 'rfc2136',
    isEncoded: true as const,
    settings: (keySecret: string) => ({ server: PRIMARY, keyName: KEY_NAME, keySecret }),
    service: rfc2136Service,
  },
  {
    use: 'strato',
    settings: login,
    service: (grounds: Grounds) => dyndns2Service('dyndns.strato.com', 'cleared', grounds),
  },
].map((kind) => ({ ...kind, apex: 'example.com', hosts: ['mail.example.com', 'owa.example.com', 'mx2.example.com'] }))
/** Beside it, as many as there are. */
export const FURTHER: readonly Kind[] = [
  {
    use: 'noip',
    apex: 'ddns.net',
    hosts: ['box.ddns.net', 'cam.ddns.net'],
    settings: login,
    service: (grounds) => dyndns2Service('dynupdate.no-ip.com', 'cleared', grounds),
  },
  {
    use: 'dyn',
    apex: 'dyndns.org',
    hosts: ['box.dyndns.org', 'nas.dyndns.org', 'vpn.dyndns.org'],
    settings: login,
    service: (grounds) => dyndns2Service('members.dyndns.org', 'cleared', grounds),
  },
  {
    use: 'he-net',
    apex: 'home.example.net',
    hosts: ['mx.home.example.net'],
    settings: (password) => ({ password }),
    service: (grounds) => dyndns2Service('dyn.dns.he.net', 'kept', grounds),
  },
  {
    use: 'duckdns',
    apex: 'duckdns.org',
    hosts: ['box.duckdns.org'],
    settings: (token) => ({ token }),
    service: duckdnsService,
  },
]
