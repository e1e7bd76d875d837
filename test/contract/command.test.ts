import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { attempt, type Published } from '../../src/core/outcome.ts'
import type { NonEmpty } from '../../src/core/plan.ts'
import type { AddressRRset, AddressType } from '../../src/dns/rrset.ts'
import type { Command } from '../../src/ports/exec.ts'
import { loadProvider } from '../../src/providers/index.ts'
import { bind } from '../../src/providers/provider.ts'
import { replay } from '../support/replay.ts'

const provider = (await loadProvider('command'))!
const SETTINGS = { program: "/usr/local/bin/set-dns --zone 'example com'", secret: 's3cr3t' }

const rrset = (type: AddressType, address: string, more = {}) =>
  ({ owner: 'mail.example.com', type, addresses: [address], ...more }) as unknown as AddressRRset
const A = rrset('A', '192.0.2.1')
const BOTH = [rrset('A', '192.0.2.1', { ttl: 60 }), rrset('AAAA', '2001:db8::1')] as const

type Ended = { code?: number; stdout?: string; stderr?: string } | Failure

async function publish(ended: Ended, rrsets: NonEmpty<AddressRRset> = [A], settings: object = SETTINGS) {
  const commands: Command[] = []
  const exec = async (command: Command) => {
    commands.push(command)
    if (ended instanceof Failure) throw ended
    return { code: 0, stdout: '', stderr: '', ...ended }
  }
  const tools = { ...replay([]).tools, exec }
  const found: Published[] = []
  for await (const one of attempt(rrsets, () => bind(provider, settings).publish(rrsets, tools))) found.push(one)
  const outcomes = found.map(({ outcome }) => {
    const failure = 'failure' in outcome ? outcome.failure : undefined
    return { outcome: outcome.kind, ...(failure && { kind: failure.kind, message: failure.message }) }
  })
  return { commands, outcomes, only: outcomes[0]!, retryAfter: found.map(retryAfterOf)[0] }
}
const retryAfterOf = ({ outcome }: Published) => ('failure' in outcome ? outcome.failure.retryAfter : undefined)

describe('what the program is given', () => {
  it('arguments without a shell, the job on stdin, the secret only there', async () => {
    const { commands } = await publish({}, BOTH)
    const [{ argv, input, purpose, timeout }] = commands as [Command]
    expect(argv).toEqual(['/usr/local/bin/set-dns', '--zone', 'example com'])
    expect(JSON.parse(input ?? '')).toEqual({
      version: 1,
      host: 'mail.example.com',
      records: [
        { type: 'A', addresses: ['192.0.2.1'], ttl: 60 },
        { type: 'AAAA', addresses: ['2001:db8::1'] },
      ],
      secret: 's3cr3t',
    })
    expect({ purpose, timeout }).toEqual({ purpose: 'write', timeout: 60_000 })
  })

  it('no secret where there is none, and a time-out of its own', async () => {
    const { commands } = await publish({}, [A], { program: 'set-dns', timeout: 5 })
    expect(commands[0]).toMatchObject({ argv: ['set-dns'], timeout: 5000 })
    expect(commands[0]?.input).not.toContain('secret')
  })
})

describe('what its end means', () => {
  it.each<[about: string, ended: Ended, outcome: string, kind?: string, message?: string]>([
    ['exit code 0', {}, 'updated'],
    ['words that are no JSON', { stdout: 'done: 1 record\n' }, 'updated'],
    ['exit code 10', { code: 10 }, 'unchanged'],
    ['exit code 1', { code: 1, stderr: 'warning: x\nno route\n' }, 'failed', 'unavailable', 'exit code 1: no route'],
    ['exit code 255', { code: 255 }, 'failed', 'unavailable', 'exit code 255'],
    ['exit code 77', { code: 77, stderr: 'bad key s3cr3t' }, 'failed', 'auth', 'bad key ***'],
    ['exit code 78', { code: 78 }, 'failed', 'rejected'],
    ['a signal', { code: 137 }, 'unknown', 'unavailable', 'signal 9'],
    ['a time-out', new Failure('network', 'not done', { lost: true }), 'unknown', 'network'],
    ['a program that is not there', new Failure('network', 'not there'), 'failed', 'network'],
    ['an outcome in JSON', { stdout: '{"outcome":"unchanged"}' }, 'unchanged'],
    ['JSON against the exit code', { code: 1, stdout: '{"outcome":"updated"}' }, 'updated'],
    ['JSON without an outcome', { code: 1, stdout: '{"kind":"blocked","message":"stop it"}' }, 'failed', 'blocked'],
    ['a failure in JSON', { stdout: '{"outcome":"failed","message":"full"}' }, 'failed', 'unavailable', ': full'],
    ['an unknown outcome', { stdout: '{"outcome":"unknown","message":"hm"}' }, 'unknown', 'unavailable', 'hm'],
    ['JSON that is cut off', { stdout: '{"outcome":"upd' }, 'unknown', 'protocol'],
    ['JSON of another kind', { stdout: '{"outcome":"fine"}' }, 'unknown', 'protocol'],
  ])('%s', async (_, ended, outcome, kind, message) => {
    const { only } = await publish(ended)
    expect(only).toMatchObject({ outcome, ...(kind && { kind }) })
    expect(only.message ?? '').toContain(message ?? '')
    expect(JSON.stringify(only)).not.toContain('s3cr3t')
  })

  it('each record may have an outcome of its own', async () => {
    const stdout = '{"message":"?","records":{"AAAA":{"outcome":"failed","kind":"rejected","message":"no IPv6"}}}'
    const { outcomes } = await publish({ stdout }, BOTH)
    expect(outcomes).toEqual([
      { outcome: 'updated' },
      { outcome: 'failed', kind: 'rejected', message: '/usr/local/bin/set-dns: no IPv6' },
    ])
  })

  it('a pause that it asks for', async () => {
    const said = { outcome: 'failed', kind: 'rate-limited', retryAfter: 90 }
    expect((await publish({ stdout: JSON.stringify(said) })).retryAfter).toBe(90)
  })
})

it.each([
  [{}, /program/],
  [{ program: "set-dns 'open" }, /every quote closed/],
  [{ program: 'set-dns', timeout: 0 }, /timeout/],
])('settings %j are refused', (settings, complaint) => {
  expect(provider.settings.safeParse(settings).error?.message).toMatch(complaint)
})
