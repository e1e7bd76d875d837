import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { bootContainer, type Container, until, whyNoContainer } from '../support/container.ts'
import { describeWith } from '../support/needs.ts'
import { mxhome, openFolder } from '../support/program.ts'
import { blocksFor, configurationOf, openCommands, runBlock, writeConfiguration } from '../support/readme.ts'

describeWith(['named', 'named-checkconf', 'tsig-keygen', 'dig'], 'the own name server of README.md', () => {
  const folder = openFolder()
  /** Where this machine's own name server keeps its files. */
  const elsewhere = (text: string) => text.replaceAll(/\/(?:etc|var\/lib)\/bind/g, folder.path)
  const [shown] = blocksFor('named')
  let bind: Bind

  beforeAll(async () => {
    const text = blocksFor('bind')
      .map((block) => block.text)
      .join('')
    const commands = process.getuid?.() === 0 ? text : text.replaceAll('-g bind ', '')
    const env = { PATH: openCommands(folder.path), HOME: folder.path }
    const { code, said } = await runBlock(elsewhere(commands), { cwd: folder.path, env })
    expect(code, said).toBe(0)
  })
  afterAll(async () => {
    await bind?.stop()
    folder.leave()
  })

  it('takes the configuration', () => {
    const zone = '$TTL 300\n@ IN SOA ns1 hostmaster 1 3600 600 86400 60\n@ IN NS ns1\nns1 IN A 192.0.2.53\n'
    writeFileSync(join(folder.path, 'example.com.zone'), zone)
    writeFileSync(join(folder.path, 'named.conf'), elsewhere(shown!.text))
    const checked = spawnSync('/usr/bin/named-checkconf', ['-z', join(folder.path, 'named.conf')], { encoding: 'utf8' })
    expect(checked.status, checked.stdout + checked.stderr).toBe(0)
  })

  it('lets mxhome write the one host, and nothing else', async () => {
    const key = readFileSync(join(folder.path, 'mxhome.key'), 'utf8')
    const [, name, algorithm, secret] = /key "(.+)" \{\s*algorithm (\S+);\s*secret "(.+)";/.exec(key) ?? []
    const [options] = /update-policy \{[^}]*\};/.exec(shown!.text) ?? []
    bind = await startBind({
      zones: [
        { apex: 'example.com', options: options!, records: '@ MX 10 mail\nmail A 203.0.113.1\nowa A 203.0.113.1' },
      ],
      keys: [{ name: name!, algorithm: algorithm!, secret: secret! }],
    })
    writeConfiguration(configurationOf('rfc2136'), folder.path)
    const server = describeEndpoint(bind.endpoint)
    const settings = {
      RFC2136_SERVER: server,
      RFC2136_KEY_SECRET: secret!,
      MXHOME_RESOLVERS: server,
      MXHOME_NAMESERVERS: server,
      MXHOME_IP_SOURCES: 'static:203.0.113.7',
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
    }

    const { code, stdout } = await mxhome(['update'], settings, folder.path)
    expect(code, stdout).toBe(0)
    expect(await bind.dig('mail.example.com', 'A')).toEqual(['203.0.113.7'])

    const other = await mxhome(['update'], { ...settings, MXHOME_HOSTS: 'owa.example.com' }, folder.path)
    expect(other.code, other.stdout).toBe(1)
    expect(await bind.dig('owa.example.com', 'A')).toEqual(['203.0.113.1'])
  })
})

const reason = whyNoContainer()
const skipped = reason !== undefined && process.env.CI !== 'true'
const ENV_FILE = '/etc/mxhome/mxhome.env'

describe.skipIf(skipped)(`the service of README.md${skipped ? ` (skipped: ${reason})` : ''}`, () => {
  let outside: string
  let machine: Container

  beforeAll(async () => {
    if (reason !== undefined) throw new Error(`no container can be booted here: ${reason}`)
    outside = mkdtempSync(join(tmpdir(), 'mxhome-readme-'))
    machine = await bootContainer({
      readOnly: { '/opt/mxhome': resolve('.'), '/opt/service': resolve('test/service/machine') },
      writable: { '/srv': outside },
    })
    // The set-up with No-IP as it is shown, and where in here, without a network, service and name server are.
    const inside = {
      NOIP_BASE_URL: 'http://127.0.0.1:8053',
      MXHOME_IP_SOURCES: 'static:203.0.113.7',
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_RESOLVERS: '127.0.0.1:5353',
      MXHOME_NAMESERVERS: '127.0.0.1:5353',
      MXHOME_CONFIRM_TIMEOUT: '5s',
    }
    const more = Object.entries(inside).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(join(outside, 'edited'), configurationOf('noip').text + more.join(''))
    run('mkdir /root/mxhome; cd /opt/mxhome; cp -r dist systemd package.json .env.example /root/mxhome')
    run('sed -i s/IONOS_API_KEY/NOIP_PASSWORD/g /root/mxhome/systemd/credentials.conf')
    run(`printf '#!/bin/sh\\nexec "$@"\\n' >/usr/local/bin/sudo; chmod 755 /usr/local/bin/sudo`)
    run(`printf '#!/bin/sh\\ncat /srv/edited >"$1"\\n' >/usr/local/bin/editor; chmod 755 /usr/local/bin/editor`)
    run('systemd-run --unit=noip node /opt/service/provider.mjs 8053 5354 /srv/updates')
    run('systemd-run --unit=dns node /opt/service/name-server.mjs 5353 /srv/updates')
    const knock =
      'net.connect(8053, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))'
    await until('the service listens', () => sh(`node -e '${knock}'`).status === 0)
  }, 300_000)

  afterAll(async () => {
    await machine?.stop()
    if (outside !== undefined) rmSync(outside, { recursive: true })
  })

  const sh = (commands: string) =>
    machine.run(['env', 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'sh', '-exc', commands])
  const run = (commands: string) => {
    const { status, stdout, stderr } = sh(commands)
    const journal = status === 0 ? '' : sh('journalctl -u mxhome -o cat').stdout
    expect(status, `${commands}\n${stdout}${stderr}${journal}`).toBe(0)
    return stdout
  }
  const isActive = () => sh('systemctl is-active mxhome').status === 0
  const asked = 'fetch("http://127.0.0.1:8245/readyz").then((r) => process.exit(r.status === 204 ? 0 : 1))'
  const roundDone = () => until('a round has ended', () => sh(`node -e '${asked}'`).status === 0)

  it('is installed, configured, started, looked at and removed as shown', { timeout: 180_000 }, async () => {
    const blocks = blocksFor('container')
    expect(blocks.length).toBeGreaterThan(7)
    const said: string[] = []
    for (const { text } of blocks) {
      const pasted = text.includes('/dev/stdin')
      // The README's example of a credential is another provider's.
      if (pasted) run(`sed -i /NOIP_PASSWORD/d ${ENV_FILE}`)
      const commands = text.replaceAll('IONOS_API_KEY', 'NOIP_PASSWORD')
      // By a pipe, since /dev/stdin cannot be opened where it is a socket.
      said.push(run(`cd /root/mxhome; printf '${pasted ? 'pasted-key\\n' : ''}' | {\n${commands}}`))
      if (isActive()) await roundDone()
      if (pasted) {
        expect(run('cat /run/credentials/mxhome.service/NOIP_PASSWORD')).toBe('pasted-key\n')
        expect(sh('mxhome status').status, 'by hand the credential is not seen').toBe(78)
      }
    }
    const all = said.join('')
    expect(all).toContain('The configuration is right: example.com at noip.')
    expect(all).toContain('would be written')
    expect(all).toContain('myhome.ddns.net is current')
    expect(all).toContain('Active: active (running)')
    const updates = readFileSync(join(outside, 'updates'), 'utf8')
    expect(updates).toBe('your-ddns-key-user:your-ddns-key-password myhome.ddns.net 203.0.113.7\n')
    expect(sh('id mxhome').status).toBe(1)
  })
})
