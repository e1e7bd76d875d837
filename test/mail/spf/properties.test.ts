import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parseAddress } from '../../../src/dns/rrset.ts'
import { labelsOf } from '../../../src/dns/wire-name.ts'
import { checkHost } from '../../../src/mail/spf/check-host.ts'
import type { SpfAsk } from '../../../src/mail/spf/context.ts'

const RESULTS = ['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror']
const name = fc.constantFrom(
  'a.example',
  'b.example',
  '%{d}',
  '%{i}.%{p}.a.example',
  '%{ir}.%{v}.x.example',
  '%{l1r-}.%{H}',
)
const term = fc.oneof(
  fc
    .tuple(fc.constantFrom('include:', 'exists:', 'a:', 'mx:', 'ptr:', 'redirect=', 'exp=', '-include:'), name)
    .map((two) => two.join('')),
  fc.constantFrom(
    'a',
    'mx',
    'ptr',
    '-all',
    '?all',
    'ip4:203.0.113.7',
    'ip6:2001:db8::/32',
    'a/24//64',
    'mx/0',
    'ip4:1.2.3.4/33',
    'x=%{c}',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const record = fc.oneof(
  { weight: 8, arbitrary: fc.array(term, { maxLength: 14 }).map((terms) => `v=spf1 ${terms.join(' ')}`) },
  fc.string({ unit: 'binary' }),
)
const address = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => parseAddress(text)!)
const hosts = fc.constantFrom('a.example', 'b.example', 'mail.example.com', '.')

/** An internet in which any name has what comes next. */
function answersOf(
  texts: readonly string[],
  some: readonly string[],
  addresses: readonly string[],
  isDown: readonly boolean[],
) {
  const asked: string[] = []
  const ask: SpfAsk = async (question, type) => {
    labelsOf(question) // throws where it cannot stand in a message
    const at = asked.push(`${question} ${type}`)
    if (isDown[at % isDown.length]) return new Failure('network', 'no answer')
    return type === 'TXT' ? [texts[at % texts.length]!] : type === 'A' || type === 'AAAA' ? addresses : some
  }
  return { ask, asked }
}

it('any record ends in a result, within the limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 4 }),
      fc.array(hosts, { maxLength: 12 }),
      fc.array(fc.ipV4(), { maxLength: 3 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      address,
      fc.string({ unit: 'binary-ascii', maxLength: 20 }),
      async (texts, some, addresses, isDown, from, helo) => {
        const { ask, asked } = answersOf(texts, some, addresses, isDown)
        const question = { address: from, domain: 'example.com', sender: 'postmaster@example.com', helo }

        const { result, why, lookups } = await checkHost(ask, question)

        expect(RESULTS).toContain(result)
        expect(why).toMatch(/^[\x20-\x7e]+$/)
        expect(lookups).toBeLessThanOrEqual(11)
        // the record, and for each of ten terms at most itself and ten names, a validated name with ten of its own before it
        expect(asked.length).toBeLessThanOrEqual(1 + 10 * (11 + 11) + 11)
      },
    ),
    { numRuns: 2000 },
  )
})
