import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FindingId } from '../../src/core/finding.ts'
import type { DoctorDocument } from '../../src/report/doctor-document.ts'
import { behindRouter } from '../support/behind-router.ts'
import { isInstalled } from '../support/installed.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'
import type { Examined, Story } from './mail-path-child.ts'

const PROGRAMS = ['postfix', 'unbound', 'dnssec-signzone', 'openssl']
const missing = PROGRAMS.filter((program) => !isInstalled(program))
const why = missing.length > 0 ? `not installed: ${missing.join(', ')}` : whyNoNamespaces()

/** Found, and not only unknown. */
const BEFORE = [
  'mx-is-alias',
  'mx-preference',
  'host-address-differs',
  'port-25-closed',
  'iprev-generic',
  'spf-fails',
  'spf-stale-address',
] as const satisfies readonly FindingId[]

interface Step {
  readonly after: string
  readonly verdict: DoctorDocument['verdict']
  /** What is no longer found. */
  readonly gone: readonly FindingId[]
  /** What could not be seen before. */
  readonly shown?: readonly FindingId[]
}
const STEPS: readonly Step[] = [
  { after: 'the MX names the host itself', verdict: 'not-reachable', gone: ['mx-is-alias'] },
  { after: 'the own host is preferred', verdict: 'not-reachable', gone: ['mx-preference'] },
  { after: 'the address is published', verdict: 'not-reachable', gone: ['host-address-differs'] },
  {
    after: 'the router forwards port 25',
    verdict: 'reachable-with-faults',
    gone: ['port-25-closed'],
    shown: ['certificate-expiry'],
  },
  { after: 'the reverse name is the own one', verdict: 'reachable-with-faults', gone: ['iprev-generic'] },
  { after: 'SPF follows the host', verdict: 'reachable-with-faults', gone: ['spf-fails', 'spf-stale-address'] },
  { after: 'the certificate is renewed', verdict: 'reachable', gone: ['certificate-expiry'] },
]

const idsOf = ({ document: { findings } }: Examined, isSeen: boolean) =>
  findings.filter(({ severity }) => (severity !== 'unknown') === isSeen).map(({ id }) => id)
const sorted = (ids: readonly string[]) => [...new Set(ids)].toSorted()

describe.skipIf(process.env.CI !== 'true' && why !== undefined)(
  `a domain as it was set up in 2009${why === undefined ? '' : ` (left out: ${why})`}`,
  () => {
    let story: Story
    beforeAll(async () => {
      story = (await behindRouter('test/service/mail-path-child.ts')) as Story
      tell(story)
    }, 300_000)

    it('is examined: nothing comes in, and the screen says so first', () => {
      const [before] = story.steps
      expect(before!.screen!.stdout).toMatch(/^example\.com: not reachable \(\d errors, \d warnings\)\.\n/)
      expect([before!.screen!.code, before!.screen!.stderr]).toEqual([1, ''])
      expect(before!.document.verdict).toBe('not-reachable')
      expect(sorted(idsOf(before!, true))).toEqual(sorted(BEFORE))
      const named = before!.document.findings.map(({ remedy }) => remedy).join('\n')
      for (const word of ['mail.example.com itself', 'Forward TCP port 25', '198.51.100.2', '"v=spf1 mx -all"'])
        expect(named).toContain(word)
      expect(before!.document.domains[0]?.hosts).toEqual([
        { host: 'backup1.example.net', preference: 5, role: 'backup', addresses: ['203.0.113.25'], alias: null },
        {
          host: 'mx.example.com',
          preference: 10,
          role: 'ours',
          addresses: ['198.51.100.9'],
          alias: 'mail.example.com',
        },
        { host: 'backup2.example.net', preference: 20, role: 'backup', addresses: ['203.0.113.26'], alias: null },
        { host: 'backup3.example.net', preference: 30, role: 'backup', addresses: ['203.0.113.27'], alias: null },
      ])
    })

    it.each(STEPS.map((step, i) => [i, step] as const))(
      '%# $1.after: $1.gone',
      (i, { after, verdict, gone, shown = [] }) => {
        const [before, now] = [story.steps[i]!, story.steps[i + 1]!]
        expect(now.after).toBe(after)
        expect(now.document.verdict).toBe(verdict)
        const left = idsOf(before, true).filter((id) => !gone.includes(id))
        expect(sorted(idsOf(now, true))).toEqual(sorted([...left, ...shown]))
        expect(idsOf(before, true)).toEqual(expect.arrayContaining([...gone]))
        expect(idsOf(before, false), 'no fault was hidden without a word').toEqual(expect.arrayContaining([...shown]))
        expect(idsOf(now, false)).toEqual(idsOf(before, false).filter((id) => idsOf(now, false).includes(id)))
      },
    )

    it('is put right: nothing is left, and both name servers have it', () => {
      const { steps, held } = story
      const { document, screen } = steps.at(-1)!
      expect(document.findings).toEqual([])
      expect(screen!.code).toBe(0)
      expect(screen!.stdout).toMatch(/^example\.com: reachable\.\n/)
      for (const mx of held.mx)
        expect(mx.toSorted()).toEqual(
          ['10 mail', '20 backup1', '20 backup2', '30 backup3'].map((one, n) => `${one}.example.${n ? 'net' : 'com'}.`),
        )
      expect(held.a).toEqual([['198.51.100.2'], ['198.51.100.2']])
    })

    it('is not known where everything is silent, which is no error', () => {
      for (const { code, stdout, stderr } of [story.silent, story.deaf]) {
        expect([code, stderr]).toEqual([75, ''])
        expect(stdout).toMatch(/^example\.com: not known\.\n/)
        expect(stdout).not.toContain('Errors')
      }
    })
  },
)

/** Both screens, what was done between them, and how long each examination took: to the file that MAIL_PATH_SCREENS names. */
function tell({ steps, silent, deaf }: Story): void {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const table = [
    ...steps.map(({ after, took }) => [seconds(took), after]),
    [seconds(silent.took), 'everything silent, behind a resolver of its own'],
    [seconds(deaf.took), 'everything silent, the resolver too'],
  ].map(([took, after]) => `${took!.padStart(8)}  ${after}`)
  console.info(table.join('\n'))
  const file = process.env.MAIL_PATH_SCREENS
  if (file === undefined) return
  const [before, after] = [steps[0]!, steps.at(-1)!]
  const done = steps.slice(1).map(({ after: title, said, document: { verdict, findings } }) => {
    const left = findings.map(({ id, severity }) => (severity === 'unknown' ? `${id}?` : id)).join(' ') || 'nothing'
    return `## ${title}\n\n${said ? `${said}\n\n` : ''}Then: ${verdict}; ${left}\n`
  })
  const shown = (title: string, { screen }: Examined) => `# ${title}\n\n$ mxhome doctor example.com\n${screen!.stdout}`
  const quiet = (title: string, { stdout }: { readonly stdout: string }) => `# ${title}\n\n${stdout}`
  writeFileSync(
    file,
    [
      shown('Before', before),
      ...['# What was done', ...done],
      shown('After', after),
      `# Times of the whole program\n\n${table.join('\n')}\n`,
      quiet('Everything silent, behind a resolver of its own', silent),
      quiet('Everything silent, the resolver too', deaf),
    ].join('\n'),
  )
}
