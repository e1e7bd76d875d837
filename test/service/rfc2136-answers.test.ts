import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { attempt, type Outcome } from '../../src/core/outcome.ts'
import type { Message, ResourceRecord } from '../../src/dns/message.ts'
import { type DomainName, parseName } from '../../src/dns/name.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import { signMessage, TSIG_ERRORS, type TsigKey, verifyMessage } from '../../src/dns/tsig.ts'
import { bind, type Tools } from '../../src/providers/provider.ts'
import { rfc2136 } from '../../src/providers/special/rfc2136.ts'
import { serverOf } from '../../src/providers/special/rfc2136-server.ts'
import { message } from '../support/message.ts'
import { noExec } from '../support/replay.ts'
import { updateAnswer } from '../support/update-answer.ts'

const NOW = 1_790_000_000
const SETTINGS = { server: '192.0.2.53', keyName: 'Home.Key.', keySecret: 'czNjcjN0czNjcjN0' }
const KEY: TsigKey = { name: 'home.key', algorithm: 'hmac-sha256', secret: Buffer.from(SETTINGS.keySecret, 'base64') }
const name = (text: string) => parseName(text) as DomainName
const WANTED = ['mail', 'www'].map((label) => ({
  owner: name(`${label}.example.com`),
  type: 'A' as const,
  addresses: [parseAddress('203.0.113.7')!],
}))
const [MAIL] = WANTED

const EMPTY = message({ id: 0, authoritative: true })
const SOA: ResourceRecord = {
  owner: 'example.com',
  ttl: 60,
  data: { type: 'SOA', mname: 'ns.example.com', rname: '.', serial: 1, minimum: 60 },
}

/** How a server answers to an UPDATE, given it and the MAC of its signature. */
type Answer = (request: Uint8Array, requestMac: Uint8Array) => Uint8Array
type Asked = Parameters<Tools['dns']['query']>[0]

function toolsOf(answer: Answer, reads: (asked: Asked) => Partial<Message> = () => ({ authorities: [SOA] })) {
  const log: string[] = []
  const tools: Tools = {
    http: () => Promise.reject(new Error('no HTTP here')),
    dns: {
      query: async (asked) => {
        log.push(asked.type)
        return { ...EMPTY, ...reads(asked) }
      },
      send: async (request) => {
        log.push('UPDATE')
        const verdict = verifyMessage(request, KEY, NOW)
        if (verdict?.kind !== 'genuine') throw new Error('the request is not signed well')
        return answer(request, verdict.mac)
      },
      lookup: async () => [],
    },
    exec: noExec,
    now: () => NOW * 1000,
    random: () => 0.5,
  }
  return { tools, log }
}

async function outcomesOf({ tools }: { tools: Tools }, wanted = [MAIL!]): Promise<Outcome[]> {
  const found: Outcome[] = []
  const work = () => bind(rfc2136, SETTINGS).publish([wanted[0]!, ...wanted.slice(1)], tools)
  for await (const { outcome } of attempt(wanted, work)) found.push(outcome)
  return found
}

const failureOf = (outcome: Outcome | undefined) => (outcome && 'failure' in outcome ? outcome.failure : undefined)
const idOf = (request: Uint8Array) => (request[0]! << 8) | request[1]!
const plain = (request: Uint8Array, rcode: number) => updateAnswer({ id: idOf(request), rcode })
const says =
  (rcode: number, details = {}, key = KEY, time = NOW): Answer =>
  (request, requestMac) =>
    signMessage(plain(request, rcode), key, time, { requestMac, ...details }).bytes

describe('answers that are believed', () => {
  it.each([
    [0, 'updated', undefined],
    [1, 'failed', 'protocol'],
    [2, 'failed', 'unavailable'],
    [4, 'failed', 'unsupported'],
    [5, 'failed', 'auth'],
    [9, 'failed', 'rejected'],
    [10, 'failed', 'rejected'],
    [11, 'failed', 'protocol'],
  ])('RCODE %i', async (rcode, kind, failure) => {
    const [outcome] = await outcomesOf(toolsOf(says(rcode)))
    expect(outcome?.kind).toBe(kind)
    expect(failureOf(outcome)?.kind).toBe(failure)
  })

  it.each([3, 6, 7, 8])('a prerequisite that fails (RCODE %i) again and again', async (rcode) => {
    const told = toolsOf(says(rcode))
    const [outcome] = await outcomesOf(told)
    expect(failureOf(outcome)?.kind).toBe('unavailable')
    expect(told.log).toEqual(['SOA', 'A', 'UPDATE', 'A', 'UPDATE'])
  })

  it('a refusal of several is no refusal of each', async () => {
    let nth = 0
    const told = toolsOf((request, mac) => says(nth++ === 1 ? 0 : 5)(request, mac))
    const outcomes = await outcomesOf(told, WANTED)
    expect(outcomes.map(({ kind }) => kind)).toEqual(['updated', 'failed'])
  })

  it('another clock', async () => {
    const serverTime = NOW - 7200
    const other = Buffer.alloc(6)
    other.writeUIntBE(serverTime, 0, 6)
    const failure = failureOf((await outcomesOf(toolsOf(says(9, { error: TSIG_ERRORS.BADTIME, other }))))[0])
    expect(failure).toMatchObject({ kind: 'unavailable', lost: false })
    expect(failure?.message).toMatch(/differ by 7200 s .* set the clock/)
  })
})

describe('answers that are not believed leave open what has become of the update', () => {
  const stranger = { ...KEY, secret: Buffer.from('other') }
  it.each<[string, Answer]>([
    ['no signature', (request) => plain(request, 0)],
    ['a refusal without a signature', (request) => plain(request, 5)],
    ['the signature of another key', says(0, {}, stranger)],
    ['the name of another key', says(0, {}, { ...KEY, name: 'other.key' })],
    ['the signature of another time', says(0, {}, KEY, NOW - 301)],
    ['the answer to another request', says(0, { requestMac: new Uint8Array(32) })],
    [
      'another id',
      (request, mac) =>
        says(0)(
          Uint8Array.from(request, (octet, at) => (at === 1 ? octet ^ 1 : octet)),
          mac,
        ),
    ],
    ['the request itself', (request) => request],
    ['no DNS at all', () => Buffer.from('HTTP/1.1 400 Bad Request')],
    ['nothing', () => new Uint8Array()],
  ])('%s', async (_, answer) => {
    const [outcome] = await outcomesOf(toolsOf(answer))
    expect(outcome?.kind).toBe('unknown')
    expect(failureOf(outcome)).toMatchObject({ kind: 'protocol', lost: true })
    expect(failureOf(outcome)?.message).not.toContain(SETTINGS.keySecret)
  })

  it('a lost answer touches what was sent, and nothing that was not', async () => {
    const lost: Answer = () => {
      throw new Failure('network', 'no answer', { lost: true })
    }
    const soaOf = ({ name: asked }: Asked) => ({
      authorities: [{ ...SOA, owner: asked.split('.').slice(-2).join('.') }],
    })
    const told = toolsOf(lost, soaOf)
    const outcomes = await outcomesOf(told, [...WANTED, { ...MAIL!, owner: name('mail.example.org') }])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'failed'])
    expect(outcomes.map((outcome) => failureOf(outcome)?.kind)).toEqual(['network', 'network', 'network'])
    expect(told.log.filter((one) => one === 'UPDATE')).toHaveLength(1)
  })
})

describe('a key is proven by an update that asks for nothing', () => {
  const prove = (answer: Answer) => {
    const told = toolsOf(answer)
    return bind(rfc2136, SETTINGS).prove!(MAIL!.owner, told.tools).then(() => told.log)
  }

  it('it is one message, of the zone and the signature alone', async () => {
    let sent: readonly number[] = []
    const log = await prove((request, mac) => {
      sent = [...request]
      return says(0)(request, mac)
    })
    expect(log).toEqual(['SOA', 'UPDATE'])
    expect(sent.slice(4, 12), 'one zone, no prerequisite, no update, the TSIG record').toEqual([0, 1, 0, 0, 0, 0, 0, 1])
  })

  it.each<[string, Answer, object]>([
    ['the server lets this key write nothing', says(5), { kind: 'auth', reason: 'policy' }],
    ['an unknown key', says(9, { error: TSIG_ERRORS.BADKEY }), { kind: 'auth', reason: undefined }],
    ['another secret', says(9, { error: TSIG_ERRORS.BADSIG }), { kind: 'auth', reason: undefined }],
    ['another clock', says(9, { error: TSIG_ERRORS.BADTIME }), { kind: 'unavailable' }],
    ['a secondary', says(9), { kind: 'rejected' }],
    ['a server that takes no updates', says(4), { kind: 'unsupported' }],
    ['a refusal without a signature, as PowerDNS sends it', (request) => plain(request, 5), { kind: 'auth' }],
    ['an answer that anybody could give', (request) => plain(request, 0), { kind: 'protocol', lost: false }],
  ])('not by %s', async (_, answer, failure) => {
    const refusal = await prove(answer).catch((thrown) => thrown)
    expect(refusal).toMatchObject(failure)
    expect(refusal.message).not.toMatch(/whether the update was made|czNjcjN0czNjcjN0/)
  })
})

describe('what is read before', () => {
  it.each<[string, Partial<Message>, string]>([
    ['SERVFAIL', { rcode: 'SERVFAIL' }, 'unavailable'],
    ['REFUSED', { rcode: 'REFUSED' }, 'rejected'],
    ['a cache', { authoritative: false, recursionAvailable: true }, 'protocol'],
    ['a server that knows nothing', { authoritative: false }, 'rejected'],
    ['no zone', { authorities: [] }, 'rejected'],
    ['the zone of something else', { authorities: [{ ...SOA, owner: 'example.org' }] }, 'rejected'],
  ])('%s', async (_, answer, kind) => {
    const told = toolsOf(says(0), () => answer)
    expect(failureOf((await outcomesOf(told))[0])?.kind).toBe(kind)
    expect(told.log).not.toContain('UPDATE')
  })

  it('goes up from an alias to the zone that holds it', async () => {
    const cname: ResourceRecord = {
      owner: 'mail.example.com',
      ttl: 60,
      data: { type: 'CNAME', target: 'x.example.net' },
    }
    const told = toolsOf(says(0), ({ name: asked }) =>
      asked === 'mail.example.com'
        ? { answers: [cname], authorities: [{ ...SOA, owner: 'example.net' }] }
        : { answers: [SOA] },
    )
    expect((await outcomesOf(told))[0]?.kind).toBe('updated')
  })

  it('takes no address of another owner or type for its own', async () => {
    const record = (owner: string, address: string): ResourceRecord => ({
      owner,
      ttl: 60,
      data: { type: 'A', address: address as IpAddress },
    })
    const answers = [record('x.example.net', '192.0.2.9'), record('mail.example.com', '192.0.2.1')]
    const { read } = bind(rfc2136, SETTINGS)
    expect(await read?.(MAIL!, toolsOf(says(0), () => ({ answers })).tools)).toEqual(['192.0.2.1'])
  })
})

describe('settings', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', 53],
    ['192.0.2.1:5353', '192.0.2.1', 5353],
    ['2001:db8::1', '2001:db8::1', 53],
    ['[2001:db8::1]:5353', '2001:db8::1', 5353],
    ['ns1.example.com', 'ns1.example.com', 53],
    ['ns1.example.com.:5353', 'ns1.example.com', 5353],
    ['router', 'router', 53],
  ])('the server %s', (text, host, port) => expect(serverOf(text)).toEqual({ host, port }))

  it.each(['', 'two words', 'host:0', 'host:65536', 'https://host', '192.0.2.300', '1.2.3', 'host:', 'a:b:c'])(
    'no server: %s',
    (text) => expect(serverOf(text)).toBeUndefined(),
  )

  it.each([
    [{ keySecret: 's3cr3t!' }, /base64/],
    [{ keySecret: 'abc' }, /base64/],
    [{ keyName: 'two words' }, /name of a key/],
    [{ keyName: 'a..b' }, /name of a key/],
    [{ keyAlgorithm: 'hmac-md5' }, /hmac-sha256/],
    [{ zone: 'example' }, /name of a domain/],
    [{ server: 'host:99999' }, /HOST:PORT/],
    [{ transport: 'tls' }, /tcp/],
  ])('complains about %j in words', (change, complaint) => {
    const { success, error } = rfc2136.settings.safeParse({ ...SETTINGS, ...change })
    expect(success).toBe(false)
    expect(error?.message).toMatch(complaint)
    expect(error?.message).not.toContain('s3cr3t!')
  })

  it('a server must be named somewhere', async () => {
    const { server: _, ...rest } = SETTINGS
    const settings = rfc2136.settings.parse(rest)
    expect(rfc2136.problem?.({ settings, base: '' })).toMatch(/RFC2136_SERVER/)
    expect(rfc2136.problem?.({ settings, base: 'dns://ns.example.com:5353' })).toBeUndefined()
    expect(rfc2136.problem?.({ settings: rfc2136.settings.parse(SETTINGS), base: '' })).toBeUndefined()
  })
})
