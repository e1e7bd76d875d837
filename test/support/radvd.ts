import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** radvd on the interface `lan` of that namespace. */
export function radvdIn(space: string, folder: string) {
  const [config, pid] = [join(folder, 'radvd.conf'), join(folder, 'radvd.pid')]
  let running: ChildProcess | undefined

  /** Stops as a router does that is restarted: it does not say good-bye, which would take the default route away. */
  async function stop(): Promise<void> {
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGKILL')
    await gone
  }

  return {
    stop,
    /**
     * From now on this prefix (its first four groups) is announced, and `gone` as one that is not to be used any more: its
     * addresses stay, deprecated, for two hours (RFC 4862 5.5.3). `preferred`: for how long, in seconds.
     */
    async announce(prefix: string, gone: string | undefined, preferred = 3600): Promise<void> {
      await stop()
      const prefixes = [...(gone === undefined ? [] : [prefixOf(gone, 0)]), prefixOf(prefix, preferred)]
      const times = 'MinRtrAdvInterval 3; MaxRtrAdvInterval 4; AdvDefaultLifetime 9000;'
      writeFileSync(config, `interface lan { AdvSendAdvert on; ${times}\n${prefixes.join('\n')}\n};\n`)
      const argv = ['netns', 'exec', space, 'radvd', '--nodaemon', '--config', config, '--pidfile', pid]
      running = spawn('ip', argv, { stdio: 'ignore' })
    },
  }
}

const prefixOf = (prefix: string, preferred: number) =>
  `prefix ${prefix}::/64 { AdvOnLink on; AdvAutonomous on; AdvValidLifetime 7200; AdvPreferredLifetime ${preferred}; };`
