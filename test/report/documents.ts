import type {
  ConfirmationDocument,
  ErrorDocument,
  FindingDocument,
  RoundDocument,
  TargetDocument,
} from '../../src/report/document.ts'
import type { TextStyle } from '../../src/report/text-style.ts'

/** 02:14:30 in Berlin. */
export const NOW = Date.parse('2026-11-04T01:14:30Z')
process.env.TZ = 'Europe/Berlin'
export const PLAIN: TextStyle = { colour: false, now: NOW }
export const [OLD, NEW] = ['198.51.100.7', '203.0.113.7']

/** An up-to-date A record, but for what is given. */
export const target = (given: Partial<TargetDocument> = {}): TargetDocument => ({
  host: 'mail.example.com',
  type: 'A',
  provider: 'ionos',
  line: 'default',
  mxOf: [],
  action: 'skip',
  why: 'up-to-date',
  before: [NEW],
  after: [NEW],
  outcome: null,
  wanted: [NEW],
  published: [NEW],
  confirmation: null,
  error: null,
  ...given,
})

export const updated = (given: Partial<TargetDocument> = {}): TargetDocument =>
  target({ action: 'publish', why: 'changed', before: [OLD], outcome: 'updated', ...given })

/** Held with the old address still published. */
export const held = (given: Partial<TargetDocument> = {}): TargetDocument =>
  target({ action: 'hold', why: 'auth', before: [OLD], after: [OLD], published: [OLD], error: refused(), ...given })

export const waiting = (given: Partial<TargetDocument> = {}): TargetDocument =>
  target({
    action: 'wait',
    why: 'pause',
    before: [OLD],
    after: [OLD],
    published: [OLD],
    error: {
      kind: 'unavailable',
      message: 'answered 503 Service Unavailable',
      remedy: 'ionos has a fault of its own: it is tried again by itself.',
      retryAt: '2026-11-04T01:19:00.000Z',
    },
    ...given,
  })

export const addressUnknown = (given: Partial<TargetDocument> = {}): TargetDocument =>
  target({
    why: 'address-unknown',
    before: [OLD],
    after: [OLD],
    published: [OLD],
    wanted: null,
    error: {
      kind: 'network',
      message: 'the IPv4 address is unknown: public-ip: no answer within 5 s',
      remedy: 'Is the line up? See what each source says: mxhome ip',
      retryAt: null,
    },
    ...given,
  })

export const refused = (): ErrorDocument => ({
  kind: 'auth',
  message: 'answered 401 Unauthorized: the API key is not known',
  remedy: 'Correct the credentials of ionos; the next round then tries again by itself.',
  retryAt: null,
})

/** Two servers; each with an answer, or silent. */
export function confirmation(
  state: ConfirmationDocument['state'],
  answers: readonly (string | null)[],
  ms: number | null = null,
): ConfirmationDocument {
  const servers = answers.map((answer, i) => ({
    name: `ns${i + 1}.example.net`,
    address: `192.0.2.${53 + i}`,
    answer: answer === null ? null : answer === '' ? [] : [answer],
    ...(answer === null && { problem: 'no answer within 2 s' }),
  }))
  const seen = answers.filter((answer) => answer === NEW).length
  return { state, seen, asked: answers.length, servers, ms }
}

export const round = (
  targets: readonly TargetDocument[],
  findings: readonly FindingDocument[] = [],
  given: Partial<RoundDocument> = {},
): RoundDocument => ({
  started: '2026-11-04T01:14:00.000Z',
  finished: '2026-11-04T01:14:02.500Z',
  addresses: { A: NEW, AAAA: null },
  targets,
  findings,
  ...given,
})

export const finding = (given: Partial<FindingDocument> = {}): FindingDocument => ({
  id: 'mx-missing',
  severity: 'error',
  domain: null,
  message: 'example.com has no MX record',
  remedy: 'Add an MX record for example.com that names your mail host.',
  reference: 'RFC 5321 5.1',
  ...given,
})
