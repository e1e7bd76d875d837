import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Metafile } from 'esbuild'

/** A package of which something is in the bundle. */
interface Bundled {
  readonly name: string
  readonly version: string
  readonly license: string
  /** Of its own licence file, or what its package.json says. */
  readonly text: string
}

/** The packages that esbuild put into the bundle, in alphabetical order; two versions of one are two. */
function bundledIn({ outputs }: Metafile): readonly Bundled[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const folders = files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [])
  const all = [...new Set(folders)].map(readPackage)
  return all.toSorted((one, other) => (titleOf(one) < titleOf(other) ? -1 : 1))
}

function readPackage(folder: string): Bundled {
  const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  if (typeof license !== 'string') throw new Error(`${folder} names no licence`)
  const file = readdirSync(folder).find((one) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(one))
  const by = typeof author === 'string' ? author : author?.name
  const own = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : inReadme(folder)
  const text = own ?? `License: ${license}\nAuthor: ${by ?? 'unknown'}`
  const notice = existsSync(`${folder}/NOTICE`) ? `\n\n${readFileSync(`${folder}/NOTICE`, 'utf8').trim()}` : ''
  return { name, version, license, text: (text + notice).replaceAll('\r\n', '\n') }
}

/** Some packages have no file of its own for it. */
function inReadme(folder: string): string | undefined {
  const readme = existsSync(`${folder}/README.md`) ? readFileSync(`${folder}/README.md`, 'utf8') : ''
  return /^(?:#+ *)?licen[cs]e *$(?:\r?\n[-=]+)?([\s\S]*)/im.exec(readme)?.[1]?.trim() || undefined
}

const titleOf = ({ name, version }: Bundled) => `${name} ${version}`

/** The text of dist/THIRD-PARTY-LICENSES.txt. */
export function thirdPartyLicenses(metafile: Metafile): string {
  const parts = bundledIn(metafile).map((one) => {
    const title = `${titleOf(one)} (${one.license})`
    return `${title}\n${'-'.repeat(title.length)}\n\n${one.text}\n`
  })
  return `mxhome holds parts of these packages. Their licences follow.\n\n${parts.join('\n\n')}`
}
