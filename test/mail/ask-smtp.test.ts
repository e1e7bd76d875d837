import { afterEach, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Rdata } from '../../src/dns/message.ts'
import { askSmtp } from '../../src/mail/ask/smtp.ts'
import type { Asker } from '../../src/mail/asker.ts'
import { formatSeen } from '../../src/mail/smtp/seen-json.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import { openClock } from '../../src/system/clock.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { leadTo, startSmtp } from '../support/smtp-server.ts'
import { QUICK, WISH } from './asking-smtp.ts'
import { fakeAsker, fakeTcp } from './fake-asker.ts'
import { refused, seen } from './smtp-facts.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})
const BACKUP = { ...WISH, tests: { postmaster: false, abuse: false } }
const service: Asker['outside'] = { kind: 'http', url: 'https://probe.example.org/', token: 's3cr3t' }
const loopback: Rdata = { type: 'A', address: WISH.address }

async function world(greeting: string) {
  const { port, stop } = await startSmtp({ greeting })
  stops.push(stop)
  return { tcp: leadTo(openTcp({}), port), clock: openClock() }
}
/** A prober service that gives that answer, and what it was asked. */
function prober(status: number, body: string | Failure) {
  const requests: HttpRequest[] = []
  const http: Asker['world']['http'] = async (request) => {
    requests.push(request)
    if (body instanceof Failure) throw body
    return { status, headers: {}, body }
  }
  return { http, requests }
}

it('from here alone where no prober is set', async () => {
  const [view, ...others] = await askSmtp(fakeAsker({ world: await world('220 mx.example.com\r\n') }), WISH, QUICK)
  expect(view).toMatchObject({ from: 'here', address: '127.0.0.1', seen: { postmaster: { code: 250 } } })
  expect(view).toMatchObject({ named: undefined, leadsBack: undefined })
  expect(others).toEqual([])
})

it.each([
  ['220 home.example.org ESMTP\r\n', { 'home.example.org A': [loopback] }, ['127.0.0.1']],
  ['220 home.example.org ESMTP\r\n', {}, []],
  ['220 localhost ESMTP\r\n', {}, undefined],
  ['554 home.example.org\r\n', {}, undefined],
])('the name in %j is looked up where it is another', async (greeting, records, named) => {
  const [view] = await askSmtp(fakeAsker({ records, world: await world(greeting) }), WISH, QUICK)
  expect(view!.named).toEqual(named)
  const [other] = await askSmtp(fakeAsker({ records, world: await world(greeting) }), BACKUP, QUICK)
  expect(other!.named, 'of ours only').toBeUndefined()
})

it('a name that cannot be looked up is a failure in its place', async () => {
  const failure = new Failure('network', 'no resolver answers')
  const asker = fakeAsker({
    records: { 'home.example.org A': failure },
    world: await world('220 home.example.org\r\n'),
  })
  expect((await askSmtp(asker, WISH, QUICK))[0]!.named).toBe(failure)
})

it('closed from here: another port of mail tells whether the way leads back; of ours, and without a prober only', async () => {
  const back = fakeTcp({ '127.0.0.1 25': refused, '127.0.0.1 587': 'open' })
  expect((await askSmtp(fakeAsker({ world: back }), WISH, QUICK))[0]).toMatchObject({ seen: refused, leadsBack: 587 })
  expect(back.tried).toEqual(['25', '993', '587', '465', '143'].map((port) => `127.0.0.1 ${port}`))
  const shut = fakeTcp({ '127.0.0.1 25': refused })
  expect((await askSmtp(fakeAsker({ world: shut }), WISH, QUICK))[0]!.leadsBack).toBeUndefined()
  const other = fakeTcp({ '127.0.0.1 25': refused, '127.0.0.1 587': 'open' })
  expect((await askSmtp(fakeAsker({ world: other }), BACKUP, QUICK))[0]!.leadsBack).toBeUndefined()
  const { http } = prober(200, formatSeen(seen()))
  const asker = fakeAsker({ world: { tcp: other.tcp, http }, outside: service })
  expect((await askSmtp(asker, WISH, QUICK))[0]!.leadsBack).toBeUndefined()
})

it('by a host that ssh leads to: both views', async () => {
  const vantages: unknown[] = []
  const tcp: Asker['world']['tcp'] = {
    connect({ from }) {
      vantages.push(from)
      return Promise.reject(refused)
    },
  }
  const outside: Asker['outside'] = { kind: 'ssh', vantage: { ssh: 'probe' } }
  const views = await askSmtp(fakeAsker({ world: { tcp }, outside }), BACKUP, QUICK)
  expect(views.map(({ from }) => from)).toEqual(['here', 'outside'])
  expect(vantages).toEqual(['here', { ssh: 'probe' }])
})

it('by a prober service: asked in JSON with its token, for our hosts only', async () => {
  const { tcp } = fakeTcp({})
  const { http, requests } = prober(200, formatSeen(seen()))
  const asker = fakeAsker({ world: { tcp, http }, outside: service })
  const [, outside] = await askSmtp(asker, WISH, QUICK)
  expect(outside).toEqual({ address: '127.0.0.1', from: 'outside', seen: seen(), named: undefined })
  expect(await askSmtp(asker, BACKUP, QUICK)).toHaveLength(1)
  expect(requests).toEqual([
    {
      ...{ purpose: 'read', method: 'POST', url: 'https://probe.example.org/v1/smtp', timeout: 34_000, family: 4 },
      headers: { 'content-type': 'application/json', authorization: 'Bearer s3cr3t' },
      body: '{"address":"127.0.0.1","host":"mx.example.com","domain":"example.com","tests":{"postmaster":true,"abuse":false}}',
    },
  ])
})

it.each<[number, string | Failure, object]>([
  [200, formatSeen(refused), { kind: 'network', reason: 'refused', message: refused.message }],
  [
    200,
    '<html>',
    {
      kind: 'protocol',
      reason: undefined,
      message: "the prober could not be asked: the prober's answer is not as expected: JSON",
    },
  ],
  [401, '', { kind: 'auth', message: 'the prober answered 401' }],
  [403, 'only your own address\n', { kind: 'auth', message: 'the prober answered 403: only your own address' }],
  [429, '\x1b[1mslow', { kind: 'rate-limited', message: 'the prober answered 429: ?[1mslow' }],
  [404, '', { kind: 'rejected', message: 'the prober answered 404' }],
  [502, '', { kind: 'unavailable', message: 'the prober answered 502' }],
  [
    0,
    new Failure('network', 'no route to it', { reason: 'no-route' }),
    { reason: undefined, message: 'the prober could not be asked: no route to it' },
  ],
])('a prober service that answers %i %#', async (status, body, failure) => {
  const { http } = prober(status, body)
  const [, outside] = await askSmtp(fakeAsker({ world: { tcp: fakeTcp({}).tcp, http }, outside: service }), WISH, QUICK)
  expect(outside!.seen).toMatchObject(failure)
  expect((outside!.seen as Failure).reason).toBe((failure as Failure).reason)
})
