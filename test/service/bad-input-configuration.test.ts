import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DUCK, HOST, openBadInput, TOKEN } from '../support/bad-input.ts'
import { NODE, type Settings } from '../support/program.ts'

const { anew, at, command, file, line, refusal, run, settings } = await openBadInput()

describe('the configuration', () => {
  const check = (more: Settings, base: Settings = {}) => refusal(78, ['config', 'check'], more, base)

  it('several wrong settings: all told at once', async () => {
    const said = await check({
      MXHOME_HOSTS: 'home..example',
      MXHOME_PROVIDER: 'duckdn',
      MXHOME_IPV4: 'yep',
      MXHOME_SCHEDULE: '* *',
      MXHOME_LISTEN: ':99999',
      MXHOME_CONFIRM_TIMEOUT: '2 fortnights',
      MXHOME_HOTS: 'home.example',
    })
    expect(said).toContain('The configuration has 7 errors.')
    expect(said).toContain(
      'MXHOME_PROVIDER\n  found     "duckdn"\n  expected  a provider\'s id\n  remedy    did you mean',
    )
    expect(said).toContain('did you mean MXHOME_HOSTS?')
    for (const found of ['"home..example"', '"yep"', '"* *"', '":99999"', '"2 fortnights"'])
      expect(said).toMatch(new RegExp(`found +${found.replace(/[*.]/g, '\\$&')}\n +expected +\\S`))
  })

  it('of an empty one: what to set', async () => {
    for (const command of [['update'], ['run'], ['status', '--json'], ['history']]) {
      const said = await refusal(78, command, { MXHOME_STATE_DIR: at('not-made') }, {})
      expect(said).toContain('set MXHOME_DOMAINS to your mail domain')
      expect(said).toContain('"mxhome providers" lists all')
    }
    expect(existsSync(at('not-made')), 'no folder is made').toBe(false)
  })

  it('a schedule that has a number out of range', async () => {
    expect(await check({ MXHOME_SCHEDULE: '99 * * * *' }, settings)).toContain('minutes 0-59')
  })

  it('the address of a name server: dns://, and nothing else', async () => {
    const account = {
      MXHOME_HOSTS: 'mail.example.com',
      MXHOME_PROVIDER: 'rfc2136',
      RFC2136_KEY_NAME: 'home',
      RFC2136_KEY_SECRET: Buffer.alloc(32, 'k').toString('base64'),
    }
    for (const base of ['dns://ns1.example.com', 'dns://192.0.2.1:5353/', 'DNS://[2001:db8::1]:53'])
      expect(await run(['config', 'check'], { ...account, RFC2136_BASE_URL: base }, {})).toMatchObject({ code: 0 })
    for (const base of ['https://ns1.example.com', 'tls://ns1.example.com', 'dns://me@ns1.example.com', 'dns://'])
      expect(await check({ ...account, RFC2136_BASE_URL: base })).toContain(
        'expected  dns:// and a name server, such as',
      )
    expect(await check({ ...account, RFC2136_BASE_URL: 'dns://1.2.3' })).toContain('set RFC2136_SERVER')
    expect(await check({ ...DUCK, DUCKDNS_BASE_URL: 'dns://ns1.example.com' })).toContain('begins with http://')
  })

  it.each([
    ['an open bracket', 'domains: [example.com\nproviders:\n  - use: ionos\n', 'line 2, column 1'],
    ['a tab', 'hosts: home.example\n\tlisten: off\n', 'line 2, column 1'],
    ['a colon in a value', 'hosts: home.example: yes\n', 'line 1, column 8'],
  ])('YAML with %s: line and column', async (_what, text, where) => {
    file('broken.yaml', text)
    const said = await refusal(78, ['--config', 'broken.yaml', 'config', 'check'], {}, {})
    expect(said).toMatch(new RegExp(`^broken.yaml, ${where}\n +found .+\n +expected +valid YAML`, 'm'))
    expect(said, 'of what it lacks nobody knows').toContain('has 1 error.')
  })

  it('YAML with unknown keys: the nearest ones', async () => {
    file('keys.yaml', `host: anna.duckdns.org\nproviders:\n  - use: duckdns\n    tokn: ${TOKEN}\n`)
    const said = await refusal(78, ['--config', 'keys.yaml', 'config', 'check'], {}, {})
    for (const hint of ['did you mean hosts?', 'did you mean token?']) expect(said).toContain(hint)
  })

  it.each([
    ['nowhere.yaml', 'no such file'],
    ['a-folder', 'is a folder'],
    ['', '"": no such file'],
    ['utf-16', 'not in UTF-8'],
  ])('--config %s, --env-file %s: what is wrong with it', async (path, found) => {
    if (!existsSync(at('a-folder'))) mkdirSync(at('a-folder'))
    file('utf-16', Buffer.from('\uFEFFhosts: home.example\n', 'utf16le'))
    expect(await refusal(78, [`--config=${path}`, 'config', 'check'])).toContain(found)
    // Behind "--" node leaves the option to the program.
    const node = ['--', resolve('dist/mxhome.js'), `--env-file=${path}`, 'config', 'check']
    const { code, stdout, stderr } = await command(NODE, node, settings)
    expect({ code, stdout }, stderr).toEqual({ code: 78, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^mxhome: --env-file: .*${found}.*expected a text file`))
  })

  it.each([
    ['missing', undefined, 'no such file', 'correct the path'],
    ['empty', '', 'which is empty', 'a file that holds the value'],
    ['a blank line', ' \r\n', 'which is empty', 'a file that holds the value'],
    ['in a code page of Windows', Buffer.from('pa\xdfwort', 'latin1'), 'not in UTF-8', 'save it as UTF-8'],
  ])('a secret file that is %s', async (name, text, found, remedy) => {
    const path = name.replaceAll(' ', '-')
    if (text !== undefined) file(path, text)
    const said = await check({ ...DUCK, DUCKDNS_TOKEN_FILE: path })
    expect(said).toContain(`DUCKDNS_TOKEN_FILE\n  found     ${path}`)
    for (const part of [found, remedy]) expect(said).toContain(part)
  })

  it.each([
    ['a folder', 'secrets', 'is a folder', 'name an ordinary file'],
    ['a device', '/dev/zero', 'is a device', 'name an ordinary file'],
    ['too large', 'large', 'larger than 1 MiB', 'name the file that holds the text itself'],
    ['of two lines', 'two', 'which holds 2 lines', 'keep the line that is the value'],
    ['a FIFO', 'pipe', 'is a pipe (FIFO), and nobody wrote into it within 5 s', 'start what writes into it'],
  ])('a secret file that is %s: refused', async (_what, path, found, remedy) => {
    if (!existsSync(at('secrets'))) mkdirSync(at('secrets'))
    if (!existsSync(at('pipe'))) execFileSync('mkfifo', [at('pipe')])
    file('large', 'x'.repeat(1_048_577))
    file('two', `${TOKEN}\n${TOKEN}\n`)
    const said = await check({ ...DUCK, DUCKDNS_TOKEN_FILE: path })
    expect(said).toContain(path)
    expect(said).toMatch(new RegExp(`found .*${found.replace(/[()]/g, '\\$&')}\n.*\n  remedy    ${remedy}`))
  })

  it.each([
    ['a secret, by the shell', 'DUCKDNS_TOKEN_FILE=<(echo $TOKEN) $MXHOME config check', DUCK],
    ['the whole, by the shell', '$MXHOME --config <(echo "$YAML") config check', {}],
    ['the whole, later than asked for', '$MXHOME --config <(sleep 0.5; echo "$YAML") config check', {}],
    ['the whole, on stdin', 'echo "$YAML" | $MXHOME --config /dev/stdin config check', {}],
    ['the whole, in a FIFO', 'mkfifo conf; echo "$YAML" > conf & $MXHOME --config conf config check', {}],
    ['.env as a FIFO', 'mkfifo .env; (sleep 0.5; echo "$ENV" > .env) & $MXHOME config check; rm .env', {}],
  ])('what a program hands over in a pipe works: %s', async (_what, shell, base) => {
    const texts = {
      TOKEN,
      MXHOME: `${NODE} ${resolve('dist/mxhome.js')}`,
      YAML: `hosts: anna.duckdns.org\nproviders:\n  - use: duckdns\n    token: ${TOKEN}\n`,
      ENV: Object.entries({ ...DUCK, DUCKDNS_TOKEN: TOKEN })
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    }
    expect(await command('bash', ['-c', shell], { ...base, ...texts })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The configuration is right'),
    })
  })

  it('a quote in .env that nothing closes: told where, and nothing of the value', async () => {
    file('.env', `# ours\nDUCKDNS_TOKEN="${TOKEN}\n`)
    const said = await check(DUCK)
    expect(said).toContain(
      'DUCKDNS_TOKEN\n  found     .env, line 2: a value that begins with " and does not end with it',
    )
  })

  it('a secret file that others can read: a warning, and it works', async () => {
    file('open', TOKEN, 0o644)
    const { code, stdout, stderr } = await run(['config', 'check'], { ...DUCK, DUCKDNS_TOKEN_FILE: 'open' }, {})
    expect(stderr).toMatch(/^The configuration has 1 warning\.$/m)
    expect(stderr).toContain('chmod o-rwx open')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('The configuration is right') })
  })

  it('a secret file with the line end of Windows works', async () => {
    const { more, address } = anew()
    const { DYNDNS2_PASSWORD, ...others } = settings
    file('windows', `${DYNDNS2_PASSWORD}\r\n`)
    const { code } = await run(['update'], { ...more, DYNDNS2_PASSWORD_FILE: 'windows' }, others)
    expect({ code, holds: String(line.service.holds(HOST)) }).toEqual({ code: 0, holds: address })
  })
})
