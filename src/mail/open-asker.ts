import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { describeEndpoint } from '../dns/endpoint.ts'
import type { Message, RecordType } from '../dns/message.ts'
import { askStub } from '../lookup/stub.ts'
import type { Dns, DnsQuestion } from '../ports/dns.ts'
import type { Asker } from './asker.ts'
import { refuseInvented } from './invented.ts'

/** A greeting may take 30 s (RFC 5321 4.5.3.2 gives five minutes; those who delay on purpose take less). */
const LIMIT = 33 * SECOND

export interface AskerSetup extends Omit<Asker, 'stub' | 'waiting' | 'signal'> {
  /** The user's Ctrl-C. */
  readonly signal: AbortSignal
  /** What is waited for, oldest first, each once; told whenever that changes. */
  readonly onWaiting?: (what: readonly string[]) => void
}

export interface OpenAsker {
  readonly asker: Asker
  /** To be called when the examination is over: stops its clock, and whatever is still asked. */
  readonly end: () => void
}

/** Whom one examination asks. Whatever is not answered after 33 s is given up. */
export function openAsker({ signal: stop, onWaiting, ...whom }: AskerSetup): OpenAsker {
  const over = new AbortController()
  const ended = new AbortController()
  const signal = AbortSignal.any([stop, over.signal])
  void whom.world.clock.sleep(LIMIT, ended.signal).then(() => over.abort())

  const askNow: Dns['query'] = (question, until) =>
    whom.world.dns.query(question, until).catch((thrown) => {
      const failure = Failure.from(thrown)
      if (failure.kind !== 'cancelled' || stop.aborted || !over.signal.aborted) throw failure
      throw new Failure(
        'network',
        `${nameOf(question)} did not answer within the ${LIMIT / SECOND} s of an examination`,
      )
    })
  const dns = { ...whom.world.dns, query: refuseInvented(askNow, whom.world.random) }
  const asking = { ...whom.asking, dns }
  const world = { ...whom.world, dns }

  const answers = new Map<string, Promise<Message>>()
  const stub = (name: string, type: RecordType) => {
    const key = `${type} ${name.toLowerCase()}`
    const known = answers.get(key)
    if (known) return known
    const answer = askStub(asking, name, type, signal)
    answers.set(key, answer)
    return answer
  }

  const pending: string[] = []
  const tell = () => onWaiting?.([...new Set(pending)])
  const waiting = async <T>(what: string, work: Promise<T>): Promise<T> => {
    pending.push(what)
    tell()
    try {
      return await work
    } finally {
      pending.splice(pending.indexOf(what), 1)
      tell()
    }
  }
  return { asker: { ...whom, asking, world, signal, stub, waiting }, end: () => ended.abort() }
}

const nameOf = ({ recursion, server }: DnsQuestion) =>
  `the ${recursion ? 'resolver' : 'name server'} ${describeEndpoint(server)}`
