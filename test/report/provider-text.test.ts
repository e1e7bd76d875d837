import { describe, expect, it } from 'vitest'
import { exampleOf, providersText, providerText } from '../../src/report/provider-text.ts'
import { PLAIN } from './documents.ts'

describe('providers', () => {
  const ionos = { id: 'ionos', name: 'IONOS', families: ['A', 'AAAA'], reads: true } as const
  const strato = { id: 'strato', name: 'STRATO', families: ['A'], reads: false } as const

  it('lists them', () => {
    expect(providersText({ providers: [ionos, strato, { ...strato, id: 'six', families: ['AAAA'] }] }, PLAIN)).toBe(
      `ID      NAME    FAMILIES       READS BACK
ionos   IONOS   IPv4 and IPv6  yes
strato  STRATO  IPv4 only      no
six     STRATO  IPv6 only      no

Settings and an example of one: mxhome providers ID`,
    )
    expect(providersText({ providers: [] }, PLAIN)).toContain('There is no adapter of that name')
  })

  it('shows one with its settings, limits and an example to copy', () => {
    const settings = [
      {
        name: 'apiKey',
        environment: 'IONOS_API_KEY',
        description: 'API key',
        secret: true,
        required: true,
        example: null,
      },
      { name: 'zone', environment: 'IONOS_ZONE', description: 'zone', secret: false, required: false, example: null },
      {
        name: 'server',
        environment: 'IONOS_SERVER',
        description: 'server',
        secret: false,
        required: false,
        example: 'ns1',
      },
    ]
    const document = {
      ...ionos,
      writesMx: true,
      docs: 'https://example.com/docs',
      settings,
      limits: ['at least 5 s between two updates'],
      example: exampleOf({ id: 'ionos', settings }),
    }
    expect(providerText(document, PLAIN)).toBe(
      `IONOS (ionos)
https://example.com/docs

Settings (environment, YAML)
  IONOS_API_KEY  apiKey  API key; secret
  IONOS_ZONE     zone    zone; optional
  IONOS_SERVER   server  server; optional

Good to know
  - IPv4 and IPv6
  - reads back: a record that someone else changed is put right
  - writes the MX records of a domain too: mxhome mx apply
  - at least 5 s between two updates

Example (.env)
  MXHOME_DOMAINS=example.com
  MXHOME_PROVIDER=ionos
  IONOS_API_KEY=<apiKey>
  IONOS_SERVER=ns1

The same in mxhome.yaml
  domains: [example.com]
  providers:
    - use: ionos
      apiKey: <apiKey>
      server: ns1`,
    )
    const other = providerText(
      {
        ...strato,
        docs: 'https://x',
        settings: [],
        limits: [],
        suffixes: ['ddns.net'],
        example: { environment: [], yaml: [] },
      },
      PLAIN,
    )
    expect(other).toContain('  - cannot be read')
    expect(other).toContain('  - its own zones: ddns.net')
    expect(other).not.toContain('Settings')
  })
})
