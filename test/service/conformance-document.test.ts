import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { mxhome } from '../support/program.ts'

const [HOME, MAIL] = ['home.dyn.example', 'mail.dyn.example'] as const
const MINUTE = 60_000
type Line = Awaited<ReturnType<typeof openDyndnsLine>>
let line: Line
const extra: NameServer[] = []

beforeEach(async () => {
  line = await openDyndnsLine([HOME, MAIL])
  line.address('203.0.113.1')
})
afterEach(() => line.leave())
afterAll(async () => {
  await Promise.all(extra.map((server) => server.close()))
})

/** A server that answers without authority (`resolver`), or refuses the zone. */
async function server(kind: 'resolver' | 'refuses', address?: string) {
  const soa = { type: 'SOA', mname: 'ns1.dyn.example', rname: 'h.dyn.example', serial: 1, minimum: 60 } as const
  const zone = createZone('dyn.example', [{ owner: 'dyn.example', ttl: 60, data: soa }])
  if (address) zone.setRRset(HOME, 'A', [{ type: 'A', address: address as never }])
  const one = await startNameServer(kind === 'refuses' ? { zones: [] } : { zones: [zone], role: 'resolver' })
  extra.push(one)
  return describeEndpoint(one.endpoint)
}

/** A resolver that shows the zone as an office does: its name server at an inner address. */
async function inner() {
  const soa = { type: 'SOA', mname: 'ns1.dyn.example', rname: 'h.dyn.example', serial: 1, minimum: 60 } as const
  const zone = createZone('dyn.example', [
    { owner: 'dyn.example', ttl: 60, data: soa },
    { owner: 'dyn.example', ttl: 60, data: { type: 'NS', target: 'ns1.dyn.example' } },
    { owner: 'ns1.dyn.example', ttl: 60, data: { type: 'A', address: parseAddress('192.168.77.53')! } },
  ])
  const one = await startNameServer({ zones: [zone], role: 'resolver' })
  extra.push(one)
  return describeEndpoint(one.endpoint)
}

/** The program ran `ms` earlier, for all that the state says. */
function age(ms: number) {
  const path = `${line.folder.path}/state/state.json`
  const older = (_: string, value: unknown) => (typeof value === 'number' && value > 1e12 ? value - ms : value)
  writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, 'utf8'), older)))
}

const first = async (...args: string[]) => {
  const { code, document } = await line.update(...args)
  return { code, ...document.targets[0]! }
}

describe('the document of update --json', () => {
  it('has every key, for what was sent, what is current and what failed', async () => {
    const keys = ['started', 'finished', 'addresses', 'targets', 'findings']
    const ofTarget = ['host', 'type', 'provider', 'line', 'mxOf', 'action', 'why', 'before', 'after', 'outcome']
    for (const answer of ['good', 'skip', 'nohost']) {
      if (answer === 'nohost') {
        line.address('203.0.113.2')
        line.service.answerNext({ kind: 'answer', body: 'nohost' })
      }
      const { document } = await line.update()
      expect(Object.keys(document)).toEqual(expect.arrayContaining(keys))
      expect(document.addresses).toEqual({ A: answer === 'nohost' ? '203.0.113.2' : '203.0.113.1', AAAA: null })
      const [target] = document.targets
      expect(Object.keys(target!)).toEqual(expect.arrayContaining([...ofTarget, 'confirmation', 'error']))
      expect(document.started).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      if (answer === 'nohost') {
        expect(target).toMatchObject({ outcome: 'failed', error: { kind: 'rejected', retryAt: null } })
        expect(Object.keys(target!.error!).toSorted()).toEqual(['kind', 'message', 'remedy', 'retryAt'])
      } else {
        expect(target!.error).toBeNull()
        expect(target!.confirmation).toMatchObject({ state: 'confirmed', seen: 2, asked: 2 })
        const [one] = target!.confirmation!.servers
        expect(one).toMatchObject({ address: line.settings.MXHOME_NAMESERVERS!.split(',')[0], answer: ['203.0.113.1'] })
      }
    }
  })

  it('1 goes before 75, 75 before 0; with HOST only that host counts', async () => {
    line.service.answerNext({ kind: 'answer', body: 'nohost' }, { kind: 'answer', status: 503 })
    const { code, document } = await line.update()
    expect(document.targets.map(({ error }) => error?.kind)).toEqual(['rejected', 'unavailable'])
    expect(code).toBe(1)
    expect((await line.update('HOME.dyn.example.')).code).toBe(1)
    expect((await line.update(MAIL)).code).toBe(75)
    expect((await line.update('none.dyn.example')).code).toBe(64)
    const status = async (...args: string[]) => mxhome(['status', ...args], line.settings, line.folder.path)
    expect(await status('--quiet')).toEqual({ code: 1, stdout: '', stderr: '' })
    const { code: same, stdout } = await status('--json')
    expect(same).toBe(1)
    expect(Object.keys(JSON.parse(stdout))).toEqual(expect.arrayContaining(['health', 'nextRound', 'version']))
    expect((await line.update('--dry-run')).code, 'it could plan').toBe(0)
  })
})

describe('status --json without a daemon', () => {
  const status = async () => {
    const { code, stdout } = await mxhome(['status', '--json'], line.settings, line.folder.path)
    return { code, document: JSON.parse(stdout) }
  }

  it('is the document of the last round, as far as the disk can tell', async () => {
    const { document: round } = await line.update()
    const { code, document } = await status()
    expect(code).toBe(0)
    expect(document).toMatchObject({ addresses: round.addresses, health: 'pass', nextRound: null, findings: [] })
    expect(Date.parse(document.started)).toBeGreaterThanOrEqual(Date.parse(round.started))
    expect(Date.parse(document.finished)).toBeGreaterThanOrEqual(Date.parse(document.started))
    const facts = ({ host, after, published, wanted, confirmation }: (typeof round.targets)[0]) => [
      ...[host, after, published, wanted, confirmation?.state, confirmation?.seen, confirmation?.asked],
    ]
    expect(document.targets.map(facts)).toEqual(round.targets.map(facts))
  })

  it('is bad where the last round was: what was refused has not the address of the other', async () => {
    await line.update()
    line.address('203.0.113.2')
    line.service.answerNext({ kind: 'answer', body: 'nohost' })
    await line.update()
    const { code, document } = await status()
    expect([code, document.health]).toEqual([1, 'fail'])
    expect(document.targets.map((one: { action: string }) => one.action)).toEqual(['hold', 'skip'])
    expect(document.targets[0]).toMatchObject({ published: ['203.0.113.1'], error: { kind: 'rejected' } })
  })

  it('does not know an address that nobody has published', async () => {
    line.service.answerNext({ kind: 'answer', body: 'badauth' }, { kind: 'answer', body: 'badauth' })
    await line.update()
    const { code, document } = await status()
    expect([code, document.health, document.addresses]).toEqual([1, 'fail', { A: null, AAAA: null }])
  })
})

describe('the evidence', () => {
  beforeEach(async () => {
    await line.update()
    // The other family is on disk as absent: no name server is needed to send.
    const path = `${line.folder.path}/state/state.json`
    const state = JSON.parse(readFileSync(path, 'utf8'))
    const absent = { writes: [], forced: [], published: { addresses: [], at: Date.now() } }
    for (const host of [HOME, MAIL]) state.targets[`dyndns2 ${host} AAAA`] = absent
    writeFileSync(path, JSON.stringify(state))
    line.address('203.0.113.2')
  })

  it.each([
    ['seen: the servers refuse, a resolver has it', 'refuses', 'name-servers-unreachable'],
    ['seen: caches answer in place of the servers, a resolver has it', 'resolver', 'dns-intercepted'],
  ] as const)('%s', async (_, kind, finding) => {
    const settings = {
      ...line.settings,
      MXHOME_NAMESERVERS: `${await server(kind, '203.0.113.1')},${await server(kind, '203.0.113.1')}`,
      MXHOME_RESOLVERS: await server('resolver', '203.0.113.2'),
    }
    const { code, stdout } = await mxhome(['update', '--json', HOME], settings, line.folder.path)
    const { targets, findings } = JSON.parse(stdout)
    expect({ code, ...targets[0].confirmation }).toMatchObject({ code: 0, state: 'seen', seen: 0, asked: 2 })
    expect(findings.map(({ id }: { id: string }) => id)).toEqual([finding])
  })

  it('all name servers of the zone are at special-purpose addresses: told while a host waits, and after it was sent', async () => {
    const settings = { ...line.settings, MXHOME_RESOLVERS: await inner(), MXHOME_NAMESERVERS: '' }
    const update = async (state: string, more = {}) => {
      const own = { ...settings, MXHOME_STATE_DIR: `${line.folder.path}/${state}`, ...more }
      const { stdout } = await mxhome(['update', '--json'], own, line.folder.path)
      return JSON.parse(stdout) as RoundDocument
    }
    const { targets, findings } = await update('new')
    expect(targets.map(({ action, confirmation }) => [action, confirmation])).toEqual([
      ['wait', null],
      ['wait', null],
    ])
    expect(findings).toMatchObject([{ id: 'name-servers-unreachable', severity: 'warn' }])
    expect(findings[0]!.message).toBe(
      'the name servers of dyn.example were not asked: all are at special-purpose addresses (ns1.dyn.example 192.168.77.53)',
    )
    expect(findings[0]!.remedy).toContain('MXHOME_NAMESERVERS=192.168.77.53')
    expect(findings[0]!.remedy).toContain('MXHOME_ALLOW_ADDRESSES: 192.168.0.0/16')

    const sent = await update('state')
    expect(sent.targets.map(({ confirmation }) => confirmation?.state)).toEqual(['accepted', 'accepted'])
    expect(sent.findings.map(({ message }) => message)).toEqual([findings[0]!.message])
    const named = await update('state', { MXHOME_NAMESERVERS: line.settings.MXHOME_NAMESERVERS! })
    expect(named.findings).toEqual([])
  })

  it.each([
    ['accepted: only the provider has answered', [], 'accepted', 0],
    ['unknown: not even the provider', [{ kind: 'cut' }], 'unknown', 75],
  ] as const)('%s', async (_, faults, state, code) => {
    const silent = await server('refuses')
    const settings = { ...line.settings, MXHOME_NAMESERVERS: silent, MXHOME_RESOLVERS: silent }
    line.service.answerNext(...faults)
    const ended = await mxhome(['update', '--json', HOME], settings, line.folder.path)
    expect({ code: ended.code, ...JSON.parse(ended.stdout).targets[0].confirmation }).toMatchObject({ code, state })
  })

  it('visible: not more than half of the servers answer', async () => {
    const own = line.settings.MXHOME_NAMESERVERS!.split(',')[0]
    const settings = { ...line.settings, MXHOME_NAMESERVERS: `${own},${await server('refuses')}` }
    const { code, stdout } = await mxhome(['update', '--json', HOME], settings, line.folder.path)
    const { confirmation } = JSON.parse(stdout).targets[0]
    expect({ code, ...confirmation }).toMatchObject({ code: 75, state: 'visible', seen: 1, asked: 2 })
    expect(confirmation.servers[1].answer, 'unknown is not empty').toBeNull()
  })
})

describe('what is sent, and what is not', () => {
  it('force: three repeats in 24 h, then it says until when; a new address is no repeat', async () => {
    await line.update()
    const requests = () => line.service.counters.requests
    const before = requests()
    for (let nth = 1; nth <= 3; nth++) {
      line.service.unblock(HOME)
      expect(await first('--force', HOME)).toMatchObject({ why: 'forced' })
    }
    expect(await first('--force', HOME)).toMatchObject({ code: 75, action: 'wait', why: 'force-limit' })
    expect((await first('--force', HOME)).error?.retryAt).toMatch(/^\d{4}-/)
    expect(requests() - before).toBe(3)
    line.address('203.0.113.3')
    line.service.unblock(HOME)
    expect(await first('--force', HOME)).toMatchObject({ code: 0, outcome: 'updated' })
  })

  it('a block is lifted by naming the host, by nothing else', async () => {
    line.service.answerNext({ kind: 'answer', body: 'abuse' })
    await line.update(HOME)
    line.address('203.0.113.4')
    const before = line.service.counters.requests
    expect(await first('--force')).toMatchObject({ action: 'hold', why: 'blocked' })
    expect(line.service.counters.requests - before, 'the other host').toBe(1)
    expect(await first('--force', HOME)).toMatchObject({ code: 0, outcome: 'updated' })
  })

  it("the day's budget counts against the setting now in force", async () => {
    const update = async (address: string, budget: string) => {
      line.address(address)
      const settings = { ...line.settings, MXHOME_DAILY_UPDATES: budget }
      const { code, stdout } = await mxhome(['update', '--json', HOME], settings, line.folder.path)
      return { code, ...JSON.parse(stdout).targets[0] }
    }
    expect(await update('203.0.113.11', '2')).toMatchObject({ code: 0 })
    expect(await update('203.0.113.12', '2')).toMatchObject({ code: 0 })
    expect(await update('203.0.113.13', '2')).toMatchObject({ code: 75, action: 'wait', why: 'budget' })
    expect(await update('203.0.113.13', '3')).toMatchObject({ code: 0, outcome: 'updated' })
  })

  it('a lost write, the servers show the old set: not before five minutes', async () => {
    await line.update()
    age(60 * MINUTE)
    line.address('203.0.113.5')
    line.service.answerNext({ kind: 'answer', status: 502, body: '<html>' })
    expect(await first(HOME)).toMatchObject({ code: 75, outcome: 'unknown' })
    age(4 * MINUTE)
    expect(await first(HOME)).toMatchObject({ code: 75, action: 'wait', why: 'pause' })
    age(2 * MINUTE)
    expect(await first(HOME)).toMatchObject({ code: 0, why: 'read-back', outcome: 'updated' })
    expect(line.service.counters.repeats).toBe(0)
  })

  it('the service says that it set another address: what was sent and what it said, and what mxhome does now', async () => {
    line.service.answerNext({ kind: 'answer', body: 'good 198.51.100.9' })
    const { code, outcome, error } = await first(HOME)
    expect({ code, outcome, kind: error?.kind }).toEqual({ code: 75, outcome: 'unknown', kind: 'protocol' })
    expect(error?.message).toContain('sent 203.0.113.1, but the service says that it set 198.51.100.9')
    expect(error?.remedy).toContain('mxhome reads back at the name servers before it sends again')
    expect(error?.remedy).not.toContain('bug')
    expect((await first(HOME)).error?.remedy, 'in the pause').toBe(error?.remedy)
  })

  it('a third address after a lost write goes at once: it is no repeat', async () => {
    await line.update()
    age(60 * MINUTE)
    line.address('203.0.113.5')
    line.service.answerNext({ kind: 'cut' })
    await line.update(HOME)
    line.address('203.0.113.6')
    expect(await first(HOME)).toMatchObject({ code: 0, why: 'changed', outcome: 'updated' })
  })
})
