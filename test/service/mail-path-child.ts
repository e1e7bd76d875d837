// Run in the internet of a home behind a router: a domain as it was set up in 2009, examined, and put right piece by piece.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DoctorDocument } from '../../src/report/doctor-document.ts'
import { routerOf } from '../support/behind-router.ts'
import { startPostfix } from '../support/postfix.ts'
import { type Ended, NODE, type Settings } from '../support/program.ts'
import { MXHOME_KEY, REVERSE, startInternet, startProber } from '../support/small-internet.ts'
import { startUnbound } from '../support/unbound.ts'
import { makeAuthority } from '../system/certificates.ts'

export interface Examined {
  /** What was done before it. */
  readonly after: string
  /** What the program said that did it. */
  readonly said: string
  readonly document: DoctorDocument
  /** For a person; of the first and the last one. */
  readonly screen: Ended | undefined
  /** Of the whole program, from its start to its end. */
  readonly took: number
}

type Told = Ended & { readonly took: number }
export interface Story {
  /** The first one before anything was done. */
  readonly steps: readonly Examined[]
  /** By name server. */
  readonly held: { readonly mx: readonly (readonly string[])[]; readonly a: readonly (readonly string[])[] }
  /** Nothing comes through the router: with a resolver of its own at home, and with that of the provider. */
  readonly silent: Told
  readonly deaf: Told
}

const [, , home = '', router = '', net = ''] = process.argv
const line = routerOf({ home, router, internet: net })
const folder = mkdtempSync(join(tmpdir(), 'mxhome-path-'))

const [OLD, NEW] = ['198.51.100.9', '198.51.100.2']
line.address(OLD)
const internet = await startInternet()
const prober = await startProber(folder)
const authority = makeAuthority()
const postfix = await startPostfix({
  space: home,
  settings: ['myhostname = mail.example.com'],
  tls: authority.issue('DNS:mail.example.com', '20090701000000Z', '20100701000000Z'),
})

/** With what the user wants of the MX. */
function configure(mx: readonly (readonly [preference: number, host: string])[] | undefined): void {
  const wish = mx?.map(([preference, host]) => ({ host, preference }))
  const account = { use: 'rfc2136', server: '192.0.2.53', keyName: MXHOME_KEY.name, keySecret: MXHOME_KEY.secret }
  const document = { domains: [wish ? { name: 'example.com', mx: wish } : 'example.com'], providers: [account] }
  writeFileSync(join(folder, 'mxhome.yaml'), JSON.stringify(document), { mode: 0o600 })
}

/** The built program at home. Its resolver remembers nothing: what the world still has in mind passes with its TTL. */
async function mxhome(args: readonly string[], more: Settings = {}): Promise<Told> {
  const options = [`local-zone: "${REVERSE}." nodefault`]
  const zones = { '.': internet.root }
  const resolver = await startUnbound({ zones, anchors: [internet.anchor], options, space: home })
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, MXHOME_STATE_DIR: join(folder, 'state') },
    MXHOME_RESOLVERS: `127.0.0.1:${resolver.endpoint.port}`,
    MXHOME_ALLOW_ADDRESSES: '192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24',
    MXHOME_IP_SOURCES: 'http:http://192.0.2.80/',
    MXHOME_OUTBOUND: 'direct',
    MXHOME_DKIM_SELECTORS: 's2009',
    MXHOME_PROBER: prober.url,
    NODE_EXTRA_CA_CERTS: prober.caFile,
    ...more,
  }
  const began = performance.now()
  const child = spawn('ip', ['netns', 'exec', home, NODE, resolve('dist/mxhome.js'), ...args], { cwd: folder, env })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (texts.stdout += chunk))
  child.stderr.on('data', (chunk) => (texts.stderr += chunk))
  const [code] = await once(child, 'close')
  const took = Math.round(performance.now() - began)
  await resolver.stop()
  return { code, ...texts, took }
}

async function examined(after: string, said: string, isShown = false): Promise<Examined> {
  const close = await prober.open()
  const { took, stdout, stderr } = await mxhome(['doctor', 'example.com', '--json'])
  const screen = isShown ? await mxhome(['doctor', 'example.com']) : undefined
  await close()
  if (stdout === '') throw new Error(stderr)
  return { after, said, document: JSON.parse(stdout), screen, took }
}

async function doing(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await mxhome(args)
  return `$ mxhome ${args.join(' ')}\n${stdout}${stderr}(exit code ${code})`
}

async function story(): Promise<Story> {
  configure(undefined)
  const first = await doing('update') // the line still has the address of before; then it is connected anew
  line.address(NEW)
  const steps = [await examined('before', first, true)]

  configure([
    [5, 'backup1.example.net'],
    [10, 'mail.example.com'],
    [20, 'backup2.example.net'],
    [30, 'backup3.example.net'],
  ])
  steps.push(await examined('the MX names the host itself', await doing('mx', 'apply', '--yes')))
  configure([
    [10, 'mail.example.com'],
    [20, 'backup1.example.net'],
    [20, 'backup2.example.net'],
    [30, 'backup3.example.net'],
  ])
  steps.push(await examined('the own host is preferred', await doing('mx', 'apply', '--yes')))
  steps.push(await examined('the address is published', await doing('update')))
  steps.push(await examined('the router forwards port 25', `router# nft ${line.forwardMail()}`))
  const pointer = [`update delete 2.${REVERSE}. PTR`, `update add 2.${REVERSE}. 300 PTR mail.example.com.`]
  await internet.editReverse(...pointer)
  steps.push(await examined('the reverse name is the own one', ['provider$ nsupdate', ...pointer].join('\n')))
  const policy = ['update delete example.com. TXT', 'update add example.com. 300 TXT "v=spf1 mx -all"']
  await internet.edit(...policy)
  steps.push(await examined('SPF follows the host', ['$ nsupdate', ...policy].join('\n')))
  postfix.renew(authority.issue('DNS:mail.example.com'))
  steps.push(await examined('the certificate is renewed', '# postfix reload, with a new certificate', true))
  const held = { mx: await internet.held('MX', 'example.com'), a: await internet.held('A', 'mail.example.com') }

  line.silence()
  const [silent, deaf] = await Promise.all([
    mxhome(['doctor', 'example.com']),
    mxhome(['doctor', 'example.com'], { MXHOME_RESOLVERS: '192.0.2.1' }),
  ])
  return { steps, held, silent, deaf }
}

const result = await story()
await internet.stop()
for (const dir of [folder, postfix.dir]) rmSync(dir, { recursive: true, force: true })
process.stdout.write(JSON.stringify(result), () => process.exit(0))
