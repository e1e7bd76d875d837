// `npm run demo`, also in a fresh checkout. Plain JavaScript: it must run before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from './install-packages.mjs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`mxhome needs Node.js 20.19 or later; this is ${process.versions.node}. Get one: https://nodejs.org`)
  process.exit(1)
}

process.chdir(resolve(fileURLToPath(import.meta.url), '../..'))
installPackages()
build()
play()

function build() {
  const { status, signal, error, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { encoding: 'utf8' })
  if (status === 0) return
  if (signal) process.exit(1) // Ctrl-C
  console.error(`${stdout ?? ''}${stderr ?? ''}`.trimEnd())
  console.error(
    `npm run build ${error ? `could not be started: ${error.message}` : 'failed: dist/mxhome.js was not made'}`,
  )
  process.exit(1)
}

function play() {
  const child = spawn(process.execPath, ['dist/mxhome.js', 'demo', ...process.argv.slice(2)], { stdio: 'inherit' })
  process.on('SIGINT', () => {}) // a terminal sends it to the child as well, which cleans up: wait for that
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`the demo could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
