import { beforeAll, describe, expect, it } from 'vitest'
import type { InitAnswers } from '../../src/config/init-answers.ts'
import { filesOf, type InitForm } from '../../src/config/init-files.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { DomainName } from '../../src/dns/name.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { leaksIn, type Planted, plant } from '../support/canaries.ts'

const COMMON = { env: {}, catalogue: { ids: providerIds, load: loadProvider }, hasVarLib: true, tty: true }
const DIR = '/srv/home line'

let planted: Planted
beforeAll(async () => {
  planted = await plant('https://provider.example', '/usr/bin/true', false)
})

/** The account of an adapter with a secret in every setting that is one; and the host that it shall keep. */
function answersFor(id: string): { readonly answers: InitAnswers; readonly account: object; readonly host: object } {
  const i = providerIds.indexOf(id)
  const { use, zones, ...settings } = planted.accounts[i]!
  const [zone] = zones as readonly DomainName[]
  const texts = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
  const answers: InitAnswers = {
    domain: zone!.replace('mail.', '') as DomainName,
    hosts: [zone!],
    exclude: [],
    zones: [zone!],
    provider: String(use),
    settings: texts,
    ipv6: false,
  }
  return { answers, account: planted.accounts[i]!, host: planted.hosts[i]! }
}

async function read(id: string, form: InitForm) {
  const { answers } = answersFor(id)
  const files = filesOf(answers, (await loadProvider(id))!, form, DIR)
  const [main] = files
  const texts = new Map(files.map(({ path, text }) => [`${DIR}/${path}`, text]))
  const own = { path: `${DIR}/${main!.path}`, text: main!.text, mode: 0o600 }
  const loaded = await loadConfig({
    ...COMMON,
    ...(form === 'yaml' ? { yaml: own } : { dotenv: own }),
    readFile: (path) => {
      const text = texts.get(path)
      return text === undefined ? { error: 'no such file', missing: true } : { text, mode: 0o600 }
    },
  })
  return { files, main: main!, loaded }
}

describe.each(providerIds)('what init writes for %s', (id) => {
  it.each(['yaml', 'env'] as const)('is read again as it was meant: %s', async (form) => {
    const { answers, account } = answersFor(id)
    const { loaded } = await read(id, form)
    const yaml = { path: 'mxhome.yaml', text: JSON.stringify({ domains: [answers.domain], providers: [account] }) }
    const direct = await loadConfig({ ...COMMON, yaml, readFile: () => ({ error: '', missing: true }) })
    expect(direct.problems).toEqual([])
    expect(loaded.problems).toEqual([])
    const { settings, baseUrl, zones } = loaded.config!.accounts[0]!
    expect({ settings, baseUrl, zones }).toEqual({
      settings: direct.config!.accounts[0]!.settings,
      baseUrl: direct.config!.accounts[0]!.baseUrl,
      zones: answers.zones,
    })
    expect(loaded.config).toMatchObject({ domains: [{ name: answers.domain }], types: ['A'] })
    expect(loaded.config!.hosts.map(({ name }) => name)).toEqual(answers.hosts)
  })

  it('has its secrets in files of their own, beside mxhome.yaml', async () => {
    const { main, files } = await read(id, 'yaml')
    expect(leaksIn(main.text)).toEqual([])
    for (const { path, secret } of files.slice(1)) expect({ path, secret }).toEqual({ path, secret: true })
  })
})
