import { Failure } from '../../../src/core/failure.ts'
import type { Message, Rdata } from '../../../src/dns/message.ts'
import { message } from '../../support/message.ts'

/** A stub resolver that knows these: `example.com TXT` -> RDATA, each with its owner where that is another; anything else does not exist. */
export function stubOf(known: Readonly<Record<string, readonly (Rdata & { at?: string })[] | Failure>>) {
  const asked: string[] = []
  const stub = async (name: string, type: string): Promise<Message> => {
    asked.push(`${name} ${type}`)
    const found = known[`${name} ${type}`]
    if (found instanceof Failure) throw found
    const answers = (found ?? []).map(({ at = name, ...data }) => ({ owner: at, ttl: 60, data: data as Rdata }))
    return message({ rcode: found ? 'NOERROR' : 'NXDOMAIN', answers })
  }
  return { stub, asked }
}

export const txt = (...strings: readonly string[]): Rdata => ({ type: 'TXT', strings })
