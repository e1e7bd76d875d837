import type { Severity } from '../src/core/finding.ts'
import { aboutFinding, FINDING_GROUPS, type FindingAbout } from '../src/core/finding-catalogue.ts'

const HEAD = `# The findings

Generated from the program (\`npm run generate\`); do not edit. The same in a terminal: \`mxhome doctor --list\`.

What \`mxhome doctor\` can find; some are also seen in every round, and shown by \`mxhome status\`. Each comes with what was seen, and with
a remedy that names your host and your provider.

- **error**: mail is lost, or you must act. **stops mail**: then no mail for the domain arrives here at all.
- **warning** ("warn" in JSON): mail still arrives, but something is wrong. **note** ("info"): good to know.
- **unknown**: it could not be examined, and it says why. That is never an error.
- **opt-in**: only looked for with \`--relay-test\`.

How severe some are depends on how your mail server sends (\`MXHOME_OUTBOUND\`): by a smarthost the reverse name and the block lists of your
line matter little.
`

const WORDS: Readonly<Record<Severity, string>> = { error: 'error', warn: 'warning', info: 'note', unknown: 'unknown' }

/** The text of docs/findings.md. */
export function findingsPage(): string {
  const parts = FINDING_GROUPS.map(({ title, ids }) => {
    const rows = ids.map((id) => {
      const about = aboutFinding(id)
      return `| \`${id}\` | ${about.means} | ${about.why} | ${severityOf(about)} | ${about.reference} |`
    })
    return `## ${title}\n\n${[...TITLES, ...rows].join('\n')}\n`
  })
  return [HEAD, ...parts].join('\n')
}

const TITLES = ['| finding | says | why it matters | can be | reference |', '| --- | --- | --- | --- | --- |']

function severityOf({ severities, stopsMail, optIn }: FindingAbout): string {
  const words = severities.map((severity) =>
    severity === 'error' && stopsMail ? 'error (stops mail)' : WORDS[severity],
  )
  return [...words, ...(optIn ? ['opt-in'] : [])].join(', ')
}
