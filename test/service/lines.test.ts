import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { whyNoNamespaces } from '../support/two-namespaces.ts'
import { withTwoUplinks } from '../support/two-uplinks.ts'

const DSL = '198.51.100.7'
const LTE = '203.0.113.8'
const why = process.env.CI === 'true' ? undefined : whyNoNamespaces()
const name = 'two lines, one pulled and put back'

interface Story {
  readonly story: readonly {
    readonly seconds: number
    readonly what: string
    readonly at53: string
    readonly at54: string
  }[]
  readonly early: boolean
  readonly patient: boolean
  readonly published: readonly string[]
  readonly changes: readonly string[]
  readonly addresses: { readonly lines: readonly object[] }
}

describe.skipIf(why !== undefined)(why ? `${name} (left out: ${why})` : name, () => {
  let told: Story
  beforeAll(async () => {
    told = (await withTwoUplinks('test/service/lines-child.ts')) as Story
    const { LINES_STORY: file } = process.env
    if (file) {
      const rows = told.story.map(
        ({ seconds, what, at53, at54 }) =>
          `${String(seconds).padStart(5)} s  ${what}\n         192.0.2.53: ${at53}\n         192.0.2.54: ${at54}`,
      )
      writeFileSync(file, `${rows.join('\n')}\n\n${told.changes.join('\n')}\n`)
    }
  }, 180_000)

  it('each line is asked through itself', () => {
    expect(told.addresses.lines).toMatchObject([
      { line: 'dsl', type: 'A', addresses: [DSL] },
      { line: 'lte', type: 'A', addresses: [LTE] },
    ])
  })

  it('both name servers show the line that is up, before, during and after', () => {
    const mail = (address: string) => `mail ${address}, mail2 ${LTE}`
    const seen = told.story.map(({ at53, at54 }) => [at53, at54])
    expect(seen).toEqual([DSL, LTE, LTE, DSL, DSL, LTE, DSL, DSL].map((address) => [mail(address), mail(address)]))
  })

  it('a cable is enough at once, silence only after lineDownAfter; nothing goes back too early', () => {
    expect({ early: told.early, patient: told.patient }).toEqual({ early: true, patient: true })
  })

  it('each change is sent once and told once, and the host of the other line is left in peace', () => {
    const [first, second, ...others] = told.published
    expect([first, second].toSorted()).toEqual([`mail.example.com ${DSL}`, `mail2.example.com ${LTE}`])
    expect(others).toEqual([LTE, DSL, LTE, DSL].map((address) => `mail.example.com ${address}`))
    expect(told.changes).toEqual(['fail-over dsl lte', 'fail-back lte dsl', 'fail-over dsl lte', 'fail-back lte dsl'])
  })
})
