import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A machine of its own: systemd as process 1, an own network of nothing but loopback, nothing kept after its end. */
export interface Container {
  /** Runs a command as root inside and waits for its end; with `input` on its stdin. */
  run(command: readonly string[], input?: string): { status: number | null; stdout: string; stderr: string }
  /** Its process 1, by its number on this machine. */
  readonly pid: string
  stop(): Promise<void>
}

const CACHE = '/var/cache/mxhome-test'
// minbase has neither systemd nor `ip`, and Node is brought along from this machine: it needs libstdc++ and nothing else
// beyond libc.
const PACKAGES = ['systemd', 'systemd-sysv', 'libstdc++6', 'iproute2']
const NEEDED = ['debootstrap', 'systemd-nspawn', 'nsenter', 'setpriv', 'apt-get']
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`
const NODE = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path)) ?? process.execPath

/** Why this machine cannot boot one; undefined: it can. */
export function whyNoContainer(): string | undefined {
  if (process.platform !== 'linux') return `it needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'it needs root'
  const missing = NEEDED.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { env: { PATH } }).status !== 0)
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

/**
 * Boots the machine's own Debian release in a container; folders are given as `{ inside: outside }`.
 * The first call on a machine downloads it (half a minute), later ones take it from a cache and boot in about two seconds.
 */
export async function bootContainer(folders: {
  readonly readOnly: Readonly<Record<string, string>>
  readonly writable: Readonly<Record<string, string>>
}): Promise<Container> {
  const root = rootFolder()
  const bindings = [
    `--bind-ro=${NODE}:/usr/bin/node`,
    ...Object.entries(folders.readOnly).map(([inside, outside]) => `--bind-ro=${outside}:${inside}`),
    ...Object.entries(folders.writable).map(([inside, outside]) => `--bind=${outside}:${inside}`),
  ]
  const name = `mxhome-test-${randomBytes(4).toString('hex')}`
  const log = `${CACHE}/${name}.log`
  const output = openSync(log, 'w')
  const groups = ownGroups(name)
  // With setpriv the machine powers off when the process that started it is gone, however that ended. By TERM: killed
  // outright, nspawn would leave the container running.
  const machine = spawn(
    'sh',
    [
      ...['-c', 'for group in $GROUPS_OF_IT; do echo $$ >$group/cgroup.procs; done; exec "$@"', 'sh'],
      ...['setpriv', '--pdeathsig', 'TERM', 'systemd-nspawn', '--quiet', '--register=no', '--private-network'],
      ...(groups.length > 0 ? ['--keep-unit'] : []),
      // An overlay in memory: the cached root stays as it was made, and two machines may share it.
      ...['--volatile=overlay', `--machine=${name}`, `--directory=${root}`, ...bindings],
      ...['--boot', 'systemd.unit=multi-user.target', 'systemd.mask=console-getty.service'],
    ],
    {
      stdio: ['ignore', output, output],
      env: { PATH, SYSTEMD_NSPAWN_LOCK: '0', GROUPS_OF_IT: groups.join(' ') },
    },
  )
  closeSync(output)
  const stop = () => stopMachine(machine, groups, log)
  try {
    const pid = await systemdOf(machine)
    const run = runIn(pid)
    await until('the container has booted', () => run(['systemctl', 'is-active', 'multi-user.target']).status === 0)
    return { run, pid, stop }
  } catch (thrown) {
    const said = readFileSync(log, 'utf8')
    await stop()
    throw new Error(`${(thrown as Error).message}; systemd-nspawn said:\n${said}`)
  }
}

/** Asks every 100 ms until the condition holds; throws after 30 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited 30 s in vain until ${what}`)
    await pause(100)
  }
}

function rootFolder(): string {
  const release = /^VERSION_CODENAME=(.+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  const root = `${CACHE}/${release}-2`
  if (existsSync(root)) return root

  const format = '$(RELEASE) $(COMPONENT) $(REPO_URI)'
  const sources = execFileSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    encoding: 'utf8',
  })
  const mirror = sources
    .split('\n')
    .map((line) => line.split(' '))
    .find(([name, component]) => name === release && component === 'main')?.[2]
  if (mirror === undefined) throw new Error(`apt on this machine has no source for ${release} main`)

  const unfinished = `${root}.${process.pid}`
  mkdirSync(CACHE, { recursive: true })
  const made = spawnSync(
    'debootstrap',
    ['--variant=minbase', `--include=${PACKAGES.join(',')}`, release!, unfinished, mirror],
    { encoding: 'utf8', env: { ...process.env, PATH } },
  )
  if (made.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error(`debootstrap failed:\n${made.stdout.slice(-2000)}${made.stderr.slice(-2000)}`)
  }
  rmSync(`${unfinished}/var/cache/apt/archives`, { recursive: true, force: true })
  if (!existsSync(root)) renameSync(unfinished, root)
  else rmSync(unfinished, { recursive: true, force: true })
  return root
}

/**
 * Control groups of its own, for machines that systemd does not run (it gives each container a scope): two containers
 * in one group take each other's services for their own.
 */
function ownGroups(name: string): readonly string[] {
  if (existsSync('/run/systemd/system')) return []
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const groups = mounts
    .map((line) => line.split(' ') as [string, string, string, string])
    .filter(([, , kind, options]) => kind === 'cgroup2' || (kind === 'cgroup' && options.includes('name=systemd')))
    .map(([, folder]) => `${folder}/${name}`)
  for (const group of groups) mkdirSync(group)
  return groups
}

/** The process that is number 1 inside, by its number here. */
async function systemdOf(machine: ChildProcess): Promise<string> {
  let found: string | undefined
  await until('systemd has begun in the container', () => {
    if (machine.exitCode !== null) throw new Error(`systemd-nspawn ended with ${machine.exitCode}`)
    // Before that, a child of nspawn's prepares the folders.
    found = childrenOf(machine).find((pid) => commandOf(pid) === 'systemd')
    return found !== undefined
  })
  return found!
}

function childrenOf({ pid }: ChildProcess): readonly string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '')
}

function commandOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}

function runIn(pid: string): Container['run'] {
  const enter = ['--target', pid, '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd', '--']
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8' }
  return (command, input = '') => {
    const { status, stdout, stderr } = spawnSync('nsenter', [...enter, ...command], { encoding: 'utf8', input, env })
    return { status, stdout, stderr }
  }
}

async function stopMachine(machine: ChildProcess, groups: readonly string[], log: string): Promise<void> {
  if (machine.exitCode === null && machine.signalCode === null) {
    const ended = new Promise((resolve) => machine.once('exit', resolve))
    // Nothing in there is worth an orderly end: without its process 1 the whole machine is gone at once.
    spawnSync('kill', ['-KILL', ...childrenOf(machine)])
    machine.kill('SIGTERM')
    await ended
  }
  for (const group of groups) spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'])
  rmSync(log, { force: true })
}
