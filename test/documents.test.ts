import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const read = (file: string) => readFileSync(file, 'utf8')
const documents = ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map((name) => `docs/${name}`)]

/** As the usual viewers make it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

describe.each(documents)('%s', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
  it('links to what is there', () => {
    const broken = links.flatMap(([link, path = '', anchor]) => {
      const target = path === '' ? file : join(dirname(file), path)
      if (!existsSync(target)) return [link]
      const anchors = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!))
      return anchor === undefined || anchors.includes(anchor) ? [] : [link]
    })
    expect(broken).toEqual([])
  })
})

it('README.md names both settings without which a FRITZ!Box tells no address, in both languages', () => {
  const row = /^\| `fritzbox` .*/m.exec(read('README.md'))?.[0]
  const english = ['Allow access for applications', 'Transmit status information over UPnP']
  const german = ['Zugriff für Anwendungen zulassen', 'Statusinformationen über UPnP übertragen']
  for (const setting of [...english, ...german]) {
    expect(row).toContain(`"${setting}"`)
  }
})

describe('docs/security.md', () => {
  const text = read('docs/security.md')
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:---|what they)/.test(line))

  it('names for every attack a test, and each is there', () => {
    expect(rows.length).toBeGreaterThan(25)
    for (const row of rows) {
      const tests = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file!)
      expect(tests.length, row).toBeGreaterThan(0)
      for (const file of tests) expect(existsSync(file) && /\bit(?:\.\w+)?\b/.test(read(file)), file).toBe(true)
    }
  })

  it.each(['network', 'provider', 'name server', 'router', 'user of this machine', 'page in your browser'])(
    'has a section on the %s',
    (who) => expect(text).toMatch(new RegExp(`^### .*\\b${who}\\b`, 'm')),
  )
})
