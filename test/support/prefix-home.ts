import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { cable, inside, ip } from './behind-router.ts'

/**
 * A box and the router that gives it its prefix: the router's interface is `lan`, the box's `eth0`. As many desktops and
 * servers have it, the box makes addresses for outgoing connections that change by themselves.
 */
export function openPrefixHome(name: string) {
  const [box, router] = ['box', 'router'].map((one) => `mxhome-${name}-${process.pid}-${one}`) as [string, string]
  for (const space of [box, router]) {
    ip('netns', 'add', space)
    inside(space, 'ip', 'link', 'set', 'lo', 'up')
  }
  const set = (space: string, setting: string, value: number) =>
    inside(space, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv6/conf/${setting}`)
  set(router, 'all/forwarding', 1) // else radvd does not run
  set(box, 'default/use_tempaddr', 2)
  cable(router, 'lan', box, 'eth0')
  return {
    /** Runs a script of Node's in the box, which gets the name of the router's namespace; resolves to what it printed, as JSON. */
    async run(script: string): Promise<unknown> {
      const child = ['netns', 'exec', box, process.execPath, script, router]
      const { stdout } = await promisify(execFile)('ip', child)
      return JSON.parse(stdout)
    },
    close() {
      for (const space of [box, router]) {
        const end = `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
        execFileSync('sh', ['-c', `${end} || true`], { stdio: 'pipe' })
      }
    },
  }
}

/** The interface identifier of a hardware address (RFC 4291 appendix A), as it stands in an address. */
export function interfaceIdentifier(mac: string): string {
  const [a = 0, ...rest] = mac
    .trim()
    .split(':')
    .map((part) => Number.parseInt(part, 16))
  const bytes = [a ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)]
  return [0, 2, 4, 6].map((i) => ((bytes[i]! << 8) | bytes[i + 1]!).toString(16)).join(':')
}
