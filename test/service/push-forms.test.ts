import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isOnLocalNetwork } from '../../src/dns/local-network.ts'
import { parseUpdate } from '../../src/line/protocols/dyndns2-server.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needs.ts'
import { type Daemon, type Settings, startDaemon } from '../support/program.ts'
import { blocksOf, README } from '../support/readme.ts'
import { ip } from '../support/targets.ts'

/** Of the loopback network and this process alone, so that the port of the document is free there. */
const BOX = `127.82.${process.pid % 256}.1`
const HOST = 'home.dyn.example'
const DOCUMENT = readFileSync('docs/push.md', 'utf8')
  .replaceAll(/192\.168\.(?:178|2)\.20\b/g, BOX)
  .replaceAll('mail.example.com', HOST)
const ALLOW = '198.18.0.0/15'
const run = promisify(execFile)

/** What is said of a router, up to the next one. */
const partOf = (name: string) => DOCUMENT.split(`\n**${name}**`)[1]!.split('\n**')[0]!
/** What its table says is to be entered. */
const entryOf = (part: string, field: string) =>
  new RegExp(`^\\| ${field}[^|]*\\|[^|]*?\`([^|\`]+)\``, 'm').exec(part)![1]!
const blockWith = (word: string) => blocksOf(DOCUMENT).find(({ text }) => text.includes(word))!.text
const pairs = (text: string, form: RegExp): Settings =>
  Object.fromEntries([...text.matchAll(form)].map(([, name, value]) => [name, value]))

const settings = pairs(blockWith('MXHOME_PUSH_LISTEN'), /^(\w+)=(.*)$/gm)
const uci = pairs(blockWith('config service'), /option (\w+) '(.*)'/g)
const LOGIN = `${settings.MXHOME_PUSH_USERNAME}:${settings.MXHOME_PUSH_PASSWORD}`

/** Puts its values in as they are, and nothing for what it does not have. */
function fritzBox(values: Settings): string {
  const part = partOf('FRITZ!Box')
  const all: Settings = { domain: entryOf(part, 'Domain name'), ...values }
  return entryOf(part, 'Update URL').replaceAll(/<(\w+)>/g, (_, name) => all[name] ?? '')
}

/** ddns-scripts encodes user name and password (`urlencode`), domain and address not. */
function openWrt(address: string, password = uci.password!): string {
  const hex = (sign: string) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`
  const encoded = (text: string) => text.replaceAll(/[^\w.~-]/g, hex)
  const all: Settings = {
    USERNAME: encoded(uci.username!),
    PASSWORD: encoded(password),
    DOMAIN: uci.domain!,
    IP: address,
  }
  return uci.update_url!.replaceAll(/\[(\w+)\]/g, (_, name) => all[name]!)
}

function opnSense(address: string): string {
  const part = partOf('OPNsense')
  return entryOf(part, 'Server').replace('__HOSTNAME__', entryOf(part, 'Hostname')).replace('__MYIP__', address)
}

function speedport(addresses: string): string {
  const part = partOf('Speedport')
  const [, path] = /the router adds `(.+?)`/.exec(part)!
  const server = `${entryOf(part, 'Update server address')}:${entryOf(part, 'Protocol, Port')}`
  return `http://${server}${path}?hostname=${entryOf(part, 'Host name')}&myip=${addresses}`
}

const [, , byHand = ''] = /^curl --user (\w+) '(.+)'$/m.exec(blockWith('curl '))!
const BOTH = { ipaddr: '198.18.0.1', ip6addr: '2a02:908::1', ip6lanprefix: '2a02:908:1:ff00::/56' }
const prefix = { address: '2a02:908:1:ff00::', length: 56 }

/** Who, what it sends, what is read, and what the program answers where they come one after the other. */
const FORMS: readonly (readonly [string, string, object, string])[] = [
  ['a FRITZ!Box', fritzBox(BOTH), { A: BOTH.ipaddr, AAAA: BOTH.ip6addr, prefix }, 'good 198.18.0.1'],
  ['a FRITZ!Box without IPv6', fritzBox({ ipaddr: BOTH.ipaddr }), { A: BOTH.ipaddr }, 'nochg 198.18.0.1'],
  ['a FRITZ!Box of DS-Lite', fritzBox({ ...BOTH, ipaddr: '' }), { AAAA: BOTH.ip6addr, prefix }, 'nochg 2a02:908::1'],
  ['OpenWrt', openWrt('198.18.0.2'), { A: '198.18.0.2' }, 'good 198.18.0.2'],
  ['OPNsense', opnSense('198.18.0.3'), { A: '198.18.0.3' }, 'good 198.18.0.3'],
  ['a Speedport', speedport('2a02:908::4,198.18.0.4'), { A: '198.18.0.4', AAAA: '2a02:908::4' }, 'good 198.18.0.4'],
  ['curl with an address for documentation', byHand, {}, 'dnserr'],
]

/** GNU wget, which ddns-scripts prefers, tells a login of the URL when it is asked for it; the others have theirs from the form. */
async function answerTo(url: string): Promise<string> {
  const [client, ...form] = new URL(url).username
    ? ['wget', '--no-proxy', '-nv', '-t', '1', '-O', '-']
    : ['curl', '--noproxy', '*', '-sS', '--globoff', '--user', LOGIN]
  return (await run(client!, [...form, url])).stdout.trim()
}

it.each(FORMS)('%s: what is read', (_, url, expected) => {
  const { names, news } = parseUpdate(new URL(url).searchParams, [ALLOW]) as never
  expect([names, news]).toEqual([[HOST], expected])
})

it('ddns-scripts binds to a network: it must be one from which it is heard', () => {
  // without bind_network it is the one whose address is told
  const addresses: Settings = { lan: '192.168.178.1', wan: '5.9.1.7' }
  expect(isOnLocalNetwork(ip(addresses[uci.bind_network ?? uci.ip_network!]!))).toBe(true)
})

it('README.md has the same in short', () => {
  const ofReadme = (text: string) =>
    text.replaceAll(/192\.168\.(?:178|2)\.20\b/g, BOX).replaceAll('mail.example.com', HOST)
  const rowOf = (router: string) => new RegExp(`^\\| ${router} \\|.*`, 'm').exec(ofReadme(README))?.[0] ?? ''
  const entries: Record<string, readonly string[]> = {
    'FRITZ!Box': ['Update URL', 'Domain name'].map((field) => entryOf(partOf('FRITZ!Box'), field)),
    OPNsense: ['Server', 'Hostname'].map((field) => entryOf(partOf('OPNsense'), field)),
    Speedport: ['Host name', 'Update server address', 'Protocol, Port'].map((field) =>
      entryOf(partOf('Speedport'), field),
    ),
    OpenWrt: [...Object.keys(uci), uci.bind_network!, uci.domain!, uci.update_url!],
  }
  for (const [router, all] of Object.entries(entries)) {
    expect(
      all.filter((entry) => !rowOf(router).includes(entry)),
      router,
    ).toEqual([])
  }
})

describeWith(['curl', 'wget'], 'the built program, set up by docs/push.md', () => {
  let line: Awaited<ReturnType<typeof openDyndnsLine>>
  let daemon: Daemon
  const start = async (more: Settings = {}) => {
    const ours = { MXHOME_ALLOW_ADDRESSES: ALLOW, MXHOME_IP_SOURCES: 'push' }
    daemon = startDaemon({ ...line.settings, ...settings, ...ours, ...more }, line.folder.path, await freePort())
    await daemon.until('it listens', () => daemon.log().includes('the router can tell its address'))
  }
  beforeAll(async () => {
    line = await openDyndnsLine([HOST])
    await start()
  })
  afterAll(async () => {
    await daemon.stop()
    await line.leave()
  })

  it('answers each of them', async () => {
    const answers: Record<string, string> = {}
    for (const [who, url] of FORMS) answers[who] = await answerTo(url)
    expect(answers).toEqual(Object.fromEntries(FORMS.map(([who, , , answer]) => [who, answer])))
    expect(String(line.service.holds(HOST))).toBe('198.18.0.4')
  })

  it('a password with all that has a meaning in a URL comes through OpenWrt as it is', async () => {
    await daemon.stop()
    const password = 'a:b@c/d%e+f?g#h&i[j]=k"l'
    await start({ MXHOME_PUSH_PASSWORD: password })
    expect(await answerTo(openWrt('198.18.0.9', password))).toBe('good 198.18.0.9')
  })
})
