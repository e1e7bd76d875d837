import { beforeAll, describe, expect, it } from 'vitest'
import { ROUTER_PROGRAMS } from '../support/namespace-router.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'
import { PUBLIC, withTwoUplinks } from '../support/two-uplinks.ts'

const NEXT = '5.9.2.9'
const why = process.env.CI === 'true' ? undefined : whyNoNamespaces([...ROUTER_PROGRAMS, 'named', 'dig', 'turnserver'])
const name = 'two lines, each behind a miniupnpd of its own'

interface Story {
  readonly addresses: {
    readonly lines: readonly {
      readonly line: string
      readonly addresses: readonly string[] | null
      readonly sources: readonly { source: string; judgement: string; addresses: readonly string[] | null }[]
    }[]
    readonly findings: readonly object[]
  }
  /** While the second line gets another address. */
  readonly second: {
    /** What began the round that sent it. */
    readonly because: string
    /** Of which the log tells. */
    readonly hosts: readonly string[]
    /** By which it was heard. */
    readonly ways: readonly string[]
    /** What the events of each router said. */
    readonly toldBy: Readonly<Record<keyof typeof PUBLIC, readonly string[]>>
  }
  /** The first line is given up, and trusted again; so often. */
  readonly flaps: readonly { readonly isEarly: boolean; readonly changes: readonly string[] }[]
  readonly published: readonly string[]
  /** Behind the router of the first line nothing answers. */
  readonly dead: { readonly told: readonly string[]; readonly shows: string | null }
}

describe.skipIf(why !== undefined)(why ? `${name} (left out: ${why})` : name, () => {
  let told: Story
  beforeAll(async () => {
    told = (await withTwoUplinks('test/service/lines-router-child.ts', { addresses: PUBLIC })) as Story
  }, 300_000)

  it('each source of each line sees the address of that line', () => {
    const { lines, findings } = told.addresses
    const seen = lines.map(({ line, addresses, sources }) => ({
      line,
      addresses,
      sources: Object.fromEntries(
        sources.map((one) => [one.source.replace(/:.*/, ''), `${one.judgement} ${one.addresses}`]),
      ),
    }))
    const expected = (line: keyof typeof PUBLIC) => {
      const each = `agreed ${PUBLIC[line]}`
      const sources = { 'nat-pmp': each, upnp: each, stun: each, dns: each, http: each }
      return { line, addresses: [PUBLIC[line]], sources }
    }
    expect(seen).toEqual([expected('dsl'), expected('lte')])
    expect(findings).toEqual([])
  })

  it('an address that the second line changes is heard from its router, and sent for the host of that line alone', () => {
    const { because, hosts, ways, toldBy } = told.second
    expect(hosts).toEqual(['mail2.example.com'])
    expect(ways).toEqual(['nat-pmp', 'upnp'])
    expect(ways).toContain(because)
    expect(toldBy.dsl).toEqual([PUBLIC.dsl])
    // That the old one went is an event as well; the next is dropped where it comes too soon after.
    expect(toldBy.lte[0]).toBe(PUBLIC.lte)
    expect(['0.0.0.0', NEXT]).toContain(toldBy.lte[1])
  })

  it('a first line that comes and goes is left once, and used again when it has been quiet; from the third time on twice as long', () => {
    const well = { state: 'returning', flapping: false, told: 'a line is up again', patience: 8000 }
    const flapping = { ...well, flapping: true, told: 'a line is up again, but comes and goes', patience: 16_000 }
    const rest = { isEarly: false, changes: ['fail-over dsl lte', 'fail-back lte dsl'] }
    expect(told.flaps).toEqual([well, well, flapping].map((one) => ({ ...one, ...rest })))
  })

  it('a line whose provider is dead is given up, although its router tells the address as before', () => {
    const { told: log, shows } = told.dead
    expect([log, shows]).toEqual([['a line is not seen from outside: dsl', 'a line is down: dsl'], PUBLIC.dsl])
  })

  it('each change is sent once', () => {
    const [first, second, ...others] = told.published
    expect([first, second].toSorted()).toEqual([`mail.example.com ${PUBLIC.dsl}`, `mail2.example.com ${PUBLIC.lte}`])
    const away = [NEXT, PUBLIC.dsl].map((address) => `mail.example.com ${address}`)
    expect(others).toEqual([`mail2.example.com ${NEXT}`, ...away, ...away, ...away])
  })
})
