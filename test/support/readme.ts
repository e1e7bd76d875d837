import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export interface Block {
  readonly language: string
  readonly text: string
  /** Of its fence in the file, from 1. */
  readonly line: number
  /** What the comment before it says how it is tested: `run ionos`, `container: needs root`; undefined: nothing is said. */
  readonly test: string | undefined
}

export const README = readFileSync('README.md', 'utf8')

/** All fenced blocks of a Markdown text, each with the annotation in the line before its fence. */
export function blocksOf(markdown: string): readonly Block[] {
  const fences = /(?:^<!-- test: (.+) -->\n)?^```(.*)\n([\s\S]*?)^```$/gm
  return [...markdown.matchAll(fences)].map(({ 0: whole, 1: test, 2: language = '', 3: text = '', index }) => {
    const fence = index + whole.indexOf('```')
    return { test, language, text, line: markdown.slice(0, fence).split('\n').length }
  })
}

/** Those of one kind, the first word of the annotation; `about` is what follows it. */
export function blocksFor(kind: string): readonly (Block & { readonly about: string })[] {
  return blocksOf(README).flatMap((block) => {
    const [, found, about = ''] = /^([a-z]+(?: run)?):? ?(.*)$/.exec(block.test ?? '') ?? []
    return found === kind ? [{ ...block, about }] : []
  })
}

/** The one configuration of that name, as it is shown. */
export function configurationOf(name: string): Block {
  const [only, ...more] = blocksFor('config').filter(({ about }) => about === name)
  if (!only || more.length > 0) throw new Error(`README.md: expected one block "<!-- test: config ${name} -->"`)
  return only
}

/** Puts a configuration where the program looks for it, readable by this user alone. */
export function writeConfiguration({ language, text }: Block, folder: string): void {
  writeFileSync(join(folder, language === 'yaml' ? 'mxhome.yaml' : '.env'), text, { mode: 0o600 })
}

/** A folder for the PATH in which `mxhome` is the built program, and `sudo` changes nothing. */
export function openCommands(folder: string): string {
  const bin = join(folder, 'bin')
  const node = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath
  const commands = { mxhome: `exec ${node} ${resolve('dist/mxhome.js')} "$@"`, sudo: 'exec "$@"' }
  mkdirSync(bin)
  for (const [name, line] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return `${bin}${delimiter}${process.env.PATH}:/usr/sbin:/sbin`
}

/** Runs a block's commands one after the other, and stops at the first that fails. */
export async function runBlock(
  text: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn('sh', ['-exc', text], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  return { code, said }
}
