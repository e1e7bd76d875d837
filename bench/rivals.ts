import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Line, USER } from './line.ts'

/** Another client, ready for one run with nothing to do. */
export interface Rival {
  readonly name: string
  /** Its version as Debian counts it; undefined: it is not here and could not be installed. */
  readonly version: string | undefined
  readonly argv: readonly string[]
}

/** Asks the same loopback services as mxhome; what it remembers lies in `folder`. */
export function ddclient(host: string, { service, address }: Line, folder: string): Rival {
  const [file, cache] = [join(folder, 'ddclient.conf'), join(folder, 'ddclient.cache')]
  const lines = [
    'ssl=no',
    `use=web, web=${address.url}/`,
    `protocol=dyndns2, server=${new URL(service.url).host}`,
    `login=${USER.name}, password='${USER.password}'`,
    host,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  const argv = ['/usr/bin/ddclient', '-daemon=0', '-file', file, '-cache', cache, '-pid', join(folder, 'ddclient.pid')]
  return { name: 'ddclient', version: installed('ddclient'), argv }
}

/** The same of inadyn. */
export function inadyn(host: string, { service, address }: Line, folder: string): Rival {
  const [file, cache] = [join(folder, 'inadyn.conf'), join(folder, 'inadyn')]
  mkdirSync(cache, { recursive: true })
  const server = (url: string) => new URL(url).host
  const lines = [
    'verify-address = false', // documentation's addresses are none to it
    'custom bench {',
    `  username = ${USER.name}`,
    `  password = ${USER.password}`,
    `  hostname = ${host}`,
    '  ssl = false',
    `  checkip-server = ${server(address.url)}`,
    '  checkip-path = /',
    '  checkip-ssl = false',
    `  ddns-server = ${server(service.url)}`,
    '  ddns-path = "/nic/update?hostname=%h&myip=%i"',
    '}',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  const quiet = ['--no-pidfile', '-n', '-l', 'err']
  return {
    name: 'inadyn',
    version: installed('inadyn'),
    argv: ['/usr/sbin/inadyn', '-1', ...quiet, '-f', file, '--cache-dir', cache],
  }
}

/** The package, installed if it is missing and that can be done: as root, on Debian, with a mirror. */
export function installed(name: string): string | undefined {
  const version = () => spawnSync('dpkg-query', ['-W', name], { encoding: 'utf8' }).stdout?.trim().split('\t')[1]
  if (version() || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return version() || undefined
  console.error(`Installing ${name}, which is compared with`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
  withoutStarting(() =>
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { stdio: 'ignore', env }),
  )
  return version() || undefined
}

/** Debian starts a service when its package is installed, unless this policy says no (invoke-rc.d(8)). */
function withoutStarting(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) {
    install()
    return
  }
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    rmSync(policy)
  }
}
