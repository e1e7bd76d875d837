import type { Problem } from './config.ts'
import { readDotenv } from './dotenv-file.ts'

/** A file that was read. `mode`: its permission bits, where the system has them. */
export interface FileText {
  readonly path: string
  readonly text: string
  readonly mode?: number | undefined
}

/** Port: a file's text, or why it cannot be read. */
export type ReadFile = (path: string) => Reading | Promise<Reading>
export type Reading =
  | { readonly text: string; readonly mode?: number | undefined }
  | {
      readonly error: string
      readonly missing: boolean
      /** Nobody knows whether it is there: this user may not look into its folder. */
      readonly hidden?: boolean
      readonly remedy?: string | undefined
    }

/** A secret's file must not be open to others; a key or a password is one line, a secret text may have several. */
export type Secrecy = boolean | 'text'

/** What the environment gives for one name. `text` undefined: it is given, but unusable; that has been reported. */
export interface Given {
  readonly text: string | undefined
  /** The variable that was used: `NAME` or `NAME_FILE`. */
  readonly name: string
  /** `environment`, the path of the .env file, `file PATH`, `credential NAME`. */
  readonly origin: string
}

export interface Environment {
  /** The variables that are set, of both layers. */
  readonly names: readonly string[]
  /** `NAME`, `NAME_FILE` or the systemd credential `NAME`. A variable that is set but empty counts as not set. */
  readonly lookup: (name: string, secret?: Secrecy) => Promise<Given | undefined>
}

interface Inputs {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dotenv?: FileText | undefined
  readonly readFile: ReadFile
  /** A folder of secrets that lies beside the configuration. */
  readonly credentials?: string | undefined
}

type Layer = ReadonlyMap<string, string>

/** The environment, then the .env file, then systemd's credentials, then the folder of secrets: the first that has a name wins. */
export function environment(
  { env, dotenv, readFile, credentials: beside }: Inputs,
  report: (problem: Problem) => void,
): Environment {
  const real = layerOf(env)
  const written = dotenv && readDotenv(dotenv)
  const file = layerOf(written?.values ?? {})
  for (const problem of written?.warnings ?? []) report(problem)
  const credentials = [real.get('CREDENTIALS_DIRECTORY'), beside].filter((folder) => folder !== undefined)
  const warned = new Set<string>()
  const known = new Map<string, Promise<Given | undefined>>()

  function warnIfOpen(name: string, path: string, mode: number | undefined): void {
    if (mode === undefined || (mode & 0o007) === 0 || warned.has(path)) return
    warned.add(path)
    report(openFile(name, path))
  }

  async function fromLayer(name: string, layer: Layer, origin: string, secret: Secrecy): Promise<Given | undefined> {
    const text = layer.get(name)
    const path = layer.get(`${name}_FILE`)
    if (text !== undefined && path !== undefined) {
      report({ ...BOTH, setting: name, found: `${name} and ${name}_FILE`, severity: 'error' })
      return { text: undefined, name, origin }
    }
    const used = text === undefined ? `${name}_FILE` : name
    const wrong = layer === file ? written?.wrong(used) : undefined
    if (wrong) {
      report({ setting: used, ...wrong })
      return { text: undefined, name: used, origin }
    }
    if (text !== undefined) {
      if (secret && origin === dotenv?.path) warnIfOpen(name, origin, dotenv.mode)
      if (secret !== true || linesOf(text).length < 2) return { text, name, origin }
      report(severalLines(name, `a value of ${linesOf(text).length} lines (${origin})`))
      return { text: undefined, name, origin }
    }
    return path === undefined ? undefined : fromFile(`${name}_FILE`, path, `file ${path}`, secret)
  }

  async function fromFile(name: string, path: string, origin: string, secret: Secrecy): Promise<Given | undefined> {
    const read = await readFile(path)
    if ('error' in read) {
      const remedy = read.missing ? 'correct the path, or make the file' : read.remedy
      const found = `${path}: ${read.error}`
      report({ setting: name, found, expected: 'a file that can be read', remedy, severity: 'error' })
      return { text: undefined, name, origin }
    }
    if (secret) warnIfOpen(name, path, read.mode)
    return { text: contentOf(read.text, name, path, secret), name, origin }
  }

  function contentOf(whole: string, name: string, path: string, secret: Secrecy): string | undefined {
    const text = whole.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')
    if (text.trim() === '') {
      const found = `${path}, which is empty`
      report({ setting: name, found, expected: 'a file that holds the value', severity: 'error' })
      return undefined
    }
    if (secret !== true) return text
    const lines = linesOf(text)
    if (lines.length < 2) return lines[0]
    report(severalLines(name, `${path}, which holds ${lines.length} lines`))
    return undefined
  }

  async function fromCredential(name: string, secret: Secrecy): Promise<Given | undefined> {
    for (const folder of credentials) {
      const path = `${folder}/${name}`
      const read = await readFile(path)
      if ('error' in read && (read.missing || (read.hidden && folder === beside))) continue
      return fromFile(name, path, folder === beside ? `file ${path}` : `credential ${name}`, secret)
    }
    return undefined
  }

  async function find(name: string, secret: Secrecy): Promise<Given | undefined> {
    return (
      (await fromLayer(name, real, 'environment', secret)) ??
      (dotenv && (await fromLayer(name, file, dotenv.path, secret))) ??
      (await fromCredential(name, secret))
    )
  }

  return {
    names: [...new Set([...real.keys(), ...file.keys()])],
    lookup(name, secret = false) {
      const found = known.get(name) ?? find(name, secret)
      known.set(name, found)
      return found
    },
  }
}

const BOTH = { expected: 'one of the two', remedy: 'remove one of them' }

function layerOf(variables: Readonly<Record<string, string | undefined>>): Layer {
  const set = Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()))
  return new Map(set)
}

/** The lines of a secret that are not blank. A private key in PEM form is one value of many lines. */
const linesOf = (text: string): readonly string[] =>
  text.includes('-----BEGIN') ? [text] : text.split(/\r?\n/).filter((line) => line.trim() !== '')

const severalLines = (setting: string, found: string): Problem => ({
  setting,
  found,
  expected: 'one line: a key or password is no longer than that',
  remedy: 'keep the line that is the value, and remove the others',
  severity: 'error',
})

/** A file with a secret in it that any user of the machine can read. */
export const openFile = (setting: string, path: string): Problem => ({
  setting,
  found: `${path}, which every user of this machine can read`,
  expected: 'a file for the user that mxhome runs as alone',
  remedy: `chmod o-rwx ${path} (if the service shall read it: chgrp mxhome ${path} first)`,
  severity: 'warn',
})
