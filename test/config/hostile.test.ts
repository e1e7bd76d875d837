import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeProblems } from '../../src/config/describe-problems.ts'
import { showConfig } from '../../src/config/show-config.ts'
import { load } from './load.ts'

it.each([
  '['.repeat(20_000),
  `${'a: {'.repeat(3000)}`,
  `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replace(/./g, (to) => `${to}: &${to} [${`*${String.fromCharCode(to.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
])('a file that was made to break parsers is told to be wrong', async (yaml) => {
  const { config, problems } = await load({ yaml })
  expect([config, problems.length > 0]).toEqual([undefined, true])
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
