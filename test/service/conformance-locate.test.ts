import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { type StrictDyndns2Service, startDyndns2 } from '../../src/demo/strict-dyndns2.ts'
import { createZone, type Zone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import type { MxDocument } from '../../src/report/mx-document.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const DOMAIN = 'example.com'

/** `MX 10 mail.example.com`, `CNAME home.example.com`, `A 203.0.113.1`. */
function rdata(text: string): Rdata {
  const [type, one = '', two = ''] = text.split(' ')
  if (type === 'MX') return { type, preference: Number(one), exchange: two }
  if (type === 'CNAME') return { type, target: one }
  return { type: 'A', address: parseAddress(one)! }
}
/** `OWNER TYPE DATA`; `@` is the domain. */
const records = (lines: readonly string[]): ResourceRecord[] =>
  lines.map((line) => {
    const [owner = '', ...rest] = line.split(' ')
    const name = owner === '@' ? DOMAIN : `${owner}.${DOMAIN}`
    return { owner: name, ttl: 60, data: rdata(rest.join(' ')) }
  })

/** What the domain's MX says, which hosts are then sent, which findings are told, which exit code. */
interface Case {
  readonly zone: readonly string[]
  /** The zone as an office's own resolver shows it. */
  readonly view?: readonly string[]
  readonly settings?: Settings
  readonly sent: readonly string[]
  readonly findings: readonly string[]
  readonly code: number
}

const MAIL = 'mail.example.com'
const CASES: Readonly<Record<string, Case>> = {
  'a backup in the own zone is left alone': {
    zone: ['@ MX 10 mail.example.com', '@ MX 20 vps.example.com', 'mail A 203.0.113.1', 'vps A 203.0.113.2'],
    ...{ sent: [MAIL], findings: [], code: 0 },
  },
  'the apex is not written without an MX': {
    zone: ['@ A 203.0.113.80'],
    ...{ sent: [], findings: ['mx-missing error'], code: 1 },
  },
  'the apex is written where `hosts` names it': {
    zone: ['@ A 203.0.113.80'],
    settings: { MXHOME_HOSTS: DOMAIN },
    ...{ sent: [DOMAIN], findings: ['mx-missing info'], code: 0 },
  },
  'a null MX': { zone: ['@ MX 0 .'], sent: [], findings: ['null-mx info'], code: 0 },
  'an alias: its final owner is kept': {
    zone: ['@ MX 10 mail.example.com', 'mail CNAME a.example.com', 'a CNAME home.example.com', 'home A 203.0.113.1'],
    ...{ sent: ['home.example.com'], findings: ['mx-is-alias warn'], code: 0 },
  },
  'a host of the user that is an alias is not written': {
    zone: ['www CNAME home.example.com', 'home A 203.0.113.1', '@ MX 10 home.example.com'],
    settings: { MXHOME_HOSTS: 'www.example.com' },
    ...{ sent: ['home.example.com'], findings: [], code: 1 },
  },
  'an address in place of a host': {
    zone: ['@ MX 10 203.0.113.7'],
    ...{ sent: [], findings: ['mx-is-address error'], code: 1 },
  },
  'two with the same preference: neither': {
    zone: ['@ MX 10 a.example.com', '@ MX 10 b.example.com', 'a A 203.0.113.1', 'b A 203.0.113.1'],
    ...{ sent: [], findings: ['mx-ambiguous error'], code: 1 },
  },
  'two with the same preference, one named: that one': {
    zone: ['@ MX 10 a.example.com', '@ MX 10 b.example.com', 'a A 203.0.113.1', 'b A 203.0.113.1'],
    settings: { MXHOME_HOSTS: 'b.example.com' },
    ...{ sent: ['b.example.com'], findings: [], code: 0 },
  },
  'two with the same preference, one excluded: the other': {
    zone: ['@ MX 10 a.example.com', '@ MX 10 b.example.com', 'a A 203.0.113.1', 'b A 203.0.113.1'],
    settings: { MXHOME_EXCLUDE: 'a.example.com' },
    ...{ sent: ['b.example.com'], findings: [], code: 0 },
  },
  'an excluded host makes no backup ours': {
    zone: ['@ MX 10 mail.example.com', '@ MX 20 vps.example.com', 'mail A 203.0.113.1', 'vps A 203.0.113.2'],
    settings: { MXHOME_EXCLUDE: 'MAIL.example.com.' },
    ...{ sent: [], findings: [], code: 0 },
  },
  'an own view of the resolver: the authoritative answer counts': {
    zone: ['@ MX 10 mail.example.com', 'mail A 203.0.113.1'],
    view: ['@ MX 10 intern.example.com'],
    ...{ sent: [MAIL], findings: ['split-horizon info'], code: 0 },
  },
  'a resolver that denies the MX: the authoritative answer counts': {
    zone: ['@ MX 10 mail.example.com', 'mail A 203.0.113.1'],
    view: ['@ A 203.0.113.1'],
    ...{ sent: [MAIL], findings: ['split-horizon info'], code: 0 },
  },
  'upper case, a final dot, Unicode, a wildcard': {
    zone: ['@ MX 10 Mail.EXAMPLE.com', 'mail A 203.0.113.1'],
    settings: { MXHOME_DOMAINS: 'EXAMPLE.com.', MXHOME_HOSTS: 'Büro.Example.com., *.example.com' },
    ...{ sent: ['*.example.com', MAIL, 'xn--bro-hoa.example.com'], findings: [], code: 0 },
  },
}

describe('locate: what is written follows from the MX', () => {
  let service: StrictDyndns2Service
  let zone: Zone
  let view: Zone
  const servers: NameServer[] = []
  const folder = openFolder()
  let base: Settings
  let runs = 0

  beforeAll(async () => {
    zone = createZone(DOMAIN, [])
    view = createZone(DOMAIN, [])
    const hosts = ['mail', 'home', 'vps', 'a', 'b', 'new', 'xn--bro-hoa', '*'].map((label) => `${label}.${DOMAIN}`)
    service = await startDyndns2({
      users: { anna: 'secret' },
      hosts: [DOMAIN, ...hosts],
      onUpdate: (host, addresses) => {
        const data = addresses.map((address) => ({ type: 'A', address }) as const)
        for (const one of [zone, view]) one.setRRset(host, 'A', data)
      },
    })
    servers.push(await startNameServer({ zones: [zone] }), await startNameServer({ zones: [view], role: 'resolver' }))
    const [authority, resolver] = servers.map(({ endpoint }) => describeEndpoint(endpoint))
    base = {
      MXHOME_DOMAINS: DOMAIN,
      MXHOME_PROVIDER: 'dyndns2',
      DYNDNS2_BASE_URL: service.url,
      DYNDNS2_USERNAME: 'anna',
      DYNDNS2_PASSWORD: 'secret',
      MXHOME_NAMESERVERS: authority!,
      MXHOME_RESOLVERS: resolver!,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_CONFIRM_TIMEOUT: '1s',
    }
  })
  afterAll(async () => {
    await Promise.all([service.stop(), ...servers.map((server) => server.close())])
    folder.leave()
  })

  /** One round with an address that the line has not had. */
  async function update(settings: Settings, state: string) {
    const source = {
      MXHOME_IP_SOURCES: `static:203.0.113.${100 + ++runs}`,
      MXHOME_STATE_DIR: `${folder.path}/${state}`,
    }
    const from = service.updates.length
    const { code, stdout } = await mxhome(['update', '--json'], { ...base, ...source, ...settings }, folder.path)
    const document = JSON.parse(stdout) as RoundDocument
    const sent = service.updates.slice(from).map(({ host }) => String(host))
    return { code, document, sent: sent.toSorted() }
  }
  const hold = (lines: readonly string[], seen = lines) => {
    zone.write(records(lines))
    view.write(records(seen))
  }

  it.each(Object.entries(CASES))('%s', async (name, { zone, view, settings = {}, sent, findings, code }) => {
    hold(zone, view)
    const round = await update(settings, name.replace(/\W/g, '-'))
    const told = round.document.findings.map(({ id, severity }) => `${id} ${severity}`)
    expect({ code: round.code, sent: round.sent, findings: told }).toEqual({ code, sent, findings })
  })

  it('elsewhere: names the host, and the line that adopts it does', async () => {
    hold(['@ MX 10 mx1.other.net', '@ MX 20 mx2.other.net'])
    const { code, document, sent } = await update({}, 'elsewhere')
    expect({ code, sent }).toEqual({ code: 1, sent: [] })
    expect(document.findings).toMatchObject([{ id: 'mx-elsewhere', severity: 'error', domain: DOMAIN }])
    const [found] = document.findings
    expect(found?.message).toContain('mx1.other.net, mx2.other.net')
    expect(found?.remedy).toContain('MXHOME_HOSTS=mx1.other.net')
    const zones = await update({ MXHOME_ZONES: DOMAIN }, 'elsewhere')
    const [line] = zones.document.findings[0]!.remedy.match(/MXHOME_ZONES=[^.\s]\S*[^.\s]/) ?? []
    expect(line).toBe('MXHOME_ZONES=example.com,mx1.other.net')
    const adopted = await update({ MXHOME_ZONES: line!.slice('MXHOME_ZONES='.length) }, 'elsewhere')
    expect(adopted.document.findings.map(({ id }) => id)).not.toContain('mx-elsewhere')
    expect(adopted.document.targets.map(({ host }) => host)).toEqual(['mx1.other.net'])
  })

  it('`mx` shows an excluded host as what is left alone', async () => {
    hold(CASES['two with the same preference, one excluded: the other']!.zone)
    const roles = async (settings: Settings) => {
      const { stdout } = await mxhome(['mx', '--json'], { ...base, ...settings }, folder.path)
      const { domains } = JSON.parse(stdout) as MxDocument
      return domains[0]?.hosts?.map(({ host, role }) => `${host} ${role}`).toSorted()
    }
    expect(await roles({})).toEqual(['a.example.com ours', 'b.example.com ours'])
    expect(await roles({ MXHOME_EXCLUDE: 'a.example.com' })).toEqual(['a.example.com backup', 'b.example.com ours'])
  })

  it('the MX changes, then goes: the new host is followed, the old one kept; nothing is forgotten', async () => {
    hold(['@ MX 10 mail.example.com', 'mail A 203.0.113.1'])
    await update({}, 'change')
    hold(['@ MX 10 new.example.com', 'mail A 203.0.113.1', 'new A 203.0.113.1'])
    const changed = await update({}, 'change')
    expect({ code: changed.code, sent: changed.sent }).toEqual({ code: 0, sent: [MAIL, 'new.example.com'] })
    expect(changed.document.findings).toMatchObject([{ id: 'mx-host-dropped', severity: 'info' }])

    servers[0]!.switchOff(true)
    servers[1]!.switchOff(true)
    const blind = await update({}, 'change')
    servers[0]!.switchOff(false)
    servers[1]!.switchOff(false)
    expect(blind.code).toBe(75)
    expect(blind.document.findings.map(({ id }) => id)).toContain('mx-unknown')
    expect(blind.document.targets.map(({ host }) => host).toSorted()).toEqual([MAIL, 'new.example.com'])
  })

  it('the look-up fails and no host was ever known: later', async () => {
    servers[0]!.switchOff(true)
    servers[1]!.switchOff(true)
    const { code, document } = await update({}, 'never')
    servers[0]!.switchOff(false)
    servers[1]!.switchOff(false)
    expect({ code, targets: document.targets }).toEqual({ code: 75, targets: [] })
    expect(document.findings).toMatchObject([{ id: 'mx-unknown', severity: 'unknown' }])
  })
})
