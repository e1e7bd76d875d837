import fc from 'fast-check'
import { SETTING_KEYS, SETTINGS } from '../../src/config/settings.ts'
import { mutate, mutation } from './mutations.ts'

const VALUES = [
  'off', 'on', '', '*', 'ionos', 'noip', 'either', 'manysided', 'example.com', 'mail.example.com', '-1', '1e9', '30s', '5m',
  `\${A}`, `$\${A}`, '::1', '127.0.0.1:8245', 'a:b', '/f', 'static:', 'public-ip,http:https://ip.test/', '*/5 * * * *',
  '{', '[', '- a', '&a', '*a', '!!set', '!!binary x', '? ', '|', '>', '---', '%YAML 1.1', '<<', '0x1f', '.inf', '2026-11-25',
] // biome-ignore format: a table

/** What tests of the configuration have providers for, and a real one. */
const VARIABLES = [
  ...SETTING_KEYS.map((key) => SETTINGS[key].env),
  'MXHOME_PROVIDER', 'MXHOME_ZONES', 'IONOS_API_KEY', 'EITHER_TOKEN', 'MANYSIDED_PORT', 'MANYSIDED_BASE_URL', 'MANYSIDED_PROXY', 'A',
  'CREDENTIALS_DIRECTORY', 'STATE_DIRECTORY', 'MXHOME_TTL_FILE', 'IONOS_API_KEY_FILE', 'IONOS_', 'MXHOME_', '_', '__proto__', 'constructor',
] // biome-ignore format: a table
const KEYS = [
  ...SETTING_KEYS.map((key) => key.split('.')[0]!),
  'providers', 'use', 'name', 'level', 'apiKey', 'mx', 'host', 'preference', 'types', 'zones', 'baseUrl', 'proxy', 'caBundle',
  '__proto__', 'constructor', 'toString', '<<',
] // biome-ignore format: a table

export const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary', maxLength: 40 }))
export const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...VARIABLES) }, fc.string({ maxLength: 12 }))
export const variables = fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true })

const key = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...KEYS) }, fc.string({ maxLength: 8 }))
const { tree } = fc.letrec((tie) => ({
  tree: fc.dictionary(key, tie('node'), { maxKeys: 5, noNullPrototype: true }),
  list: fc.array(tie('node'), { maxLength: 4 }),
  node: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    tie('list'),
    tie('tree'),
  ),
}))
const line = fc.oneof(
  fc.tuple(key, value).map(([left, right]) => `${left}: ${right}`),
  fc.tuple(fc.nat(6), value).map(([indent, text]) => `${' '.repeat(indent)}- ${text}`),
  fc.string({ unit: 'binary' }),
)
const SOUND = `domains: [example.com, {name: example.net, mx: [{host: mail.example.net, preference: 10}]}]
hosts: [{name: www.example.com, types: [A], ttl: 60}]
providers:
  - {use: ionos, apiKey: abc.s3cr3t, zones: [example.com]}
  - {use: manysided, name: two, token: t-s3cr3t, port: 80, tags: [a, b], zones: [example.net]}
log: {level: info, format: json}
confirmTimeout: 2m
`
export const yaml = fc.oneof(
  tree.map((map) => JSON.stringify(map)),
  fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
  fc.array(mutation, { maxLength: 4 }).map((mutations) => mutate(SOUND, mutations)),
)

const quote = fc.constantFrom('', '"', "'", '`')
export const dotenv = fc
  .array(
    fc.oneof(
      fc.tuple(name, quote, value, quote).map(([left, open, right, close]) => `${left}=${open}${right}${close}`),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('#', 'export A=1', 'A', '=', 'A="1', "A='\n'"),
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join('\n'))
