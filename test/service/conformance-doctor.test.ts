import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { createZone, type Zone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { DoctorDocument } from '../../src/report/doctor-document.ts'
import type { MxDocument } from '../../src/report/mx-document.ts'
import { freePort } from '../support/free-port.ts'
import { record } from '../support/mail-lab.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const records = (...lines: readonly string[]) =>
  lines.map((line) => {
    const [, owner = '', data = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    return { owner, ttl: 60, data: record(data) }
  })
const SOUND = ['example.com MX 10 mail.example.com', 'mail.example.com A 127.0.0.1']

describe('what is promised of doctor and mx', () => {
  const folder = openFolder()
  let zone: Zone
  let servers: NameServer[]
  let base: Settings
  beforeAll(async () => {
    zone = createZone('example.com', records(...SOUND))
    const reverse = createZone('127.in-addr.arpa', [])
    const zones = [zone, reverse]
    servers = await Promise.all([startNameServer({ zones }), startNameServer({ zones, role: 'resolver' })])
    base = {
      MXHOME_NAMESERVERS: describeEndpoint(servers[0]!.endpoint),
      MXHOME_RESOLVERS: describeEndpoint(servers[1]!.endpoint),
      MXHOME_ALLOW_ADDRESSES: '127.0.0.0/8',
      MXHOME_IP_SOURCES: 'static:127.0.0.1',
    }
  })
  afterAll(async () => {
    await Promise.all(servers.map((one) => one.close()))
    folder.leave()
  })
  const ACCOUNT = { MXHOME_PROVIDER: 'noip', NOIP_USERNAME: 'anna', NOIP_PASSWORD: 's3cr3t-Passw0rd' }
  const own = { ...ACCOUNT, MXHOME_DOMAINS: 'example.com', MXHOME_ZONES: 'example.com' }

  async function json<T>(args: readonly string[], settings: Settings) {
    const { code, stdout, stderr } = await mxhome([...args, '--json'], { ...base, ...settings }, folder.path)
    return { code, stderr, document: (stdout === '' ? undefined : JSON.parse(stdout)) as T }
  }
  const doctor = (settings: Settings = own, ...args: readonly string[]) =>
    json<DoctorDocument>(['doctor', ...args], settings)
  const yaml = (text: string) => {
    const path = join(folder.path, 'conf.yaml')
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }

  it('how mail is sent decides how severe a missing reverse name is; in the file as in the environment', async () => {
    zone.write(records(...SOUND))
    const severity = ({ document }: { document: DoctorDocument }) => {
      const found = document.findings.find(({ id }) => id === 'iprev-missing')
      return [found?.severity, /^If you send directly: /.test(found?.remedy ?? '')]
    }
    const wanted = { direct: ['error', false], smarthost: ['info', false], unknown: ['warn', true] }
    for (const [outbound, expected] of Object.entries(wanted)) {
      expect(severity(await doctor({ ...own, MXHOME_OUTBOUND: outbound })), outbound).toEqual(expected)
      const file = yaml(`outbound: ${outbound}\ndqsKey: abc123\nprober: http://127.0.0.1:9/\ndoctorInterval: off\n`)
      expect(severity(await doctor(own, '--config', file)), outbound).toEqual(expected)
    }
    expect(severity(await doctor())).toEqual(['warn', true])
  })

  it.each([
    ['MXHOME_OUTBOUND', 'somehow', 'outbound: somehow'],
    ['MXHOME_DOCTOR_INTERVAL', 'daily', 'doctorInterval: daily'],
    ['MXHOME_PROBER', 'ftp://x', 'prober: ftp://x'],
    ['MXHOME_DQS_KEY', 'a b', 'dqsKey: a b'],
  ])('%s: what is wrong is 78, in the file too', async (name, text, line) => {
    const wrong = await doctor({ ...own, [name]: text })
    expect([wrong.code, wrong.document]).toEqual([78, undefined])
    expect(wrong.stderr).toContain(name)
    const inFile = await doctor(own, '--config', yaml(`${line}\n`))
    expect([inFile.code, inFile.document]).toEqual([78, undefined])
    expect(inFile.stderr).toContain(line.split(':')[0])
    expect(wrong.stderr + inFile.stderr).not.toContain(name === 'MXHOME_DQS_KEY' ? 'a b' : 's3cr3t')
  })

  it('every key is there, and null is what is not told', async () => {
    const { document } = await doctor(own, '--verbose')
    expect(Object.keys(document)).toEqual(['started', 'finished', 'verdict', 'domains', 'findings'])
    const keys = ['domain', 'id', 'message', 'reference', 'remedy', 'severity', 'why']
    for (const finding of document.findings) expect(Object.keys(finding).toSorted(), finding.id).toEqual(keys)
    expect(JSON.stringify(document)).not.toContain('undefined')
  })

  it('of several exit codes the first in 64, 78, 1, 75, 0', async () => {
    zone.write(records(...SOUND))
    const nobody = `127.0.0.1:${await freePort()}`
    const wrong = { ...own, MXHOME_OUTBOUND: 'somehow' }
    expect((await doctor(wrong, '192.0.2.1')).code, '64 before 78').toBe(64)
    zone.write(records('example.com A 127.0.0.1'))
    expect((await doctor(wrong)).code, '78 before 1').toBe(78)
    const one = await doctor(own, 'example.com', 'example.net')
    expect([one.code, one.document.verdict], '1 before 75').toEqual([1, 'not-reachable'])
    const silent = { ...own, MXHOME_RESOLVERS: nobody, MXHOME_NAMESERVERS: nobody }
    expect((await doctor(silent)).code).toBe(75)
    zone.write(records(...SOUND))
    expect((await doctor()).code).toBe(0)
  })

  it('mx --json: every key; 1 where an answering server differs, else 75 where one is silent', async () => {
    zone.write(records(...SOUND))
    const wish = (preference: number) =>
      yaml(`domains: [{name: example.com, mx: [{host: mail.example.com, preference: ${preference}}]}]\n`)
    const look = (preference: number, more: Settings = {}) =>
      json<MxDocument>(['mx', '--config', wish(preference)], { ...ACCOUNT, MXHOME_ZONES: 'example.com', ...more })
    const same = await look(10)
    const [{ address }] = same.document.domains[0]!.servers as unknown as [{ address: string }]
    expect([same.code, same.document]).toEqual([
      0,
      {
        domains: [
          {
            ...{ domain: 'example.com', wanted: [{ host: 'mail.example.com', preference: 10 }], differs: false },
            servers: [
              {
                ...{ name: '', address, mx: [{ host: 'mail.example.com', preference: 10 }] },
                ...{ missing: [], unwanted: [], problem: null },
              },
            ],
            ...{ writable: false, nxdomain: false, alias: null, problem: null },
            hosts: [{ host: 'mail.example.com', role: 'ours', addresses: ['127.0.0.1'], alias: null }],
          },
        ],
      },
    ])
    expect((await look(20)).code).toBe(1)
    const port = await freePort()
    const both = { MXHOME_NAMESERVERS: `${base.MXHOME_NAMESERVERS}, 127.0.0.1:${port}` }
    expect((await look(10, both)).code).toBe(75)
    expect((await look(20, both)).code, '1 before 75').toBe(1)
    const none = await json<MxDocument>(['mx', 'example.com'], own)
    expect(none.document.domains[0]).toMatchObject({
      wanted: null,
      servers: [{ missing: null, unwanted: null, problem: null }],
    })
  })
})
