import { parse } from 'dotenv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDotenv } from '../../src/config/dotenv-file.ts'
import { dotenvValue } from '../../src/config/dotenv-text.ts'
import type { InitAnswers } from '../../src/config/init-answers.ts'
import { filesOf } from '../../src/config/init-files.ts'
import type { DomainName } from '../../src/dns/name.ts'
import { loadProvider } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'

const name = (text: string) => text as DomainName
const ANSWERS: InitAnswers = {
  domain: name('example.com'),
  hosts: [],
  exclude: [],
  zones: undefined,
  provider: 'ionos',
  settings: { apiKey: 'public.s3cr3t' },
  ipv6: false,
}
const provider = async (id: string): Promise<Provider> => (await loadProvider(id))!
const head = '# Written by "mxhome init". What else can be set: .env.example, or "mxhome config schema".\n'

describe('mxhome.yaml', () => {
  it('refers to the secret beside it', async () => {
    expect(filesOf(ANSWERS, await provider('ionos'), 'yaml', '/etc/mxhome')).toEqual([
      {
        path: 'mxhome.yaml',
        secret: false,
        text: `${head}domains: [example.com]\nproviders:\n  - use: ionos\n    apiKey: \${IONOS_API_KEY} # in credentials/IONOS_API_KEY\n`,
      },
      { path: 'credentials/IONOS_API_KEY', secret: true, text: 'public.s3cr3t\n' },
    ])
  })

  it('holds every list, and values as YAML wants them', async () => {
    const settings = {
      keyName: 'yes',
      keySecret: 'c2VjcmV0',
      server: '[2001:db8::53]',
      zone: `\${x}.example`,
      baseUrl: 'dns://a.example',
    }
    const more = { hosts: [name('*.example.com')], exclude: [name('vps.example.com')], zones: [name('example.com')] }
    const [main] = filesOf({ ...ANSWERS, ...more, settings, ipv6: true }, await provider('rfc2136'), 'yaml', '.')
    expect(main!.text).toBe(`${head}domains: [example.com]
hosts: ["*.example.com"]
exclude: [vps.example.com]
ipv6: on
providers:
  - use: rfc2136
    zones: [example.com]
    server: "[2001:db8::53]"
    zone: "$\${x}.example"
    keyName: "yes"
    keySecret: \${RFC2136_KEY_SECRET} # in credentials/RFC2136_KEY_SECRET
    baseUrl: "dns://a.example"
`)
  })

  it('has numbers and switches as such', async () => {
    const [main] = filesOf(
      { ...ANSWERS, settings: { login: 'anna', privateKey: 'x', allowlistedOnly: 'on' } },
      await provider('transip'),
      'yaml',
      '.',
    )
    expect(main!.text).toContain('    allowlistedOnly: true\n')
  })
})

describe('.env', () => {
  it('holds all of it', async () => {
    const more = { hosts: [name('*.example.com')], exclude: [name('vps.example.com')], zones: [name('example.com')] }
    expect(filesOf({ ...ANSWERS, ...more, ipv6: true }, await provider('ionos'), 'env', '/srv')).toEqual([
      {
        path: '.env',
        secret: false,
        text: `${head}MXHOME_DOMAINS=example.com
MXHOME_HOSTS='*.example.com'
MXHOME_EXCLUDE=vps.example.com
MXHOME_IPV6=on
MXHOME_PROVIDER=ionos
MXHOME_ZONES=example.com
IONOS_API_KEY=public.s3cr3t
`,
      },
    ])
  })

  it('names a file for what no quotation marks can hold', async () => {
    const apiKey = 'a\'b`c"d'
    const [main, secret] = filesOf({ ...ANSWERS, settings: { apiKey } }, await provider('ionos'), 'env', '/srv/my home')
    expect(main!.text).toContain("IONOS_API_KEY_FILE='/srv/my home/credentials/IONOS_API_KEY'\n")
    expect(secret).toEqual({ path: 'credentials/IONOS_API_KEY', text: `${apiKey}\n`, secret: true })
  })

  it('gives back whatever was put into it', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: fc.constantFrom(...'\'"`#\\$ n=\n\ra'), minLength: 1 }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const value = dotenvValue(text)
        if (value === undefined) return
        const file = `BEFORE=1\nKEY=${value}\nAFTER=2\n`
        expect(parse(file)).toEqual({ BEFORE: '1', KEY: text, AFTER: '2' })
        const read = readDotenv({ path: '.env', text: file })
        expect([read.wrong('KEY'), read.warnings]).toEqual([undefined, []])
      }),
      { numRuns: 3000, examples: [['\na=a#']] }, // a line within the quotes is no setting of its own
    )
  })
})
