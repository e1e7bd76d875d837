import * as z from 'zod'
import type { Catalogue } from '../../src/config/accounts.ts'
import type { Reading } from '../../src/config/environment.ts'
import { type Loaded, loadConfig } from '../../src/config/load-config.ts'
import { type Provider, secret, text } from '../../src/providers/provider.ts'

interface Given {
  readonly env?: Record<string, string>
  readonly dotenv?: string
  readonly yaml?: string
  /** Path -> text, or why it cannot be read. */
  readonly files?: Record<string, string | Reading>
  /** Of every file, .env and mxhome.yaml included. */
  readonly mode?: number
  readonly hasVarLib?: boolean
  readonly tty?: boolean
  readonly catalogue?: Catalogue
  readonly asksOnly?: boolean
}

/** Loads a configuration from texts, with providers that are made up for these tests. */
export function load({
  env = {},
  dotenv,
  yaml,
  files = {},
  mode = 0o600,
  hasVarLib = false,
  tty = true,
  asksOnly = false,
  catalogue = { ids: Object.keys(PROVIDERS), load: (id) => PROVIDERS[id] },
}: Given): Promise<Loaded> {
  return loadConfig({
    env,
    dotenv: dotenv === undefined ? undefined : { path: '.env', text: dotenv, mode },
    yaml: yaml === undefined ? undefined : { path: 'mxhome.yaml', text: yaml, mode },
    readFile: async (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined
      if (content === undefined) return { error: 'no such file', missing: true }
      return typeof content === 'string' ? { text: content, mode } : content
    },
    catalogue,
    hasVarLib,
    tty,
    asksOnly,
    isSchedule: (expression) => !expression.includes('99'),
  })
}

/** Enough for a valid configuration. */
export const ENOUGH = { MXHOME_DOMAINS: 'example.com', MXHOME_PROVIDER: 'ionos', IONOS_API_KEY: 'abc.s3cr3t' }

/** With a valid account beside it. */
export const withAccount = (yaml: string): string =>
  `domains: example.com\nproviders:\n  - {use: ionos, apiKey: abc.s3cr3t}\n${yaml}`

function fake(id: string, settings: z.ZodType, more: Partial<Provider> = {}): Provider {
  const traits = { readable: true, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 } as const
  const publish = () => {
    throw new Error('no test of the configuration publishes')
  }
  return {
    id,
    name: id.toUpperCase(),
    docs: 'https://docs.example',
    facts: { sure: 'yours', verified: '2026-11' },
    writes: { together: true },
    endpoint: 'https://api.example',
    settings,
    traits,
    publish,
    ...more,
  }
}

const PROVIDERS: Readonly<Record<string, Provider>> = Object.fromEntries(
  [
    fake('ionos', z.strictObject({ apiKey: secret('API key, in the form publicprefix.secret') })),
    fake('ionos-dyndns', z.strictObject({ updateUrl: secret('The whole update URL') })),
    fake('1984', z.strictObject({ apiKey: secret('API key') })),
    fake('duckdns', z.strictObject({ token: secret('Account token') }), {
      suffixes: ['duckdns.org'],
      traits: { readable: false, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 },
      ownZonesOnly: true,
    }),
    fake('noip', z.strictObject({ username: text('User name'), password: secret('Password') }), {
      suffixes: ['ddns.net'],
    }),
    fake('v4only', z.strictObject({ user: text('User') }), {
      cannot: { AAAA: 'no parameter for it (verified 2026-11)' },
    }),
    fake('v6only', z.strictObject({ user: text('User') }), { cannot: { A: 'no IPv4 at all (verified 2026-11)' } }),
    fake(
      'manysided',
      z
        .strictObject({
          token: z
            .string()
            .min(3, 'expected a token of three characters at least')
            .regex(/^t-/, 'expected a token that begins with t-')
            .meta({ description: 'Token', secret: true }),
          port: z.number().int().max(65_535).optional().meta({ description: 'Port' }),
          fast: z.boolean().default(true).meta({ description: 'Whether to hurry' }),
          mode: z.enum(['one', 'two']).optional().meta({ description: 'Mode' }),
          user: z.string().optional().meta({ description: 'User' }),
        })
        .refine(({ user, mode }) => user || !mode, { error: 'expected a user beside the mode', path: ['user'] }),
      {
        problem: ({ settings, base }) =>
          (settings as { user?: string }).user === base ? 'the user is the address: change one' : undefined,
      },
    ),
    fake(
      'either',
      z
        .strictObject({
          token: secret('Token').optional(),
          email: text('E-mail address').optional(),
          key: secret('Global key').optional(),
        })
        .refine(({ token, email, key }) => token || (email && key), {
          error: 'expected token, or both email and key',
          path: ['token'],
        }),
    ),
  ].map((provider) => [provider.id, provider]),
)
