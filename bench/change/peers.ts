import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { USER } from '../line.ts'
import { PLACES, type Runner } from './places.ts'

/** Another client as a service, as Debian packs it. */
export interface Peer {
  readonly name: Runner
  /** Debian's. */
  readonly package: string
  /** Seconds between two looks: as documented where the configuration says nothing. */
  readonly interval: number
  readonly argv: (host: string, folder: string) => readonly string[]
}

const host = (url: string) => new URL(url).host

/** Its service is started with 300 s (/etc/default/ddclient); less than 60 it refuses. */
const ddclient = (seconds: number) => (name: string, folder: string) => {
  const file = join(folder, 'ddclient.conf')
  const lines = [
    'ssl=no',
    `use=web, web=${PLACES.address}/`,
    `protocol=dyndns2, server=${host(PLACES.service)}`,
    `login=${USER.name}, password='${USER.password}'`,
    name,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  const own = ['-file', file, '-cache', join(folder, 'ddclient.cache'), '-pid', join(folder, 'ddclient.pid')]
  return ['/usr/bin/ddclient', '-foreground', '-daemon', String(seconds), ...own]
}

/** 120 s unless told otherwise, 30 s at least. */
const inadyn = (seconds: number | undefined) => (name: string, folder: string) => {
  const [file, cache] = [join(folder, 'inadyn.conf'), join(folder, 'inadyn')]
  mkdirSync(cache, { recursive: true })
  const lines = [
    ...(seconds === undefined ? [] : [`period = ${seconds}`]),
    'custom bench {',
    `  username = ${USER.name}`,
    `  password = ${USER.password}`,
    `  hostname = ${name}`,
    '  ssl = false',
    `  checkip-server = ${host(PLACES.address)}`,
    '  checkip-path = /',
    '  checkip-ssl = false',
    `  ddns-server = ${host(PLACES.service)}`,
    '  ddns-path = "/nic/update?hostname=%h&myip=%i"',
    '}',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return ['/usr/sbin/inadyn', '--no-pidfile', '-n', '-l', 'err', '-f', file, '--cache-dir', cache]
}

export const PEERS: readonly Peer[] = [
  { name: 'ddclient shortest', package: 'ddclient', interval: 60, argv: ddclient(60) },
  { name: 'ddclient default', package: 'ddclient', interval: 300, argv: ddclient(300) },
  { name: 'inadyn shortest', package: 'inadyn', interval: 30, argv: inadyn(30) },
  { name: 'inadyn default', package: 'inadyn', interval: 120, argv: inadyn(undefined) },
]
