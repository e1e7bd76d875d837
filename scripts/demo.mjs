// `npm run demo` in a fresh checkout: installs, builds, plays. Plain JavaScript without packages, for Node 20.19 and later.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`mxhome needs Node.js 20.19 or later; this is ${process.versions.node}. Get one: https://nodejs.org`)
  process.exit(1)
}

if (!isInstalled()) step('installing packages', ['ci', '--no-audit', '--no-fund'])
step('building', ['run', '--silent', 'build'])
play()

/** npm notes in node_modules what it installed: a lock file that is newer has not been installed. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function step(what, args) {
  console.log(`${what} ...`)
  const npm = process.env.npm_execpath
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const { status, error, stdout, stderr } = spawnSync(program, [...first, ...args], { cwd: root, encoding: 'utf8' })
  if (status === 0) return
  console.error(`${stdout ?? ''}${stderr ?? ''}`.trimEnd())
  console.error(`${what} did not work: npm ${args.join(' ')}${error ? ` (${error.message})` : ` ended with ${status}`}`)
  process.exit(1)
}

function play() {
  const program = join(root, 'dist', 'mxhome.js')
  const child = spawn(process.execPath, [program, 'demo', ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child too, which cleans up; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  child.on('error', (error) => {
    console.error(`the demo could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
