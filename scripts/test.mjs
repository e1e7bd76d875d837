// `npm test`: installs what the tests use, then runs them. Plain JavaScript: it must run before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { installPackages } from './install-packages.mjs'

/** What the service tests use, and the Debian package that holds it. */
const SERVERS = {
  named: 'bind9',
  dig: 'bind9-dnsutils',
  knotd: 'knot',
  ip: 'iproute2',
  openssl: 'openssl',
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  'systemd-analyze': 'systemd',
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
  const missing = () => Object.entries(SERVERS).filter(([program]) => !onPath(program))
  if (missing().length === 0) return
  const packages = [...new Set(missing().map(([, name]) => name))]
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log(`Installing what the tests use: ${packages.join(' ')}`)
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update', '-qq'], quiet)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
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

function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(resolve(folder, program)))
}
