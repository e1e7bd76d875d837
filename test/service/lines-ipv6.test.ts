import { beforeAll, describe, expect, it } from 'vitest'
import { whyNoNamespaces } from '../support/two-namespaces.ts'
import { PREFIXES, withTwoUplinks } from '../support/two-uplinks.ts'

const DSL = { A: '198.51.100.7', AAAA: `${PREFIXES.dsl}::2` }
const LTE = { A: '203.0.113.8', AAAA: `${PREFIXES.lte}::2` }
const why = process.env.CI === 'true' ? undefined : whyNoNamespaces()
const name = 'two lines with IPv6'

interface Story {
  readonly addresses: { readonly lines: readonly object[] }
  readonly stays: boolean
  readonly published: readonly string[]
  /** What happened while IPv6 alone was silent. */
  readonly quiet: object
  readonly changes: readonly string[]
}

describe.skipIf(why !== undefined)(why ? `${name} (left out: ${why})` : name, () => {
  let told: Story
  beforeAll(async () => {
    told = (await withTwoUplinks('test/service/lines-ipv6-child.ts', { ipv6: true })) as Story
  }, 180_000)

  it('each line is asked through itself, by both families', () => {
    expect(told.addresses.lines).toMatchObject([
      { line: 'dsl', type: 'A', addresses: [DSL.A] },
      { line: 'dsl', type: 'AAAA', addresses: [DSL.AAAA] },
      { line: 'lte', type: 'A', addresses: [LTE.A] },
      { line: 'lte', type: 'AAAA', addresses: [LTE.AAAA] },
    ])
  })

  it('both families go over together, and come back together; each is sent once', () => {
    const sent = ({ A, AAAA }: typeof DSL) => [`mail.example.com ${A}`, `mail.example.com ${AAAA}`]
    const inPairs = [0, 2, 4].map((nth) => told.published.slice(nth, nth + 2).toSorted())
    expect(inPairs).toEqual([sent(DSL), sent(LTE), sent(DSL)])
    const [over, back] = ['fail-over dsl lte', 'fail-back lte dsl']
    expect(told.changes, 'of each family').toEqual([over, over, back, back, over, over])
  })

  it('IPv6 that is silent alone is no reason to leave the line: IPv4 decides', () => {
    expect(told.stays).toBe(true)
    expect(told.quiet).toEqual({ published: 0, changes: 0, doubts: 0 })
  })
})
