import { Buffer } from 'node:buffer'
import { Failure } from '../../core/failure.ts'
import type { Asker } from '../asker.ts'
import { dataAt } from './answers.ts'
import { openValidation } from './validation.ts'

/** The TLSA RRset of `_25._tcp.` a host (RFC 6698 2). */
export interface TlsaFacts {
  readonly records: readonly Tlsa[]
  /** Signed and validated: only then senders look at it (RFC 7672 2.2). undefined: no resolver here can tell. */
  readonly secure: boolean | undefined
}

export interface Tlsa {
  readonly usage: number
  readonly selector: number
  readonly matching: number
  /** Hexadecimal, lower case. */
  readonly data: string
}

/** Rejects with a Failure; `rejected`: its signatures are bad. */
export async function askTlsa(asker: Asker, host: string): Promise<TlsaFacts> {
  const name = `_25._tcp.${host}`
  const seen = await openValidation(asker)(name, 'TLSA')
  if (seen.state === 'bogus') {
    const causes = seen.causes.length > 0 ? ` (${seen.causes.join(', ')})` : ''
    throw new Failure('rejected', `the signatures of ${name} are bad${causes}`)
  }
  const records = dataAt(seen.reply, name, 'TLSA').map(({ usage, selector, matching, data }) => ({
    ...{ usage, selector, matching },
    data: Buffer.from(data).toString('hex'),
  }))
  return { records, secure: seen.state === 'unproven' ? undefined : seen.state === 'secure' }
}
