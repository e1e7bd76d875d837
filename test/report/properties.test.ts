import fc from 'fast-check'
import { expect, it } from 'vitest'
import { doctorText } from '../../src/report/doctor-text.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { exitCodeOf } from '../../src/report/exit-code.ts'
import { healthOf } from '../../src/report/health.ts'
import { NO_TROUBLE, nextHealthMemory } from '../../src/report/health-memory.ts'
import { historyText } from '../../src/report/history-text.ts'
import { ipText } from '../../src/report/ip-text.ts'
import { mxText } from '../../src/report/mx-text.ts'
import { providersText, providerText } from '../../src/report/provider-text.ts'
import { logLines } from '../../src/report/round-log.ts'
import { roundText } from '../../src/report/round-text.ts'
import { statusText } from '../../src/report/status-text.ts'
import { target } from './documents.ts'

/** Anything that a server may have written, escape sequences, line breaks and lone surrogates among it. */
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 400 }),
  fc.constantFrom('\u001b[31m', 'a\nb', '\ud800', '203.0.113.7', 'mail.example.com'),
)
const some = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { maxLength })
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one)
const addresses = maybe(some(words))
const time = fc.oneof(fc.constant('2026-11-04T01:19:00.000Z'), words)
const instant = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constant(Date.parse('2026-11-04T01:14:30Z')))
const types = fc.constantFrom('A', 'AAAA')

const targets = fc.record({
  host: words,
  type: types,
  provider: words,
  line: words,
  mxOf: some(words),
  action: fc.constantFrom('publish', 'skip', 'wait', 'hold'),
  why: fc.oneof(
    fc.constantFrom('changed', 'up-to-date', 'address-unknown', 'off', 'pause', 'budget', 'drifted'),
    words,
  ),
  before: addresses,
  after: addresses,
  outcome: fc.constantFrom('updated', 'unchanged', 'failed', 'unknown', null),
  wanted: addresses,
  published: addresses,
  confirmation: maybe(
    fc.record({
      state: fc.constantFrom('confirmed', 'visible', 'contradicted', 'seen', 'accepted', 'unknown'),
      seen: fc.nat(9),
      asked: fc.nat(9),
      servers: some(fc.record({ name: words, address: words, answer: addresses, problem: words })),
      ms: fc.integer(),
    }),
  ),
  error: maybe(
    fc.record({
      kind: fc.constantFrom('network', 'unavailable', 'rate-limited', 'auth', 'protocol', 'bug'),
      message: words,
      remedy: words,
      retryAt: maybe(time),
    }),
  ),
})
const findings = some(
  fc.record({
    id: fc.constantFrom('mx-missing', 'sources-disagree', 'state-unwritable', 'mx-unknown'),
    severity: fc.constantFrom('error', 'warn', 'info', 'unknown'),
    domain: maybe(words).map((domain) => domain ?? undefined),
    message: words,
    remedy: words,
    reference: words,
  }),
)
const rounds = fc.record({
  started: time,
  finished: time,
  addresses: fc.record({ A: maybe(words), AAAA: maybe(words) }),
  targets: some(targets),
  findings,
}) as unknown as fc.Arbitrary<RoundDocument>

const mxSet = some(fc.record({ host: words, preference: fc.nat(65535) }))
const mxDomains = fc.record({
  domain: words,
  wanted: maybe(mxSet),
  servers: some(fc.record({ name: words, address: words, mx: maybe(mxSet), problem: words }), 5),
  differs: fc.boolean(),
  hosts: some(fc.record({ host: words, role: fc.constantFrom('ours', 'backup'), addresses, alias: words })),
})
const updates = fc.record({
  at: time,
  host: words,
  type: types,
  provider: words,
  why: words,
  before: addresses,
  after: some(words),
  outcome: fc.constantFrom('updated', 'unchanged', 'failed', 'unknown'),
  confirmation: fc.constantFrom('confirmed', null),
  error: maybe(words),
})
const judgements = fc.constantFrom('agreed', 'disagreed', 'undecided', 'refused', 'vetoed', 'failed')
const sources = fc.record({
  source: words,
  view: fc.constant('outside'),
  judgement: judgements,
  addresses,
  problem: words,
})
const lines = fc.record({ line: words, type: types, addresses, problem: words, sources: some(sources) })
const setting = { name: words, environment: words, description: words, secret: fc.boolean(), required: fc.boolean() }
const providers = fc.record({
  id: words,
  name: words,
  families: some(types, 2),
  reads: fc.boolean(),
  docs: words,
  settings: some(fc.record(setting)),
  limits: some(words),
  suffixes: some(words),
  example: fc.record({ environment: some(words), yaml: some(words) }),
})

const verdicts = fc.constantFrom('reachable', 'reachable-with-faults', 'not-reachable', 'not-known')
const grave = findings.map((all) => all.map((one) => ({ ...one, why: one.message, domain: one.domain ?? null })))
const examined = fc.record({
  domain: words,
  verdict: verdicts,
  own: fc.boolean(),
  port25Seen: maybe(fc.boolean()),
  hosts: some(
    fc.record({
      host: words,
      preference: fc.nat(65535),
      role: fc.constantFrom('ours', 'backup'),
      alias: maybe(words),
      addresses,
    }),
  ),
  unasked: some(fc.record({ what: words, why: words })),
  answers: maybe(some(fc.record({ question: words, answer: words }))),
})
const doctors = fc.record({
  started: time,
  finished: time,
  verdict: verdicts,
  domains: some(examined),
  findings: grave,
})

const styles = fc.record({
  colour: fc.boolean(),
  now: instant,
  width: fc.constantFrom(undefined, 0, 1, 60, 80, 132, 5000, Number.NaN),
})
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
const uncoloured = (text: string) => text.replaceAll(COLOUR, '')
type Texts = (one: never, style: never) => string
const texts: readonly [string, fc.Arbitrary<unknown>, Texts][] = [
  ['round', rounds, (one, style) => roundText(one, style)],
  ['dry run', rounds, (one, style) => roundText(one, { ...(style as object), dryRun: true } as never)],
  [
    'status',
    fc
      .tuple(rounds, fc.constantFrom('pass', 'warn', 'fail'), maybe(time), maybe(doctors))
      .map(([round, health, nextRound, doctor]) => ({ ...round, health, nextRound, version: '1', doctor })),
    statusText,
  ],
  ['doctor', doctors, doctorText],
  ['mx', fc.record({ domains: some(mxDomains) }), mxText],
  ['ip', fc.record({ lines: some(lines), findings }), ipText],
  ['history', fc.record({ updates: some(updates) }), historyText],
  ['providers', fc.record({ providers: some(providers) }), providersText],
  ['provider', providers, providerText],
]

it.each(texts)(
  'the text of %s has short lines and nothing that steers a terminal, whatever it is made of',
  (_, all, text) => {
    fc.assert(
      fc.property(all, styles, (one, style) => {
        const shown = text(one as never, style as never)
        const bare = style.colour ? uncoloured(shown) : shown
        for (const line of bare.split('\n')) {
          expect(line.length).toBeLessThanOrEqual(200)
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
          expect(line).toBe(line.trimEnd())
        }
      }),
    )
  },
)

it('colours change nothing but the colour', () => {
  fc.assert(
    fc.property(rounds, styles, (one, style) => {
      const coloured = roundText(one, { ...style, colour: true })
      expect(uncoloured(coloured)).toBe(roundText(one, { ...style, colour: false }))
    }),
  )
})

it('health, log and exit code take any round; the same round again is no news', () => {
  fc.assert(
    fc.property(rounds, rounds, instant, (one, other, now) => {
      const memory = nextHealthMemory(nextHealthMemory(NO_TROUBLE, other, now), one, now)
      const common = { state: { salt: '', targets: {}, mx: {} }, memory, now, startedAt: now, version: '1' }
      const { health, httpStatus } = healthOf({ document: one, ...common })
      expect(httpStatus).toBe(health.status === 'fail' ? 503 : 200)
      expect(health.output === undefined).toBe(health.status === 'pass')
      expect([0, 1, 75]).toContain(exitCodeOf(one, false))
      logLines(one, other)
      const distinct = {
        ...one,
        targets: one.targets.map((given, i) => target({ ...given, host: `h${i}`, outcome: null })),
      }
      expect(logLines(distinct, distinct).filter(({ level }) => level !== 'debug')).toEqual([])
    }),
  )
})
