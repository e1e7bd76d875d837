import { HOUR } from '../core/instant.ts'
import type { Kind } from './kind.ts'
import { list } from './kind.ts'
import {
  block,
  domainName,
  duration,
  durationOrOff,
  hostName,
  ipSource,
  listen,
  nameServer,
  oneOf,
  onOff,
  path,
  schedule,
  token,
  ttl,
  wholeNumber,
} from './kinds.ts'
import { dkimSelector, dqsKey, prober } from './mail-kinds.ts'
import { watch } from './watch-kind.ts'
import { hostWish, mailDomain } from './wishes.ts'

/** One setting of the program itself. Its key in the table is its path in YAML. */
export interface Setting<T = unknown> {
  readonly env: string
  readonly kind: Kind<T>
  /** As the environment would give it; undefined: the setting has none. */
  readonly default?: string
  /** What holds where nothing is set and `default` cannot say it. */
  readonly otherwise?: string
  readonly about: string
  readonly secret?: true
  /** A value for the example file. */
  readonly example?: string
}

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
    about: 'Further hosts that follow the same address. In YAML also {name, provider, types, ttl, refreshInterval}',
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
    kind: duration(HOUR),
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
  dailyUpdates: {
    env: 'MXHOME_DAILY_UPDATES',
    kind: wholeNumber(1, 10_000),
    default: '40',
    about: 'How many updates of one record are sent in 24 hours at most',
  },
  listen: {
    env: 'MXHOME_LISTEN',
    kind: listen,
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
  outbound: {
    env: 'MXHOME_OUTBOUND',
    kind: oneOf('direct', 'smarthost', 'unknown'),
    default: 'unknown',
    about:
      'How the mail server sends: itself to every receiver (direct), or all by a smarthost; decides how much its reverse name, block lists and SPF matter',
  },
  doctorInterval: {
    env: 'MXHOME_DOCTOR_INTERVAL',
    kind: durationOrOff(),
    default: '24h',
    about: 'How often the daemon examines the mail path, as far as that costs strangers nothing',
  },
  prober: {
    env: 'MXHOME_PROBER',
    kind: prober,
    otherwise: 'none: port 25 is seen from this machine only',
    about:
      'A machine outside that asks port 25 for mxhome doctor: one that runs a prober, by its URL with its token before an @, or one that ssh leads to',
  },
  dqsKey: {
    env: 'MXHOME_DQS_KEY',
    kind: dqsKey,
    otherwise: "none: Spamhaus' public servers are asked, which refuse most home lines",
    about: 'The key of a Spamhaus Data Query Service account, which is free for small use',
    secret: true,
  },
  dkimSelectors: {
    env: 'MXHOME_DKIM_SELECTORS',
    kind: list(dkimSelector),
    otherwise: 'none: whether there is a key at all is looked up',
    about: 'The selectors with which the mail server or the smarthost signs (DKIM)',
  },
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
