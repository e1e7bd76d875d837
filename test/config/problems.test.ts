import { describe, expect, it } from 'vitest'
import { describeProblems } from '../../src/config/describe-problems.ts'
import { rowsOf } from '../support/problem-rows.ts'
import { ENOUGH, load, withAccount } from './load.ts'

it('nothing at all', async () => {
  const set = 'set MXHOME_DOMAINS to your mail domain, or MXHOME_HOSTS to the hosts to keep'
  expect(rowsOf(await load({}))).toEqual([
    ['MXHOME_DOMAINS', 'nothing', 'at least one mail domain or host', set],
    [
      'MXHOME_PROVIDER',
      'nothing',
      'the DNS provider that holds the records',
      'set MXHOME_PROVIDER; "mxhome providers" lists all, "mxhome init" asks and writes the rest',
    ],
  ])
})

const remedyFor = (path: string) => `chmod o-rwx ${path} (if the service shall read it: chgrp mxhome ${path} first)`

describe('warnings, which stop nothing', () => {
  const OPEN = 'a file for the user that mxhome runs as alone'
  it('a secret that others can read', async () => {
    const env = {
      MXHOME_DOMAINS: 'example.com',
      MXHOME_PROVIDER: 'ionos',
      IONOS_API_KEY_FILE: '/key',
      MXHOME_TTL_FILE: '/ttl',
    }
    const file = await load({ env, files: { '/key': 'k', '/ttl': '60' }, mode: 0o644 })
    expect(rowsOf(file)).toEqual([
      ['IONOS_API_KEY_FILE', '/key, which every user of this machine can read', OPEN, remedyFor('/key')],
    ])
    expect(file.config).toBeDefined()
    const { IONOS_API_KEY, ...rest } = ENOUGH
    const dotenv = await load({ env: rest, dotenv: `IONOS_API_KEY=${IONOS_API_KEY}`, mode: 0o644 })
    expect(dotenv.problems).toMatchObject([{ setting: 'IONOS_API_KEY', severity: 'warn', remedy: remedyFor('.env') }])
    const yaml = await load({ yaml: withAccount(''), mode: 0o644 })
    expect(yaml.problems).toMatchObject([
      { setting: 'mxhome.yaml', severity: 'warn', remedy: remedyFor('mxhome.yaml') },
    ])
    expect((await load({ env: ENOUGH, dotenv: 'MXHOME_TTL=60', yaml: 'ttl: 60', mode: 0o644 })).problems).toEqual([])
    expect((await load({ env, files: { '/key': 'k', '/ttl': '60' }, mode: 0o640 })).problems).toEqual([])
  })

  it('a # that ends a value of .env', async () => {
    const lines = [
      'IONOS_API_KEY=abc#def',
      "MXHOME_TTL='60' # quoted",
      'MXHOME_QUORUM=2 # a comment',
      '# MXHOME_A=b#c',
      '',
    ]
    const loaded = await load({
      env: { MXHOME_DOMAINS: 'example.com', MXHOME_PROVIDER: 'ionos' },
      dotenv: lines.join('\n'),
    })
    const remedy = 'write the value in single quotes; without them it ends before the #'
    expect(rowsOf(loaded)).toEqual([
      ['IONOS_API_KEY', 'a value in .env that goes on behind a #', 'quotes around a value that holds a #', remedy],
    ])
  })
})

it('tells all problems at once, aligned, errors first', async () => {
  const { problems } = await load({
    env: { ...ENOUGH, IONOS_API_KEY: '', IONOS_API_KEY_FILE: '/key', MXHOME_TTL: '\u001b[31m', MXHOME_QUORM: '1' },
    files: { '/key': 'k' },
    mode: 0o604,
  })
  expect(describeProblems(problems)).toBe(`The configuration has 2 errors and 1 warning.

MXHOME_TTL
  found     " [31m"
  expected  a whole number from 1 to 2147483647

MXHOME_QUORM
  found     an unknown variable
  expected  the name of a setting
  remedy    did you mean MXHOME_QUORUM?

IONOS_API_KEY_FILE (warning)
  found     /key, which every user of this machine can read
  expected  a file for the user that mxhome runs as alone
  remedy    chmod o-rwx /key (if the service shall read it: chgrp mxhome /key first)
`)
  expect(describeProblems([])).toBe('')
})
