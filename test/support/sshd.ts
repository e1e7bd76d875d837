import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** An OpenSSH server on loopback, and a folder for PATH whose `ssh` knows it as `probe`; as `stranger` it refuses the key. */
export async function startSshd(options: readonly string[] = []) {
  const dir = mkdtempSync(join(tmpdir(), 'mxhome-sshd-'))
  const at = (name: string) => join(dir, name)
  for (const key of ['host', 'user', 'other']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)])
  }
  copyFileSync(at('user.pub'), at('authorized'))
  const port = await freePort()
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('authorized')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    ...options,
  ]
  writeFileSync(at('sshd_config'), `${lines.join('\n')}\n`)
  const host = (name: string, key: string) =>
    `Host ${name}\n HostName 127.0.0.1\n Port ${port}\n IdentityFile ${at(key)}\n IdentitiesOnly yes\n`
  const known = ` StrictHostKeyChecking no\n UserKnownHostsFile ${at('known')}\n`
  const closed = `Host closed\n HostName 127.0.0.1\n Port 1\n`
  writeFileSync(at('ssh_config'), `${host('probe', 'user')}${known}${host('stranger', 'other')}${known}${closed}`)
  // ssh reads the configuration of the user who runs it, whatever HOME says.
  writeFileSync(at('ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${at('ssh_config')} "$@"\n`)
  chmodSync(at('ssh'), 0o755)
  mkdirSync('/run/sshd', { recursive: true })
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore' })
  await listening(port)
  const stop = () => {
    sshd.kill('SIGKILL')
    rmSync(dir, { recursive: true })
  }
  return { path: `${dir}:${process.env.PATH}`, stop }
}

async function listening(port: number): Promise<void> {
  const is = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 20))
}
