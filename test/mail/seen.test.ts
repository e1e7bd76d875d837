// Every finding is found, absent and, where that can be, unknown in a test: the tests of all that judge run here once more, and are watched.
import { readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { FINDING_IDS, type Finding, type FindingId, type Severity } from '../../src/core/finding.ts'
import { aboutFinding } from '../../src/core/finding-catalogue.ts'
import { CHECKS } from '../../src/mail/checks/index.ts'
import { BY_FACTS_ALONE, NEVER_UNKNOWN, NOWHERE } from './seen.ts'

const { seen, watched } = vi.hoisted(() => {
  type Seen = Partial<Record<'found' | 'absent' | 'unknown' | Severity, string>>
  const seen = new Map<string, Seen>()
  const note = (id: string, way: keyof Seen) => {
    const where = expect.getState().currentTestName ?? ''
    seen.set(id, { [way]: where, ...seen.get(id) })
  }
  /** The same function, of whose findings it is noted which of `ids` are among them, and in which test. */
  const watched =
    <A extends readonly unknown[], R>(
      judge: (...args: A) => R,
      ids: readonly string[],
      of: (result: R) => readonly Finding[],
    ) =>
    (...args: A): R => {
      const result = judge(...args)
      for (const id of ids) {
        const same = of(result).filter((one) => one.id === id)
        if (same.length === 0) note(id, 'absent')
        for (const { severity } of same) {
          note(id, severity)
          if (severity !== 'unknown') note(id, 'found')
        }
      }
      return result
    }
  return { seen, watched }
})

const BY_LOCATE: readonly FindingId[] = vi.hoisted(() => [
  ...(['mx-missing', 'null-mx', 'mx-is-alias', 'mx-is-address', 'mx-elsewhere', 'mx-unknown'] as const),
  ...(['mx-ambiguous', 'mx-host-dropped', 'mx-servers-differ', 'split-horizon'] as const),
])
const BY_ROUND: readonly FindingId[] = vi.hoisted(
  () => ['host-proxied', 'dns-intercepted', 'other-family-unknown', 'state-unwritable', 'fritzbox-verify'] as const,
)
const BY_SOURCES: readonly FindingId[] = vi.hoisted(() => ['sources-disagree', 'behind-cgnat', 'double-nat'] as const)
vi.mock('../../src/core/locate.ts', async (original) => {
  const all = await original<typeof import('../../src/core/locate.ts')>()
  return { ...all, locateDomain: watched(all.locateDomain, BY_LOCATE, ({ findings }) => findings) }
})
vi.mock('../../src/core/quorum.ts', async (original) => {
  const all = await original<typeof import('../../src/core/quorum.ts')>()
  return {
    ...all,
    judgeSightings: watched(all.judgeSightings, BY_SOURCES, ({ findings }) => findings),
  }
})
vi.mock('../../src/app/round-findings.ts', async (original) => {
  const all = await original<typeof import('../../src/app/round-findings.ts')>()
  return { ...all, roundFindings: watched(all.roundFindings, BY_ROUND, (findings) => findings) }
})
for (const check of CHECKS) Object.assign(check, { judge: watched(check.judge, check.ids, (findings) => findings) })

const FILES = [
  ...readdirSync('test/mail/checks').map((file) => `mail/checks/${file}`),
  'core/locate.test.ts',
  'core/quorum.test.ts',
  'core/quorum-router.test.ts',
  'app/round-findings.test.ts',
]
for (const file of FILES) {
  describe(file, async () => {
    await import(`../${file}`)
  })
}

describe('seen', () => {
  const waysOf = (id: FindingId) => seen.get(id) ?? {}

  it.each(FINDING_IDS)('%s: found, absent, and unknown or why not', (id) => {
    const { found, absent, unknown } = waysOf(id)
    const [nowhere, never] = [NOWHERE[id], NEVER_UNKNOWN[id]]
    if (nowhere !== undefined) return expect(waysOf(id), nowhere).toEqual({})
    const { severities } = aboutFinding(id)
    const seenAs = severities.filter((severity) => waysOf(id)[severity] !== undefined)
    expect(seenAs, 'as severe as the list says').toEqual(severities)
    expect(found !== undefined, 'found').toBe(severities.join() !== 'unknown')
    expect(absent, 'absent').toBeDefined()
    expect(never !== undefined, 'why it is never unknown').toBe(unknown === undefined)
  })

  it('no check finds what is in no list', () => {
    const checked = CHECKS.flatMap(({ ids }) => ids)
    const all = [...checked, ...BY_LOCATE, ...BY_ROUND, ...BY_SOURCES, ...Object.keys(NOWHERE)]
    expect([...new Set(all)].toSorted()).toEqual([...FINDING_IDS].toSorted())
  })

  it('is a table, for the file that SEEN_FINDINGS names', () => {
    const cell = (where: string | undefined) => (where ?? '').replace(/ > /, ': ').replaceAll('|', '\\|')
    const rows = FINDING_IDS.map((id) => {
      const { found, absent, unknown } = waysOf(id)
      const none = NOWHERE[id]
      if (none !== undefined) return `| \`${id}\` | *not at all: ${none}* | | |`
      const alone = BY_FACTS_ALONE[id] ? ` *(not by the program: ${BY_FACTS_ALONE[id]})*` : ''
      const seenAs = found === undefined ? '*it is unknown or absent*' : `${cell(found)}${alone}`
      return `| \`${id}\` | ${seenAs} | ${cell(absent)} | ${unknown ? cell(unknown) : `*not: ${NEVER_UNKNOWN[id]}*`} |`
    })
    expect(rows).toHaveLength(FINDING_IDS.length)
    const file = process.env.SEEN_FINDINGS
    if (file)
      writeFileSync(file, `| finding | found | absent | unknown |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`)
  })
})
