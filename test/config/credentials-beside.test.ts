import { describe, expect, it } from 'vitest'
import { load } from './load.ts'

const YAML = `domains: example.com\nproviders:\n  - {use: ionos, apiKey: "\${IONOS_API_KEY}"}\n`
const KEY = 'credentials/IONOS_API_KEY'

describe('the folder credentials/ beside mxhome.yaml', () => {
  it('holds what the file refers to', async () => {
    const { config, problems, effective, secrets } = await load({ yaml: YAML, files: { [KEY]: 'abc.s3cr3t\n' } })
    expect(problems).toEqual([])
    expect(config?.accounts[0]?.settings).toEqual({ apiKey: 'abc.s3cr3t' })
    expect(secrets).toContain('abc.s3cr3t')
    expect(effective.find(({ setting }) => setting === 'providers[0].apiKey')?.origin).toBe(`file ${KEY}`)
  })

  it.each([
    ['the environment', { env: { IONOS_API_KEY: 'of.env' } }, 'of.env'],
    ['a file that it names', { env: { IONOS_API_KEY_FILE: '/key' }, more: { '/key': 'of.file' } }, 'of.file'],
    ['.env', { dotenv: 'IONOS_API_KEY=of.dotenv' }, 'of.dotenv'],
    [
      "systemd's credential",
      { env: { CREDENTIALS_DIRECTORY: '/run/c' }, more: { '/run/c/IONOS_API_KEY': 'of.unit' } },
      'of.unit',
    ],
  ])(
    'comes after %s',
    async (_, {
      more = {},
      ...given
    }: { more?: Record<string, string>; env?: Record<string, string>; dotenv?: string }, apiKey) => {
      const { config } = await load({ yaml: YAML, files: { [KEY]: 'abc.s3cr3t', ...more }, ...given })
      expect(config?.accounts[0]?.settings).toEqual({ apiKey })
    },
  )

  it('is not asked where there is no mxhome.yaml', async () => {
    const env = { MXHOME_DOMAINS: 'example.com', MXHOME_PROVIDER: 'ionos' }
    const { config } = await load({ env, files: { [KEY]: 'abc.s3cr3t' } })
    expect(config).toBeUndefined()
  })

  it('is passed over where this user may not look into it: systemd reads it for the service', async () => {
    const closed = { error: 'not readable for this user', missing: false, hidden: true }
    const env = { CREDENTIALS_DIRECTORY: '/run/c' }
    const files = { [KEY]: closed, 'credentials/MXHOME_DOMAINS': closed, '/run/c/IONOS_API_KEY': 'of.unit' }
    const { config, problems } = await load({ env, yaml: YAML, files })
    expect([config?.accounts[0]?.settings, problems]).toEqual([{ apiKey: 'of.unit' }, []])
  })

  it.each([
    ['is read by others', { text: 'abc.s3cr3t', mode: 0o644 }, 'every user of this machine can read', 'warn'],
    ['cannot be read', { error: 'not readable for this user', missing: false }, 'not readable for this user', 'error'],
    ['is empty', ' \n', 'which is empty', 'error'],
  ])('a file in it that %s is told of', async (_, file, found, severity) => {
    const { problems } = await load({ yaml: YAML, files: { [KEY]: file } })
    expect(problems).toContainEqual(expect.objectContaining({ found: expect.stringContaining(found), severity }))
  })
})
