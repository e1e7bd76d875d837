import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { isInstalled } from './installed.ts'

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })
const inside = (space: string, ...args: string[]) => ip('netns', 'exec', space, ...args)
const PROGRAMS = ['/usr/sbin/nft', '/usr/sbin/named', '/usr/bin/node']

/** Why this machine cannot make them; undefined: it can. */
export function whyNoNamespaces(programs: readonly string[] = PROGRAMS): string | undefined {
  const missing = programs.filter((program) => !isInstalled(program))
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  const probe = `mxhome-probe-${process.pid}`
  try {
    ip('netns', 'add', probe)
    ip('netns', 'del', probe)
    return undefined
  } catch {
    return 'network namespaces need root and ip'
  }
}

/** Which families the home has, beside its loopback. */
export type Families = readonly (4 | 6)[]

/**
 * A home at one end of a cable, and at the other what it calls the internet, which is its router too: 198.51.100.1 and
 * 2001:db8:100::1, with servers at 192.0.2.53, .54, .80 and 2001:db8::53, ::54, ::80. Runs a script of Node's out there,
 * which gets the name of the home's namespace as its first argument; resolves to what it printed, as JSON.
 */
export async function atHome(script: string, scenario: string, families: Families): Promise<unknown> {
  const [home, internet] = [`mxhome-home-${process.pid}-${scenario}`, `mxhome-net-${process.pid}-${scenario}`]
  try {
    for (const space of [home, internet]) {
      ip('netns', 'add', space)
      inside(space, 'ip', 'link', 'set', 'lo', 'up')
    }
    inside(internet, 'ip', 'link', 'add', 'isp', 'type', 'veth', 'peer', 'name', 'wan', 'netns', home)
    inside(internet, 'ip', 'link', 'set', 'isp', 'up')
    inside(home, 'ip', 'link', 'set', 'wan', 'up')
    const add = (space: string, address: string, device: string) =>
      inside(space, 'ip', 'address', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : []))
    for (const address of ['198.51.100.1/24', '2001:db8:100::1/64']) add(internet, address, 'isp')
    for (const host of ['53', '54', '80']) {
      add(internet, `192.0.2.${host}/32`, 'lo')
      add(internet, `2001:db8::${host}/128`, 'lo')
    }
    if (families.includes(4)) add(home, '198.51.100.2/24', 'wan')
    if (families.includes(4)) inside(home, 'ip', 'route', 'add', 'default', 'via', '198.51.100.1')
    if (families.includes(6)) add(home, '2001:db8:100::2/64', 'wan')
    if (families.includes(6)) inside(home, 'ip', '-6', 'route', 'add', 'default', 'via', '2001:db8:100::1')
    const node = ['netns', 'exec', internet, process.execPath, script, home, scenario]
    const { stdout } = await promisify(execFile)('ip', node)
    return JSON.parse(stdout)
  } finally {
    const end = (space: string) => `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
    for (const space of [home, internet]) execFileSync('sh', ['-c', `${end(space)} || true`], { stdio: 'pipe' })
  }
}
