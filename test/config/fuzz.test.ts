import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeProblems } from '../../src/config/describe-problems.ts'
import { SETTING_KEYS, SETTINGS } from '../../src/config/settings.ts'
import { showConfig } from '../../src/config/show-config.ts'
import { load } from './load.ts'

const VALUES = [
  'off',
  'on',
  '',
  '*',
  'ionos',
  'noip',
  'either',
  'manysided',
  'example.com',
  '-1',
  '1e9',
  `\${A}`,
  `$\${A}`,
  '::1',
  'a:b',
  '/f',
  '30s',
  'static:',
  '{',
  '[',
  '- a',
  '&a',
  '*a',
  '!!set',
]
const name = fc.oneof(
  fc.constantFrom(
    ...SETTING_KEYS.map((key) => SETTINGS[key].env),
    'MXHOME_PROVIDER',
    'MXHOME_ZONES',
    'IONOS_API_KEY',
    'EITHER_TOKEN',
    'MANYSIDED_PORT',
    'A',
    'CREDENTIALS_DIRECTORY',
  ),
  fc.constantFrom('MXHOME_TTL_FILE', 'IONOS_API_KEY_FILE', 'IONOS_', 'MXHOME_', '__proto__', 'constructor'),
  fc.string(),
)
const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary', maxLength: 40 }))
const env = fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true })
const key = fc.oneof(
  fc.constantFrom(
    'domains',
    'hosts',
    'providers',
    'use',
    'name',
    'log',
    'level',
    'apiKey',
    'mx',
    'host',
    'types',
    'zones',
    'ttl',
    'ipSources',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.string({ maxLength: 8 }),
)
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('node'), { maxLength: 4 }),
  map: fc.dictionary(key, tie('node'), { maxKeys: 5, noNullPrototype: true }),
}))
const line = fc.oneof(
  fc.tuple(key, value).map(([left, right]) => `${left}: ${right}`),
  fc.tuple(fc.nat(6), value).map(([indent, text]) => `${' '.repeat(indent)}- ${text}`),
  fc.string({ unit: 'binary' }),
)
const yaml = fc.oneof(
  tree.map.map((map) => JSON.stringify(map)),
  fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
)

/** Whatever it is, it is a configuration without errors, or errors without a configuration. */
async function expectVerdict(given: Parameters<typeof load>[0]): Promise<void> {
  const { config, problems, effective } = await load(given)
  expect(config === undefined).toBe(problems.some(({ severity }) => severity === 'error'))
  for (const { setting, found, expected } of problems) expect([setting, found, expected]).not.toContain('')
  expect(typeof describeProblems(problems) + typeof showConfig(effective)).toBe('stringstring')
}

it('no environment and no .env file make it throw', async () => {
  await fc.assert(
    fc.asyncProperty(env, fc.array(fc.tuple(name, value)), async (variables, lines) => {
      const dotenv = lines.map(([left, right]) => `${left}=${right}`).join('\n')
      await expectVerdict({ env: variables, dotenv, files: { '/f': 'text\r\n' } })
    }),
    { numRuns: 300 },
  )
})

it('no YAML file makes it throw', async () => {
  await fc.assert(
    fc.asyncProperty(yaml, env, (text, variables) => expectVerdict({ yaml: text, env: variables })),
    { numRuns: 500 },
  )
})

it.each([
  '['.repeat(20_000),
  `${'a: {'.repeat(3000)}`,
  `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replace(/./g, (to) => `${to}: &${to} [${`*${String.fromCharCode(to.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
])('nor one that was made to break parsers', async (yaml) => {
  await expectVerdict({ yaml })
})

const SECRET = fc.stringMatching(/^[A-Za-z0-9!$%*&#"'\\|:,;{}@-]{6,20}$/).map((text) => `S3CR3T${text}`)

it('no secret is in any problem, and none is shown', async () => {
  const trouble = fc.subarray([
    'MXHOME_QUORUM',
    'MXHOME_HOSTS',
    'MXHOME_LISTEN',
    'MANYSIDED_PORT',
    'MANYSIDED_MODE',
    'MANYSIDED_TOKN',
    'MXHOME_NONE',
  ])
  const places = fc.constantFrom('env', 'file', 'dotenv', 'credential', 'yaml', 'quoted yaml', 'reference', 'url')
  await fc.assert(
    fc.asyncProperty(SECRET, trouble, places, async (secret, wrong, place) => {
      const bad = Object.fromEntries(wrong.map((variable) => [variable, '#?']))
      const account = (token: string) =>
        `domains: example.com\nproviders:\n  - use: manysided\n    token: ${token}\n    tokn: ${token}\nlistenToken: ${token}\n`
      const named = { MXHOME_PROVIDER: 'manysided', ...bad }
      const given: Parameters<typeof load>[0] = {
        env: { env: { ...named, MANYSIDED_TOKEN: secret, MXHOME_LISTEN_TOKEN: `${secret} x` } },
        file: { env: { ...named, MANYSIDED_TOKEN_FILE: '/t' }, files: { '/t': `${secret}\n` }, mode: 0o644 },
        dotenv: { env: named, dotenv: `MANYSIDED_TOKEN=${secret}\nMXHOME_LISTEN_TOKEN=\`${secret}\n\``, mode: 0o644 },
        credential: { env: { ...named, CREDENTIALS_DIRECTORY: '/c' }, files: { '/c/MANYSIDED_TOKEN': secret } },
        yaml: { env: bad, yaml: account(secret), mode: 0o644 },
        'quoted yaml': { env: bad, yaml: account(JSON.stringify(secret)), mode: 0o644 },
        reference: { env: { ...bad, T: secret }, yaml: `${account(`"\${T}"`)}quorum: "\${T}"\nttl: x\${T}\n` },
        url: {
          env: {
            ...named,
            MANYSIDED_PROXY: `ftp://me:${secret}@proxy.example`,
            MXHOME_IP_SOURCES: `http:https://u:${secret}@a.example,http:x`,
          },
        },
      }[place]
      const { problems, effective } = await load(given)
      expect(JSON.stringify(problems) + describeProblems(problems) + showConfig(effective)).not.toContain('S3CR3T')
    }),
    { numRuns: 500 },
  )
})
