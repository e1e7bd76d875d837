import { describe, expect, it } from 'vitest'
import { type Row, rowsOf } from '../support/problem-rows.ts'
import { load } from './load.ts'

const IONOS = { MXHOME_DOMAINS: 'example.com', MXHOME_PROVIDER: 'ionos' }
const KEY = 'IONOS_API_KEY'
const keyOf = async (dotenv: string) => {
  const { config, problems } = await load({ env: IONOS, dotenv })
  expect(problems).toEqual([])
  return (config!.accounts[0]!.settings as { apiKey: string }).apiKey
}

describe('a quote in .env that nothing closes', () => {
  const open = (line: number, quote: string, other = 'single'): Row => [
    KEY,
    `.env, line ${line}: a value that begins with ${quote} and does not end with it`,
    `${quote} at both ends of a value, or at none`,
    `close the quote; a value that itself begins with ${quote} goes into ${other} quotes`,
  ]
  it.each<[string, Row]>([
    ['IONOS_API_KEY="s3cr3t', open(1, '"')],
    ["IONOS_API_KEY='s3cr3t\n", open(1, "'", 'double')],
    ['IONOS_API_KEY=`s3cr3t\n', open(1, '`')],
    ['\uFEFF# ours\r\n\r\nexport IONOS_API_KEY = "s3cr3t\r\nMXHOME_TTL="60"\r\n', open(3, '"')],
    ['IONOS_API_KEY: "s3cr3t', open(1, '"')],
    ['IONOS_API_KEY="s3cr3t # a comment\nMXHOME_TTL=60', open(1, '"')],
    ['IONOS_API_KEY="s3cr3t"s3cr3t', open(1, '"')],
    ['IONOS_API_KEY="', open(1, '"')],
    ['IONOS_API_KEY="s3cr3t$&(', open(1, '"')],
  ])('%j', async (dotenv, row) => {
    const loaded = await load({ env: IONOS, dotenv })
    expect(rowsOf(loaded)).toEqual([row])
    expect(loaded.config).toBeUndefined()
  })

  it('of a file name, and of two settings at once', async () => {
    const loaded = await load({
      env: IONOS,
      dotenv: 'IONOS_API_KEY_FILE="/key\nMXHOME_TTL="60\n',
      files: { '/key': 'k' },
    })
    expect(rowsOf(loaded).map(([setting, found]) => [setting, found.slice(0, 12)])).toEqual([
      ['MXHOME_TTL', '.env, line 2'],
      ['IONOS_API_KEY_FILE', '.env, line 1'],
    ])
  })

  it('is none in a value that is quoted itself, nor in a variable of other programs', async () => {
    expect(await keyOf(`IONOS_API_KEY='"abc'\nOTHERS="open\n`)).toBe('"abc')
    expect(await keyOf(`IONOS_API_KEY="'abc"`)).toBe("'abc")
    expect(await keyOf("IONOS_API_KEY=ab'c")).toBe("ab'c")
    expect(await keyOf(`IONOS_API_KEY="abc" # don't`)).toBe('abc')
  })
})

describe('a secret is one line', () => {
  const ONE = 'one line: a key or password is no longer than that'
  const REMEDY = 'keep the line that is the value, and remove the others'
  const PEM = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  const ofFile = (text: string, name = `${KEY}_FILE`) =>
    load({ env: { ...IONOS, [name]: '/key' }, files: { '/key': text } })

  it.each(['a.b\nc.d', '# of 2026\r\na.b\r\n', '\na.b\n\nc.d\n'])('a file with several: %j', async (text) => {
    expect(rowsOf(await ofFile(text))).toEqual([[`${KEY}_FILE`, '/key, which holds 2 lines', ONE, REMEDY]])
  })
  it.each(['a.b', 'a.b\n', 'a.b\r\n\r\n', '\n\na.b\n'])('a file with one, and blank ones: %j', async (text) => {
    const { config } = await ofFile(text)
    expect(config?.accounts[0]?.settings).toEqual({ apiKey: 'a.b' })
  })
  it('a private key has many', async () => {
    const { config } = await ofFile(`${PEM}\n`)
    expect(config?.accounts[0]?.settings).toEqual({ apiKey: PEM })
    expect(await keyOf(`IONOS_API_KEY="${PEM}"`)).toBe(PEM)
  })
  it('in .env as well: a quote that ends in a later line', async () => {
    const { problems } = await load({ env: IONOS, dotenv: 'IONOS_API_KEY="s3cr3t\nMXHOME_TTL=60"\n' })
    expect(problems).toMatchObject([{ setting: KEY, found: 'a value of 2 lines (.env)', expected: ONE }])
  })
  it('what is no secret may have several', async () => {
    const files = { '/key': 'k', '/hosts': 'a.example.com,\nb.example.com' }
    const env = { MXHOME_PROVIDER: 'ionos', IONOS_API_KEY_FILE: '/key', MXHOME_HOSTS_FILE: '/hosts' }
    expect((await load({ env, files })).config?.hosts).toHaveLength(2)
  })
})

it('what is wrong with a file comes with its remedy', async () => {
  const of = async (reading: { error: string; missing: boolean; remedy?: string }) =>
    rowsOf(await load({ env: { ...IONOS, IONOS_API_KEY_FILE: '/key' }, files: { '/key': reading } }))
  const expected = 'a file that can be read'
  expect(await of({ error: 'is a folder', missing: false, remedy: 'name an ordinary file' })).toEqual([
    [`${KEY}_FILE`, '/key: is a folder', expected, 'name an ordinary file'],
  ])
  expect(await of({ error: 'cannot be read (EIO)', missing: false })).toEqual([
    [`${KEY}_FILE`, '/key: cannot be read (EIO)', expected],
  ])
})
