import { expect, it } from 'vitest'
import { openPrefixHome } from '../support/prefix-home.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces(['ip', 'radvd'])

async function atHome(name: string, script: string): Promise<unknown> {
  const home = openPrefixHome(name)
  try {
    return await home.run(script)
  } finally {
    home.close()
  }
}
const story = (text: string) => (why === undefined ? text : `${text} (left out: ${why})`)

it.skipIf(why !== undefined).concurrent(
  story('the stable address of the prefix in use is published, and that of a mail server beside it'),
  async () => {
    const told = (await atHome('prefix', 'test/service/prefix-child.ts')) as Record<string, number>
    const { heard, expected, repeats, temporary, deprecated } = told
    expect(heard).toEqual(expected)
    expect(repeats).toBe(0)
    expect(temporary, 'temporary addresses were there to be taken by mistake').toBeGreaterThan(0)
    expect(deprecated, 'so were those of the prefixes before').toBeGreaterThan(0)
  },
  120_000,
)

it.skipIf(why !== undefined).concurrent(
  story('a router that crashed leaves its old prefix behind: what is published is the one that is answered'),
  async () => {
    expect(await atHome('crash', 'test/service/prefix-crash-child.ts')).toEqual({
      before: 'the old prefix',
      after: 'the new prefix',
      preferred: ['the old prefix', 'the new prefix'], // for longer, as the kernel has it
      // From its own choice of address the kernel gets no answer, from the new one it does.
      alone: 'the new prefix',
      repeats: 0,
    })
  },
  120_000,
)
