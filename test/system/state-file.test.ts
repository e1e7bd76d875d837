import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY, MINUTE, SECOND } from '../../src/core/instant.ts'
import { type Link, type LinkSight, nextLink } from '../../src/core/link.ts'
import { formatStateFile, parseStateFile } from '../../src/system/state-file.ts'

const RULES = { lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE }
const fileWith = (link: unknown) =>
  formatStateFile({ salt: 's', targets: {}, mx: {}, lines: { dsl: { link: link as Link } } })

it('however a line stands, the next start reads it as it was', () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom<LinkSight>('up', 'up', 'unknown', 'unknown', 'cut')),
    { minLength: 1, maxLength: 20 },
  )
  fc.assert(
    fc.property(steps, (all) => {
      let now = 1000 * DAY
      let link: Link | undefined
      for (const [after, sight] of all) {
        now += after * SECOND
        link = nextLink(link, sight, RULES, now)
        expect(parseStateFile(fileWith(link))).toMatchObject({ kind: 'state', state: { lines: { dsl: { link } } } })
      }
    }),
  )
})

it.each([
  ['a state of none', { state: 'gone', since: 1 }],
  ['a moment that is no number', { state: 'unsure', since: 1, until: 'soon' }],
  ['a count that is no number', { state: 'unsure', since: 1, until: 2, begun: 'twice' }],
])('%s is damage', (_, link) => expect(parseStateFile(fileWith(link)).kind).toBe('damaged'))
