import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parseAddress } from '../../../src/dns/rrset.ts'
import { checkHost, type SpfOutcome } from '../../../src/mail/spf/check-host.ts'
import { type Context, macroValues, nameOf } from '../../../src/mail/spf/context.ts'
import { expand, parseMacros } from '../../../src/mail/spf/macro.ts'
import { parseRecord, spfRecordsOf } from '../../../src/mail/spf/record.ts'
import { type Case, cases } from './suite.ts'

describe('the test suite of RFC 7208', () => {
  it('is there as a whole', () => {
    expect(cases).toHaveLength(203)
    expect(cases.filter(({ explanation }) => explanation !== undefined)).toHaveLength(22)
  })

  it.each(cases)('$scenario: $name', async (one) => {
    const context = contextOf(one)
    const outcome = await checkHost(one.ask, context.question)

    expect(one.results, outcome.why).toContain(outcome.result)
    if (one.explanation !== undefined) expect(await explanationOf(context, outcome)).toBe(one.explanation)
  })
})

function contextOf({ ask, host, helo, mailfrom }: Case): Context {
  const sender = mailfrom === '' ? `postmaster@${helo}` : mailfrom
  const domain = sender.slice(sender.lastIndexOf('@') + 1)
  return { ask, question: { address: parseAddress(host)!, domain, sender, helo }, spent: { lookups: 0, voids: 0 } }
}

/** As a receiver would fetch it (RFC 7208 6.2): no one needs it here, but the suite proves macros by it. */
async function explanationOf(context: Context, { result, domain }: SpfOutcome): Promise<string> {
  expect(result).toBe('fail')
  const texts = async (name: string) => {
    const answer = await context.ask(name, 'TXT')
    return answer instanceof Failure ? [] : answer
  }
  const record = parseRecord(spfRecordsOf(await texts(domain))[0]!)
  const name = 'exp' in record && record.exp ? await nameOf(context, domain, record.exp) : undefined
  const [text, ...others] = name === undefined ? [] : await texts(name)
  const macros = text === undefined || others.length > 0 ? undefined : text.split(' ').map((word) => parseMacros(word))
  if (!macros?.every((word) => word !== undefined)) return 'DEFAULT'
  const words = macros.map(async (word) => {
    const values = { ...(await macroValues(context, domain, word)), c: context.question.address }
    return expand(word, values)
  })
  return (await Promise.all(words)).join(' ')
}
