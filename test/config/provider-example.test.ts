import { generateKeyPairSync } from 'node:crypto'
import { parse } from 'dotenv'
import { describe, expect, it } from 'vitest'
import { providers } from '../../src/cli/providers.ts'
import { type Loaded, loadConfig } from '../../src/config/load-config.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import type { ProviderDocument } from '../../src/report/provider-text.ts'

const COMMON = {
  readFile: () => ({ error: 'no such file', missing: true }),
  catalogue: { ids: providerIds, load: loadProvider },
  hasVarLib: true,
  tty: true,
}

/** What nobody can write as an example: one that fits is put in its place. */
const FITTING: Readonly<Record<string, string>> = {
  '<privateKey>': String(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ),
}
const fitting = (value: string) => FITTING[value] ?? value

async function said(id: string, json: boolean): Promise<string> {
  const texts: string[] = []
  const out = (text: string) => void texts.push(text)
  const terminal = { out, err: out, progress: out, colour: false, interactive: false, width: undefined }
  expect(await providers({ options: { color: false }, terminal, version: '0', atEnd: () => {} }, id, { json })).toBe(0)
  return texts.join('')
}

describe.each(providerIds)('the example of %s', (id) => {
  it('is a configuration, as variables and as YAML, and both are the same', async () => {
    const { example } = JSON.parse(await said(id, true)) as ProviderDocument
    const variables = Object.entries(parse(example.environment.join('\n')))
    const given = Object.fromEntries(variables.map(([name, value]) => [name, fitting(value)]))
    const env = await loadConfig({ ...COMMON, env: given })
    const text = `${example.yaml.map((line) => line.replace(/<privateKey>/, () => JSON.stringify(fitting('<privateKey>')))).join('\n')}\n`
    const yaml = await loadConfig({ ...COMMON, env: {}, yaml: { path: 'mxhome.yaml', text } })
    expect([env.problems, yaml.problems]).toEqual([[], []])
    const core = ({ config }: Loaded) => [config?.domains, config?.accounts.map(({ use, settings }) => [use, settings])]
    expect(core(env)).toEqual(core(yaml))
    expect(env.config?.accounts[0]?.use).toBe(id)
  })

  it('is in the text as it is in the document', async () => {
    const { example } = JSON.parse(await said(id, true)) as ProviderDocument
    const text = await said(id, false)
    for (const line of [...example.environment, ...example.yaml]) expect(text).toContain(`\n  ${line}\n`)
  })
})
