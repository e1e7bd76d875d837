import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { makeAuthority } from '../system/certificates.ts'
import { startBind } from './bind.ts'
import { startMxhome } from './program.ts'
import { signZone } from './signed-zone.ts'
import { startSmtp } from './smtp-server.ts'

const secretOf = (letter: string) => Buffer.alloc(32, letter).toString('base64')
const OWNER = { name: 'owner', algorithm: 'hmac-sha256', secret: secretOf('o') }
export const MXHOME_KEY = { name: 'mxhome', algorithm: 'hmac-sha256', secret: secretOf('m') }
export const TOKEN = 'a token of this test'.replaceAll(' ', '-')
export const REVERSE = '100.51.198.in-addr.arpa'

const SOA = '@ IN SOA ns.root. hostmaster.root. 1 3600 600 86400 60'
const zone = (apex: string, records: string, ns = 'ns.root.') => ({
  apex,
  text: `$ORIGIN ${apex}.\n$TTL 300\n${SOA}\n@ NS ${ns}\n${records}\n`,
})
/** Signed, as the real one: what is delegated below it is not, and that is proven. */
const ROOT = `$TTL 300
. IN SOA ns.root. hostmaster.root. 1 3600 600 86400 60
. IN NS ns.root.
ns.root. IN A 192.0.2.1
${['com', 'net', REVERSE, 'zen.spamhaus.org'].map((apex) => `${apex}. NS ns.root.`).join('\n')}
`
/** Those that an examination asks whether port 25 leads out are in it too: here they are all one server of this test. */
const COM = `example NS ns1.example
example NS ns2.example
ns1.example A 192.0.2.53
ns2.example A 192.0.2.54
gmail MX 5 mx.gmail
mx.gmail A 203.0.113.25
outlook MX 5 mx.outlook
mx.outlook A 203.0.113.25`
const NET = `gmx MX 5 mx.gmx
mx.gmx A 203.0.113.25
backup1.example A 203.0.113.25
backup2.example A 203.0.113.26
backup3.example A 203.0.113.27
dsl-198-51-100-2.example A 198.51.100.2`

/** The domain as it was made in 2009, on two name servers. Its host has no address yet: mxhome writes it. */
const DOMAIN = `@ NS ns2
ns1 A 192.0.2.53
ns2 A 192.0.2.54
@ MX 5 backup1.example.net.
@ MX 10 mx
@ MX 20 backup2.example.net.
@ MX 30 backup3.example.net.
mx CNAME mail
@ TXT "v=spf1 ip4:198.51.100.9 -all"
_dmarc TXT "v=DMARC1; p=none"
s2009._domainkey TXT "v=DKIM1; k=rsa; p=MIIB"`

/** Name servers from the root downwards, further mail servers, and what tells the caller its address. To be called in the internet's namespace. */
export async function startInternet() {
  const root = await signZone('.', ROOT)
  const port = 53
  const top = await startBind({
    ...{ address: '192.0.2.1', port, keys: [OWNER] },
    zones: [
      { apex: '.', text: root.text, options: 'allow-update { none; };' },
      zone('com', COM),
      zone('net', NET),
      zone(REVERSE, '2 PTR dsl-198-51-100-2.example.net.'),
      zone('zen.spamhaus.org', '2.0.0.127 A 127.0.0.2'),
    ],
  })
  const grants = 'grant owner zonesub ANY; grant mxhome name example.com MX; grant mxhome name mail.example.com A AAAA;'
  const notify = 'notify explicit; notify-delay 0; notify-source 192.0.2.53; also-notify { 192.0.2.54; };'
  const primary = await startBind({
    ...{ address: '192.0.2.53', port, keys: [OWNER, MXHOME_KEY] },
    zones: [{ ...zone('example.com', DOMAIN, 'ns1'), options: `update-policy { ${grants} }; ${notify}` }],
  })
  const secondary = await startBind({
    ...{ address: '192.0.2.54', port },
    zones: [{ apex: 'example.com', secondaryOf: primary.endpoint }],
  })
  for (const [i, address] of ['203.0.113.25', '203.0.113.26', '203.0.113.27'].entries())
    await startSmtp({ greeting: `220 backup${i + 1}.example.net ESMTP\r\n` }, { address, port: 25 })
  const teller = createServer(({ socket }, response) => response.end(socket.remoteAddress)).listen(80, '192.0.2.80')
  await once(teller, 'listening')
  return {
    root: top.endpoint,
    anchor: root.ds,
    /** By the owner of the domain, at its name server; then the other one has it too. */
    async edit(...commands: readonly string[]): Promise<void> {
      await primary.nsupdate(...commands)
      const serial = async (server: typeof primary) => (await server.dig('SOA', 'example.com')).join()
      const wanted = await serial(primary)
      while ((await serial(secondary)) !== wanted) await new Promise((done) => setTimeout(done, 50))
    },
    /** By the provider of the line. */
    editReverse: top.nsupdate,
    held: (...args: readonly string[]) => Promise.all([primary, secondary].map((server) => server.dig(...args))),
    async stop() {
      await Promise.all([top, primary, secondary].map((server) => server.stop()))
    },
  }
}

/** `mxhome prober` on a server elsewhere. */
export async function startProber(folder: string) {
  const authority = makeAuthority()
  const { cert, key } = authority.issue('IP:192.0.2.80')
  const file = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const [certificate, secret, token] = [file('cert.pem', cert), file('key.pem', key), file('token', TOKEN)]
  const where = ['--listen', '192.0.2.80:8246', '--name', 'probe.example.net', '--token-file', token]
  const args = ['prober', ...where, '--certificate', certificate, '--key', secret]

  /** One that has not been asked yet: whoever asks more than ten times has to wait. */
  async function open() {
    const child = startMxhome(args, {}, folder)
    const gone = once(child, 'close')
    await once(child.stdout!, 'data')
    return async () => {
      child.kill()
      await gone
    }
  }
  return { open, caFile: authority.caFile, url: `https://${TOKEN}@192.0.2.80:8246/` }
}
