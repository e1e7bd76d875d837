import { Failure } from '../../src/core/failure.ts'
import type { Rdata, RecordType } from '../../src/dns/message.ts'
import type { Asker } from '../../src/mail/asker.ts'
import type { Tcp } from '../../src/ports/tcp.ts'
import type { World } from '../../src/ports/world.ts'
import { message } from '../support/message.ts'

interface Parts {
  /** `gmx.net MX`: the answer; what is not there has no records. */
  readonly records?: Readonly<Record<string, readonly Rdata[] | Failure>>
  readonly world?: Partial<Asker['world']>
  readonly outside?: Asker['outside']
  readonly signal?: AbortSignal
}

/** An examination's asker without a network but for what a test gives it. */
export function fakeAsker({ records = {}, world, outside, signal = new AbortController().signal }: Parts): Asker {
  const missing = () => Promise.reject(new Failure('bug', 'not in this test'))
  const dns: World['dns'] = { query: missing, send: missing, resolvers: async () => [], lookup: async () => [] }
  const clock: World['clock'] = {
    now: () => 0,
    sleep: (_, stop) => new Promise((done) => stop.addEventListener('abort', () => done())),
  }
  return {
    asking: { dns, clock, resolvers: [], nameservers: [], allow: [], zones: new Map() },
    world: { tcp: { connect: missing }, http: missing, clock, random: () => 0.5, dns, ...world },
    ...{ signal, outside, helo: '[203.0.113.7]', dqsKey: undefined, selectors: [] },
    waiting: (_, work) => work,
    async stub(name: string, type: RecordType) {
      const found = records[`${name} ${type}`] ?? []
      if (found instanceof Failure) throw found
      return message({ answers: found.map((data) => ({ owner: name, ttl: 60, data })) })
    },
  }
}

/** Connections that come about or not, by `ADDRESS PORT`; notes each attempt. */
export function fakeTcp(outcomes: Readonly<Record<string, 'open' | Failure>>) {
  const tried: string[] = []
  const tcp: Tcp = {
    async connect({ server: { address, port } }) {
      tried.push(`${address} ${port}`)
      const outcome = outcomes[`${address} ${port}`] ?? new Failure('network', 'silence', { reason: 'silent' })
      if (outcome instanceof Failure) throw outcome
      return {
        read: async () => undefined,
        write: async () => undefined,
        secure: () => Promise.reject(outcome),
        close: () => undefined,
      }
    },
  }
  return { tcp, tried }
}
