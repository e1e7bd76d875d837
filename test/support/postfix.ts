import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Wanted {
  /** The network namespace in which it has port 25 of every address. */
  readonly space: string
  /** One at which it must answer before this resolves; undefined: nobody out here can reach it yet. */
  readonly address?: string
  /** Lines of main.cf, over those of a closed server for example.com that knows postmaster alone. */
  readonly settings?: readonly string[]
  /** PEM; offered by STARTTLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly postscreen?: boolean
}

const SERVICES = [
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'proxymap unix - - n - - proxymap',
  'local unix - n n - - local',
  'error unix - - n - - error',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
]
const SMTPD = ['smtp inet n - n - - smtpd']
const POSTSCREEN = [
  'smtp inet n - n - 1 postscreen',
  'smtpd pass - - n - - smtpd',
  'dnsblog unix - - n - 0 dnsblog',
  'tlsproxy unix - - n - 0 tlsproxy',
]

/** A Postfix of its own in a network namespace; it ends with the namespace. */
export async function startPostfix({ space, address, settings = [], tls, postscreen = false }: Wanted) {
  const dir = mkdtempSync(join(tmpdir(), 'mxhome-postfix-'))
  chmodSync(dir, 0o755)
  const at = (name: string) => join(dir, name)
  for (const name of ['queue', 'data', 'etc']) mkdirSync(at(name))
  if (tls) writeFileSync(at('chain.pem'), tls.key + tls.cert, { mode: 0o600 })
  const main = [
    'compatibility_level = 3.6',
    ...['queue_directory', 'data_directory'].map((name) => `${name} = ${at(name.split('_')[0]!)}`),
    'command_directory = /usr/sbin',
    'daemon_directory = /usr/lib/postfix/sbin',
    'myhostname = mx.example.com',
    'mydestination = example.com',
    'mynetworks = 127.0.0.0/8',
    'alias_maps =',
    'local_recipient_maps = inline:{ { postmaster = x } }',
    // There are no name servers where it lives.
    'smtpd_peername_lookup = no',
    'disable_dns_lookups = yes',
    `maillog_file = ${at('log')}`,
    `maillog_file_prefixes = ${dir}`,
    ...(tls ? ['smtpd_tls_security_level = may', `smtpd_tls_chain_files = ${at('chain.pem')}`] : []),
    ...settings,
  ]
  writeFileSync(at('etc/main.cf'), `${main.join('\n')}\n`)
  writeFileSync(at('etc/master.cf'), `${[...(postscreen ? POSTSCREEN : SMTPD), ...SERVICES].join('\n')}\n`)
  const chown = spawn('chown', ['postfix', at('data')])
  await new Promise((done) => chown.on('close', done))
  const postfix = spawn('ip', ['netns', 'exec', space, 'postfix', '-c', at('etc'), 'start-fg'], { stdio: 'pipe' })
  let told = ''
  let ended = false
  postfix.stderr.on('data', (text) => {
    told += text
  })
  postfix.on('close', () => {
    ended = true
  })
  const log = () => {
    try {
      return readFileSync(at('log'), 'utf8')
    } catch {
      return told
    }
  }
  const isThere = async () => (address ? answers(address) : log().includes('daemon started'))
  while (!(await isThere())) {
    if (ended) throw new Error(`Postfix ended: ${told}${log()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  /** Shows another certificate from now on. */
  function renew({ cert, key }: NonNullable<Wanted['tls']>): void {
    writeFileSync(at('chain.pem'), key + cert, { mode: 0o600 })
    execFileSync('ip', ['netns', 'exec', space, 'postfix', '-c', at('etc'), 'reload'], { stdio: 'pipe' })
  }
  return { dir, log, renew }
}

/** It greets; then it is left without a word. */
const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(25, address)
    socket.on('error', () => resolve(false)).on('data', () => resolve(true))
    socket.on('data', () => socket.destroy())
  })
