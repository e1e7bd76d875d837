import { HOUR, SECOND } from '../core/instant.ts'
import { parseAddress } from '../dns/rrset.ts'
import type { Kind } from './kind.ts'
import { list } from './kind.ts'
import {
  block,
  domainName,
  duration,
  durationOrOff,
  hostName,
  ipSource,
  listenAt,
  nameServer,
  oneOf,
  onOff,
  password,
  path,
  schedule,
  token,
  ttl,
  userName,
  wholeNumber,
} from './kinds.ts'
import { MAIL_SETTINGS } from './mail-settings.ts'
import type { Setting } from './setting.ts'
import { watch } from './watch-kind.ts'
import { hostWish, mailDomain } from './wishes.ts'

/** Of `push.listen`, where it names none. */
export const PUSH_PORT = 8246

/** Every setting that is not a provider's: what is read, documented and generated comes from here. */
export const SETTINGS = {
  domains: {
    env: 'MXHOME_DOMAINS',
    kind: list(mailDomain),
    about:
      'Mail domains; the hosts that their MX records name are kept up to date. In YAML also {name, mx: [{host, preference}]}: the wanted MX records',
    example: 'example.com',
  },
  hosts: {
    env: 'MXHOME_HOSTS',
    kind: list(hostWish),
    about:
      'Further hosts that follow the same address. In YAML also {name, provider, line, types, ttl, ipv6Suffix, whenGone, refreshInterval}',
    example: 'mail.example.com, owa.example.com',
  },
  exclude: {
    env: 'MXHOME_EXCLUDE',
    kind: list(hostName),
    about: 'Hosts that are never written, whatever an MX record says',
  },
  ipv4: { env: 'MXHOME_IPV4', kind: onOff, default: 'on', about: 'Whether A records are kept' },
  ipv6: { env: 'MXHOME_IPV6', kind: onOff, default: 'off', about: 'Whether AAAA records are kept' },
  ipSources: {
    env: 'MXHOME_IP_SOURCES',
    kind: list(ipSource, { atLeastOne: true }),
    default: 'auto',
    about: 'Where the public address is learned. A command that holds a comma can only be given in YAML',
  },
  'push.listen': {
    env: 'MXHOME_PUSH_LISTEN',
    kind: listenAt({ address: parseAddress('192.168.178.20')!, port: PUSH_PORT }),
    default: 'off',
    about:
      "Where the router's own DynDNS client tells a new address, for the source push: an address of this machine on the local network",
  },
  'push.username': {
    env: 'MXHOME_PUSH_USERNAME',
    kind: userName,
    about: 'The user name that is entered in the router',
  },
  'push.password': {
    env: 'MXHOME_PUSH_PASSWORD',
    kind: password,
    about: 'The password that is entered in the router',
    secret: true,
  },
  'push.certificate': {
    env: 'MXHOME_PUSH_CERTIFICATE',
    kind: path,
    otherwise: 'none: plain HTTP',
    about: 'A PEM file with the certificate for HTTPS, and those that lead to its authority',
  },
  'push.key': {
    env: 'MXHOME_PUSH_KEY',
    kind: path,
    about: 'A PEM file with the private key of that certificate',
  },
  quorum: {
    env: 'MXHOME_QUORUM',
    kind: wholeNumber(1, 100),
    otherwise: 'more than half of those that answer',
    about: 'How many sources must agree',
  },
  allowAddresses: {
    env: 'MXHOME_ALLOW_ADDRESSES',
    kind: list(block),
    about: 'Blocks of addresses that are published although they are special-purpose (private, documentation ...)',
  },
  schedule: {
    env: 'MXHOME_SCHEDULE',
    kind: schedule,
    default: '*/5 * * * *',
    about: 'When the daemon looks, in the time zone of the system; with six fields the first is the second',
  },
  watch: {
    env: 'MXHOME_WATCH',
    kind: watch,
    default: 'auto',
    about:
      'What starts a round at once: kernel (changes of addresses and routes), router (its announcements and events), probe (it is asked again and again); auto takes what is there; off',
  },
  watchInterval: {
    env: 'MXHOME_WATCH_INTERVAL',
    kind: duration(HOUR, SECOND),
    default: '10s',
    about: 'How often probe asks the router',
  },
  resolvers: {
    env: 'MXHOME_RESOLVERS',
    kind: list(nameServer),
    otherwise: 'those of the system',
    about: 'Resolvers to ask',
  },
  nameservers: {
    env: 'MXHOME_NAMESERVERS',
    kind: list(nameServer),
    otherwise: "those that the zone's NS records name",
    about: 'Authoritative servers at which a change is confirmed',
  },
  confirmTimeout: {
    env: 'MXHOME_CONFIRM_TIMEOUT',
    kind: duration(HOUR),
    default: '2m',
    about: 'How long a round waits until every authoritative server shows a change',
  },
  driftInterval: {
    env: 'MXHOME_DRIFT_INTERVAL',
    kind: durationOrOff(),
    default: '1h',
    about: "How often records are read again at the provider's interface, to put right what someone else changed",
  },
  refreshInterval: {
    env: 'MXHOME_REFRESH_INTERVAL',
    kind: durationOrOff(),
    otherwise: "the provider's",
    about: 'How long an unchanged address is left before it is sent again to a service that deletes idle hosts',
  },
  whenGone: {
    env: 'MXHOME_WHEN_GONE',
    kind: oneOf('keep', 'remove'),
    default: 'keep',
    about:
      'What happens to the records of a family that this machine or the router reports absent in three rounds over 10 minutes, while the other is there',
  },
  dailyUpdates: {
    env: 'MXHOME_DAILY_UPDATES',
    kind: wholeNumber(1, 10_000),
    default: '40',
    about: 'How many updates of one record are sent in 24 hours at most',
  },
  listen: {
    env: 'MXHOME_LISTEN',
    kind: listenAt({ address: parseAddress('127.0.0.1')!, port: 8245 }),
    default: '127.0.0.1:8245',
    about: 'Where the health endpoint listens; an address that is not loopback needs MXHOME_LISTEN_TOKEN',
  },
  listenToken: {
    env: 'MXHOME_LISTEN_TOKEN',
    kind: token,
    about: 'What a caller of the health endpoint must send as Authorization: Bearer TOKEN',
    secret: true,
  },
  stateDir: {
    env: 'MXHOME_STATE_DIR',
    kind: path,
    otherwise: '$STATE_DIRECTORY, else /var/lib/mxhome if it exists, else $XDG_STATE_HOME/mxhome',
    about: 'The folder of the state and the history',
  },
  ...MAIL_SETTINGS,
  'log.level': {
    env: 'MXHOME_LOG_LEVEL',
    kind: oneOf('error', 'warn', 'info', 'debug'),
    default: 'info',
    about: 'How much is logged',
  },
  'log.format': {
    env: 'MXHOME_LOG_FORMAT',
    kind: oneOf('text', 'json'),
    otherwise: 'text on a terminal, else json',
    about: 'How it is logged',
  },
  ttl: {
    env: 'MXHOME_TTL',
    kind: ttl,
    otherwise: 'what a record has is kept; 60 for a new one',
    about: 'The time to live of the records, in seconds',
  },
} as const satisfies Record<string, Setting>

export type SettingKey = keyof typeof SETTINGS
export type Values = {
  readonly [K in SettingKey]?: (typeof SETTINGS)[K]['kind'] extends Kind<infer T> ? T | undefined : never
}
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[]

/** Which adapter, and what it serves: the environment's form of one entry of `providers`. */
export const PROVIDER_VARIABLES = {
  use: {
    env: 'MXHOME_PROVIDER',
    about: "The provider's id; `mxhome providers` lists them. In YAML providers: [{use, name, zones, ...}]",
  },
  zones: {
    env: 'MXHOME_ZONES',
    kind: list(domainName, { atLeastOne: true }),
    otherwise: 'the listed domains and hosts, and the zones that the service itself owns',
    about: 'The zones that the provider serves',
  },
} as const
