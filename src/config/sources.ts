import type { Problem } from './config.ts'
import type { Environment, FileText, ReadFile, Secrecy } from './environment.ts'
import { holdsCredentials, isMap, type Kind, type Report } from './kind.ts'
import { expand, writtenReference } from './references.ts'
import type { Tree } from './yaml-file.ts'

/** Everything that a setting may come from, and where problems go. */
export interface Sources {
  readonly environment: Environment
  /** The YAML file and what it holds: {} when there is none, or when it cannot be read. */
  readonly yaml: FileText
  readonly tree: Tree
  readonly readFile: ReadFile
  readonly report: (problem: Problem) => void
}

/** A setting that is in force, ready to be shown: no secret is in `value`. */
export interface Effective {
  /** Its path in YAML. */
  readonly setting: string
  readonly env: string | undefined
  readonly value: string
  readonly origin: string
}

/** Where one setting stands. `env` undefined: it has no variable here; `raw`: what YAML holds, at the path `at`. */
export interface Place {
  readonly env: string | undefined
  readonly at: string
  readonly raw: unknown
  readonly secret?: Secrecy | undefined
}

/** A setting as it was found. */
export interface Found<T> {
  readonly value: T | undefined
  /** As the user wrote it: the variable's name or the path in YAML. */
  readonly name: string
  /** `default`: it is not given. */
  readonly origin: string
  /** Something about it is wrong, and has been reported. */
  readonly broken: boolean
}

/** A setting's text or YAML value, before it is read. */
export async function findSetting({ env, at, raw, secret = false }: Place, sources: Sources): Promise<Found<unknown>> {
  const given = env === undefined ? undefined : await sources.environment.lookup(env, secret)
  if (given) return { value: given.text, name: given.name, origin: given.origin, broken: given.text === undefined }
  if (raw === undefined || raw === null) return { value: undefined, name: env ?? at, origin: 'default', broken: false }
  let broken = false
  const value = await expand(raw, sources.environment, ({ at: inner = '', ...wrong }) => {
    broken = true
    sources.report({ setting: at + inner, ...wrong, severity: 'error' })
  })
  return { value: broken ? undefined : value, name: at, origin: sources.yaml.path, broken }
}

/** A setting, read by its kind; everything that is wrong is reported under the name that the user used. */
export async function readSetting<T>(place: Place, kind: Kind<T>, sources: Sources): Promise<Found<T>> {
  const found = await findSetting(place, sources)
  if (found.value === undefined) return { ...found, value: undefined }
  let broken = false
  const report: Report = (wrong) => {
    broken = true
    const reference = found.name === place.at ? writtenReference(place.raw, wrong.at) : undefined
    const shown = place.secret || holdsCredentials(found.value) ? '(hidden)' : (reference ?? wrong.found)
    sources.report({
      setting: found.name + (wrong.at ?? ''),
      found: shown,
      expected: wrong.expected,
      remedy: wrong.remedy,
      severity: 'error',
    })
  }
  const value = kind.parse(found.value, report)
  return { ...found, value, broken }
}

/** The YAML value at a path of keys such as `log.level`. */
export function rawAt(path: string, tree: Tree): unknown {
  const [first = '', second] = path.split('.')
  const value = Object.hasOwn(tree, first) ? tree[first] : undefined
  if (second === undefined || value === undefined || value === null) return value ?? undefined
  if (isMap(value)) return Object.hasOwn(value, second) ? value[second] : undefined
  return undefined
}
