import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, statSync } from 'node:fs'

/** `npm ci`, unless node_modules is newer than the lock file. Ends the process when that fails. */
export function installPackages() {
  const mark = 'node_modules/.package-lock.json'
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync('package-lock.json').mtimeMs) return
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('node_modules is a link: npm ci would empty what it leads to. Remove the link, then run this again.')
    process.exit(1)
  }
  console.log('Installing packages (npm ci) ...')
  const done = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
  })
  if (done.status === 0) return
  console.error('npm ci failed: the packages could not be installed. Is there a way to the package registry?')
  process.exit(done.status ?? 1)
}
