import type { Message, RecordType } from '../dns/message.ts'
import type { Asking } from '../lookup/asking.ts'
import type { Vantage } from '../ports/tcp.ts'
import type { World } from '../ports/world.ts'

/** Whom an examination asks. Made by openAsker for one examination: nothing is asked twice. */
export interface Asker {
  readonly asking: Asking
  readonly world: Pick<World, 'tcp' | 'http' | 'clock' | 'random' | 'dns'>
  /** Ends the examination: the user's Ctrl-C, or its time is over. */
  readonly signal: AbortSignal
  /** A stub resolver's answer, NOERROR or NXDOMAIN, each question once; rejects with a Failure. */
  readonly stub: (name: string, type: RecordType) => Promise<Message>
  /** Where the view from outside comes from; undefined: no prober is set. */
  readonly outside: Outside | undefined
  /** Shown while it is waited for. */
  readonly waiting: <T>(what: string, work: Promise<T>) => Promise<T>
  /** Said of mxhome in EHLO: a name or an address literal that is true, `[203.0.113.7]`. */
  readonly helo: string
  /** Key for Spamhaus' own servers. */
  readonly dqsKey: string | undefined
  /** DKIM selectors that the user named. */
  readonly selectors: readonly string[]
}

export type Outside =
  | { readonly kind: 'ssh'; readonly vantage: Exclude<Vantage, 'here'> }
  | { readonly kind: 'http'; readonly url: string; readonly token: string | undefined }
