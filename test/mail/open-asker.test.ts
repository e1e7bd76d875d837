import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Message, Rdata } from '../../src/dns/message.ts'
import { mxOf } from '../../src/lookup/mx.ts'
import { openAsker } from '../../src/mail/open-asker.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Dns, DnsQuestion } from '../../src/ports/dns.ts'
import { endpoint, name } from '../support/config.ts'
import { message } from '../support/message.ts'
import { ip } from '../support/targets.ts'

/** An asker whose resolver says what the test says, and whose clock the test moves. */
function asked(answer: (question: DnsQuestion, signal: AbortSignal) => Promise<Message>) {
  const questions: string[] = []
  const shown: (readonly string[])[] = []
  const stop = new AbortController()
  let pass = () => {}
  const slept: number[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        slept.push(ms)
        pass = resolve
        signal.addEventListener('abort', () => resolve())
      }),
  }
  const dns: Dns = {
    query: (question, signal) => {
      questions.push(`${question.name} ${question.type}`)
      return answer(question, signal)
    },
    send: () => Promise.reject(new Failure('bug', 'no updates')),
    lookup: async () => [],
    resolvers: async () => [],
  }
  const none = () => Promise.reject(new Failure('bug', 'not asked here'))
  const open = openAsker({
    asking: { dns, clock, resolvers: [endpoint('192.0.2.1')], nameservers: [], allow: [], zones: new Map() },
    world: { tcp: { connect: none }, http: none, clock, random: () => 0.5, dns },
    signal: stop.signal,
    ...{ outside: undefined, helo: 'x.example.com', dqsKey: undefined, selectors: [] },
    onWaiting: (what) => shown.push(what),
  })
  return { ...open, questions, shown, stop, slept, pass: () => pass() }
}

const CONTROL = /^mxhome-[a-z0-9]{8,}\.com$/
const answer = (name: string, data: Rdata) => message({ answers: [{ owner: name, ttl: 60, data }] })
const A = (address: string): Rdata => ({ type: 'A', address: ip(address) })
const honest = async ({ name }: DnsQuestion) =>
  CONTROL.test(name) ? message({ rcode: 'NXDOMAIN' }) : answer(name, A('203.0.113.7'))
const silent = (_: DnsQuestion, signal: AbortSignal) =>
  new Promise<Message>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Failure('cancelled', 'stopped')))
  })

it('asks each question once, and one more that nobody has an answer to', async () => {
  const { asker, questions, end } = asked(honest)
  const [one, other] = await Promise.all([asker.stub('Mail.example.com', 'A'), asker.stub('mail.example.com', 'A')])
  expect(one).toBe(other)
  await asker.stub('mx.example.com', 'A')
  end()
  expect(questions.filter((text) => !text.startsWith('mxhome-'))).toEqual(['Mail.example.com A', 'mx.example.com A'])
  expect(questions.filter((text) => CONTROL.test(text.split(' ')[0]!))).toHaveLength(1)
})

it('asks nobody for control where nothing was answered', async () => {
  const { asker, questions, end } = asked(async () => message({ rcode: 'NXDOMAIN' }))
  expect((await asker.stub('mail.example.com', 'PTR')).rcode).toBe('NXDOMAIN')
  end()
  expect(questions).toEqual(['mail.example.com PTR'])
})

it('believes no resolver in what it says of every name', async () => {
  const portal = async ({ name, type }: DnsQuestion) =>
    name === 'mail.example.com'
      ? answer(name, A('203.0.113.7'))
      : answer(name, type === 'A' ? A('198.51.100.1') : { type: 'TXT', strings: ['hi'] })
  const { asker, end } = asked(portal)
  await expect(asker.stub('gone.example.com', 'A')).rejects.toMatchObject({
    kind: 'protocol',
    message: 'the resolver answers for names that nobody has as it does for gone.example.com: it makes answers up',
  })
  await expect(asker.stub('gone.example.com', 'TXT')).rejects.toMatchObject({ kind: 'protocol' })
  expect((await asker.stub('mail.example.com', 'A')).answers).toHaveLength(1)
  end()
})

it('nor in what the look-ups of zones and MX ask it; name servers are believed', async () => {
  const everything = async ({ name, type }: DnsQuestion) =>
    answer(name, type === 'MX' ? { type, preference: 5, exchange: 'parked.example.net' } : A('198.51.100.1'))
  const { asker, end } = asked(everything)
  const { resolver } = await mxOf(asker.asking, name('example.com'), asker.signal)
  expect(resolver).toMatchObject({ kind: 'protocol', message: expect.stringContaining('it makes answers up') })
  const server = { server: endpoint('192.0.2.53'), recursion: false } as const
  const reply = await asker.asking.dns.query({ ...server, name: 'example.com', type: 'MX' }, asker.signal)
  expect(reply.answers).toHaveLength(1)
  end()
})

it('believes what it cannot check', async () => {
  const { asker, end } = asked(async (question) => {
    if (CONTROL.test(question.name)) throw new Failure('network', 'silent')
    return honest(question)
  })
  expect((await asker.stub('mail.example.com', 'A')).answers).toHaveLength(1)
  end()
})

it('gives up after 33 s, and says so', async () => {
  const { asker, pass, slept } = asked(silent)
  const answers = [asker.stub('mail.example.com', 'A'), asker.stub('example.com', 'MX')].map((one) =>
    one.catch(Failure.from),
  )
  expect(slept).toEqual([33_000])
  pass()
  for (const failure of await Promise.all(answers)) {
    expect(failure).toMatchObject({
      kind: 'network',
      message: 'the resolver 192.0.2.1 did not answer within the 33 s of an examination',
    })
  }
  expect(asker.signal.aborted).toBe(true)
})

it("ends at once with the user's Ctrl-C, and after its end", async () => {
  const { asker, stop } = asked(silent)
  const one = asker.stub('mail.example.com', 'A').catch(Failure.from)
  stop.abort()
  expect(await one).toMatchObject({ kind: 'cancelled' })
  const other = asked(silent)
  const left = other.asker.stub('mail.example.com', 'A').catch(Failure.from)
  other.end()
  expect(await left).toBeInstanceOf(Failure)
  expect(other.asker.signal.aborted).toBe(true)
})

it('tells what it waits for, each once', async () => {
  const { asker, shown, end } = asked(honest)
  let finish = (_: number) => {}
  const work = new Promise<number>((resolve) => {
    finish = resolve
  })
  const waits = [
    asker.waiting('port 25', work),
    asker.waiting('port 25', Promise.reject(new Error('x'))),
    asker.waiting('SPF', work),
  ]
  await expect(waits[1]).rejects.toThrow('x')
  expect(shown.at(-1)).toEqual(['port 25', 'SPF'])
  finish(7)
  expect(await Promise.all([waits[0], waits[2]])).toEqual([7, 7])
  expect(shown.at(-1)).toEqual([])
  expect(shown[0]).toEqual(['port 25'])
  end()
})
