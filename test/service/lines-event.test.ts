import { describe, expect, it } from 'vitest'
import { whyNoNamespaces } from '../support/two-namespaces.ts'
import { withTwoUplinks } from '../support/two-uplinks.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces()
const name = 'a cable that is pulled, with two lines'

describe.skipIf(why !== undefined)(why ? `${name} (left out: ${why})` : name, () => {
  it('is heard of from the kernel, which alone leads to the other line, and back', async () => {
    const told = (await withTwoUplinks('test/service/lines-event-child.ts')) as {
      readonly because: readonly string[]
      readonly changes: readonly string[]
    }
    expect(told.changes).toEqual(['fail-over dsl lte', 'fail-back lte dsl'])
    expect(told.because).toContain('kernel')
    expect(told.because.filter((one) => !['start', 'kernel', 'pause'].includes(one))).toEqual([])
  }, 120_000)
})
