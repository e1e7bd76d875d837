// `npm test`: installs what the tests use, then runs them. Plain JavaScript: it must run before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { installPackages } from './install-packages.mjs'

/** What the service tests use (programs, and files by their path), and the Debian package that holds it. */
const SERVERS = {
  named: 'bind9',
  dig: 'bind9-dnsutils',
  'dnssec-signzone': 'bind9-utils',
  unbound: 'unbound',
  knotd: 'knot',
  pdns_server: 'pdns-server',
  '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql': 'pdns-backend-sqlite3',
  ip: 'iproute2',
  nft: 'nftables',
  miniupnpd: 'miniupnpd-nftables',
  radvd: 'radvd',
  natpmpc: 'natpmpc',
  upnpc: 'miniupnpc',
  turnserver: 'coturn',
  openssl: 'openssl',
  curl: 'curl',
  wget: 'wget',
  postfix: 'postfix',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  'systemd-analyze': 'systemd',
}

/** The tests start the servers by themselves, on free ports; as services of the machine nobody wants them. */
const SERVICES = {
  bind9: 'named',
  coturn: 'coturn',
  knot: 'knot',
  radvd: 'radvd',
  'pdns-server': 'pdns',
  unbound: ['unbound', 'unbound-resolvconf'],
  postfix: 'postfix',
  'openssh-server': 'ssh',
}

process.chdir(resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..'))
installPackages()
installServers()

const bin = resolve('node_modules/.bin')
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}:/usr/sbin:/sbin` }
const run = (...argv) => spawnSync(argv[0], argv.slice(1), { stdio: 'inherit', env }).status ?? 1

const built = run('node', 'scripts/build.ts')
if (built !== 0) process.exit(built)
const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=coverage/tests.json']
process.exit(run('vitest', 'run', ...reporters, ...process.argv.slice(2)))

function installServers() {
  const missing = () => Object.entries(SERVERS).filter(([program]) => !onPath(program) && !inTheWay(program))
  if (missing().length === 0) return
  const packages = [...new Set(missing().map(([, name]) => name))]
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log(`Installing what the tests use: ${packages.join(' ')}`)
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update', '-qq'], quiet)
    withoutStarting(() => spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet))
    // Three name servers would quarrel about port 53 at the next boot; nobody asked for a mail server or a way in.
    const services = packages.flatMap((name) => SERVICES[name] ?? [])
    if (services.length > 0) spawnSync('systemctl', ['disable', '--quiet', ...services], { stdio: 'ignore' })
  }
  if (missing().length === 0) return
  console.log(
    `Not installed: ${missing()
      .map(([program, name]) => `${program} (package ${name})`)
      .join(', ')}.`,
  )
  console.log(
    'The service tests that need them are left out. To run them: install the packages, or run as root on Debian.',
  )
}

/** Debian starts a service when its package is installed, unless this policy says no (deb-systemd-invoke(1p), invoke-rc.d(8)). */
function withoutStarting(install) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return install() // containers have one that says no, and an administrator's is not ours to replace
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    rmSync(policy)
  }
}

/** Debian has one mail server at a time: to install Postfix would remove the one that is there. */
function inTheWay(program) {
  return program === 'postfix' && onPath('sendmail')
}

function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(resolve(folder, program)))
}
