import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { Failure } from '../../../src/core/failure.ts'
import { parseAddress } from '../../../src/dns/rrset.ts'
import type { SpfAsk, SpfType } from '../../../src/mail/spf/context.ts'

// The published suite, as it is: rfc7208-tests.yml, with its licence beside it (three-clause BSD).
// From github.com/sdgathman/pyspf, folder test, at 1042e9e15dd29047dc9b0a1bb77437e2fd81e775.

export interface Case {
  readonly scenario: string
  readonly name: string
  readonly helo: string
  readonly host: string
  readonly mailfrom: string
  /** Several: any of them; the first is preferred. */
  readonly results: readonly string[]
  /** `DEFAULT`: the record has none. undefined: it does not matter. */
  readonly explanation: string | undefined
  readonly ask: SpfAsk
}

interface Written {
  readonly helo: string
  readonly host: string
  readonly mailfrom: string
  readonly result: string | readonly string[]
  readonly explanation?: string
}
type Entry = 'TIMEOUT' | Readonly<Record<string, unknown>>
type Zone = ReadonlyMap<string, readonly Entry[]>

export const cases: readonly Case[] = parseAllDocuments(
  readFileSync(new URL('rfc7208-tests.yml', import.meta.url), 'utf8'),
).flatMap((document) => {
  const { description, tests, zonedata } = document.toJS() as {
    description: string
    tests: Readonly<Record<string, Written>>
    zonedata: Readonly<Record<string, readonly Entry[]>>
  }
  const zone = new Map(Object.entries(zonedata).map(([name, entries]) => [name.toLowerCase(), entries]))
  return Object.entries(tests).map(([name, { result, explanation, ...rest }]) => ({
    ...{ scenario: description, name, explanation, ask: askOf(zone), ...rest },
    results: [result].flat(),
  }))
})

/** TIMEOUT alone stands for every type that the name does not have otherwise; records of type SPF are TXT unless the name has such. */
function askOf(zone: Zone): SpfAsk {
  return async (name, type) => {
    let at = name.replaceAll('\\032', ' ')
    for (let hops = 0; hops < 8; hops++) {
      const entries = zone.get(at) ?? []
      const records = entries.flatMap((entry) => (entry === 'TIMEOUT' ? [] : Object.entries(entry)))
      const alias = records.find(([kind]) => kind === 'CNAME')
      if (alias) {
        at = nameIn(alias[1])
        continue
      }
      const hasTxt = records.some(([kind]) => kind === 'TXT')
      const wanted = type === 'TXT' && !hasTxt ? 'SPF' : type
      const values = records.filter(([kind, value]) => kind === wanted && value !== 'NONE').map(([, value]) => value)
      const silent = values.includes('TIMEOUT') || (values.length === 0 && entries.includes('TIMEOUT'))
      return silent ? new Failure('network', 'no answer', { reason: 'silent' }) : values.map((one) => textOf(type, one))
    }
    return new Failure('unavailable', 'a loop of aliases')
  }
}

function textOf(type: SpfType, value: unknown): string {
  if (type === 'TXT') return [value].flat().join('')
  if (type === 'PTR') return nameIn(value)
  return type === 'MX' ? nameIn((value as [number, unknown])[1]) : parseAddress(String(value))!
}

/** As it comes out of a message. */
const nameIn = (value: unknown): string => String(value).toLowerCase().replace(/\.$/, '') || '.'
