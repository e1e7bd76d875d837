// Plain JavaScript: it must run before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `npm ci`, unless node_modules holds what package-lock.json names. Ends the process when that fails. */
export function installPackages() {
  const why = whyInstall('.', platformHere())
  if (why === undefined) return
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('node_modules is a link: npm ci would empty what it leads to. Remove the link, then run this again.')
    process.exit(1)
  }
  console.log(`Installing packages (npm ci): ${why} ...`)
  const done = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
  })
  if (done.status === 0) return
  console.error('npm ci failed: the packages could not be installed. Is there a way to the package registry?')
  process.exit(done.status ?? 1)
}

/**
 * What is not as package-lock.json says; undefined: nothing. What npm has put into node_modules it writes down at the end,
 * in a file of the same form. Times say nothing: a checkout is newer than its packages, an unpacked archive older.
 */
export function whyInstall(folder, platform) {
  const [manifest, lock] = ['package.json', 'package-lock.json'].map((name) => jsonIn(join(folder, name)))
  const installed = jsonIn(join(folder, 'node_modules/.package-lock.json'))?.packages
  if (!installed) return 'there are none yet'
  const { '': root, ...wanted } = lock?.packages ?? {}
  // npm says better than we what is wrong.
  if (!manifest || !root || DEPENDENCIES.some((kind) => !same(manifest[kind], root[kind])))
    return 'package.json and package-lock.json differ'
  for (const [path, { version, integrity, ...about }] of Object.entries(wanted)) {
    const name = nameOf(path)
    const found = installed[path]
    if (!found && isForOthers(name, about, installed, platform)) continue
    if (!found) return `${name} is missing`
    if (!suits(about, platform)) return `${name} is for another machine`
    const there = jsonIn(join(folder, path, 'package.json'))
    if (found.version !== version || found.integrity !== integrity || there?.version !== version)
      return `${name} is not ${version}`
    // The programs of some packages are fetched by a script of theirs: a link that leads nowhere says that it did not run.
    const programs = path === `node_modules/${name}` ? Object.keys(about.bin ?? {}) : []
    if (programs.some((program) => !existsSync(join(folder, 'node_modules/.bin', program))))
      return `the program of ${name} is missing`
  }
  const stranger = Object.keys(installed).find((path) => !wanted[path])
  return stranger && `${nameOf(stranger)} is no longer needed`
}

/** As package-lock.json names them in `os`, `cpu` and `libc`. */
export function platformHere() {
  if (process.platform !== 'linux') return { os: process.platform, cpu: process.arch }
  if (process.report) process.report.excludeNetwork = true // else it asks for the names of hosts
  const { glibcVersionRuntime } = process.report?.getReport().header ?? {}
  return { os: 'linux', cpu: process.arch, libc: glibcVersionRuntime ? 'glibc' : 'musl' }
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** npm leaves a package out that is made for another machine, and what nothing else needs. */
function isForOthers(name, { optional, ...about }, installed, platform) {
  if (!optional) return false
  if (!suits(about, platform)) return true
  const needs = ({ dependencies = {}, optionalDependencies = {} }) =>
    name in dependencies || name in optionalDependencies
  return !Object.values(installed).some(needs)
}

const suits = (about, platform) =>
  ['os', 'cpu', 'libc'].every((kind) => {
    const said = about[kind] ?? []
    const allowed = said.filter((one) => !one.startsWith('!'))
    return !said.includes(`!${platform[kind]}`) && (allowed.length === 0 || allowed.includes(platform[kind]))
  })

const same = (some = {}, others = {}) =>
  Object.keys(some).length === Object.keys(others).length &&
  Object.entries(some).every(([name, range]) => others[name] === range)

function jsonIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
