import { describe, expect, it } from 'vitest'
import { rowsOf } from '../support/problem-rows.ts'
import { ENOUGH, load, withAccount } from './load.ts'

const LISTEN = { MXHOME_PUSH_LISTEN: '192.168.178.20:8000' }
const LOGIN = { MXHOME_PUSH_USERNAME: 'router', MXHOME_PUSH_PASSWORD: 'l0ng:en0ugh' }
const withEnv = (env: Record<string, string>) => load({ env: { ...ENOUGH, ...env } })

describe('where the router tells its address', () => {
  it('is off, and then a login alone is no fault', async () => {
    expect((await withEnv(LOGIN)).config?.push.listen).toBe('off')
  })

  it('does not open without user name and password', async () => {
    const choose = 'choose one, while MXHOME_PUSH_LISTEN is set; enter the same in the router'
    const [user, word] = [
      ['MXHOME_PUSH_USERNAME', 'nothing', 'a user name', choose],
      ['MXHOME_PUSH_PASSWORD', 'nothing', 'a password', choose],
    ]
    const { MXHOME_PUSH_USERNAME, MXHOME_PUSH_PASSWORD } = LOGIN
    expect(rowsOf(await withEnv(LISTEN))).toEqual([user, word])
    expect(rowsOf(await withEnv({ ...LISTEN, MXHOME_PUSH_USERNAME }))).toEqual([word])
    expect(rowsOf(await withEnv({ ...LISTEN, MXHOME_PUSH_PASSWORD }))).toEqual([user])
    expect(rowsOf(await withEnv({ ...LISTEN, ...LOGIN }))).toEqual([])
  })

  it('says of a source push without it what to set', async () => {
    const remedy =
      'set MXHOME_PUSH_LISTEN to an address of this machine on the local network, with MXHOME_PUSH_USERNAME and MXHOME_PUSH_PASSWORD; or leave push out'
    expect(rowsOf(await withEnv({ MXHOME_IP_SOURCES: 'auto, push' }))).toEqual([
      ['MXHOME_IP_SOURCES', 'push, while MXHOME_PUSH_LISTEN is off', 'a source that can be heard', remedy],
    ])
    expect(rowsOf(await withEnv({ MXHOME_IP_SOURCES: 'push', ...LISTEN, ...LOGIN }))).toEqual([])
  })

  it('says so of each line that has it, and of none that has not', async () => {
    const lines = 'lines: {dsl: {ipSources: [interface, push]}, lte: {interface: wwan0}}\n'
    const found = 'push, while push.listen is off'
    const at = async (yaml: string) =>
      (await load({ yaml: withAccount(yaml) })).problems.map((one) => [one.setting, one.found])
    expect(await at(lines)).toEqual([['lines.dsl.ipSources', found]])
    expect(await at(`${lines}ipSources: [push]\n`), 'lte has them of there').toEqual([
      ['lines.dsl.ipSources', found],
      ['ipSources', found],
    ])
    const own = 'lines: {dsl: {ipSources: [interface]}, lte: {ipSources: [upnp], interface: wwan0}}\n'
    expect(await at(`${own}ipSources: [push]\n`), 'no line uses it').toEqual([])
  })

  it.each([
    [{ MXHOME_PUSH_LISTEN: '127.0.0.1:8245' }],
    [
      {
        MXHOME_PUSH_LISTEN: '192.168.178.20:8000',
        MXHOME_LISTEN: '[::]:8000',
        MXHOME_LISTEN_TOKEN: 'long-enough-for-one',
      },
    ],
    [
      {
        MXHOME_PUSH_LISTEN: '192.168.178.20:8000',
        MXHOME_LISTEN: '0.0.0.0:8000',
        MXHOME_LISTEN_TOKEN: 'long-enough-for-one',
      },
    ],
  ])('has a port of its own, beside the health endpoint (%o)', async (env) => {
    const row = ['MXHOME_PUSH_LISTEN', expect.stringMatching(/^port \d+, where MXHOME_LISTEN has/), 'a port of its own']
    expect(rowsOf(await withEnv({ ...LOGIN, ...env }))).toEqual([[...row, expect.stringContaining('8246')]])
  })

  it('says which of both to move where it has its usual port', async () => {
    const health = { MXHOME_LISTEN: '0.0.0.0:8246', MXHOME_LISTEN_TOKEN: 'long-enough-for-one' }
    const rows = rowsOf(await withEnv({ ...LOGIN, ...health, MXHOME_PUSH_LISTEN: '192.168.178.20' }))
    expect(rows.map((row) => row.at(-1))).toEqual(['choose another port for MXHOME_LISTEN'])
  })

  it('may have the same port at another address', async () => {
    expect(rowsOf(await withEnv({ ...LOGIN, MXHOME_PUSH_LISTEN: '192.168.178.20:8245' }))).toEqual([])
    const health = { MXHOME_LISTEN: '0.0.0.0:8000', MXHOME_LISTEN_TOKEN: 'long-enough-for-one' }
    expect(rowsOf(await withEnv({ ...LOGIN, ...health, MXHOME_PUSH_LISTEN: '[fd00::20]:8000' }))).toEqual([])
  })

  it('takes a certificate and its key, or neither', async () => {
    const pair = 'for HTTPS set both, for plain HTTP neither'
    const all = { ...LISTEN, ...LOGIN }
    expect(rowsOf(await withEnv({ ...all, MXHOME_PUSH_KEY: '/k' }))).toEqual([
      ['MXHOME_PUSH_CERTIFICATE', 'nothing', 'a certificate beside MXHOME_PUSH_KEY', pair],
    ])
    expect(rowsOf(await withEnv({ ...all, MXHOME_PUSH_CERTIFICATE: '/c' }))).toEqual([
      ['MXHOME_PUSH_KEY', 'nothing', 'a private key beside MXHOME_PUSH_CERTIFICATE', pair],
    ])
  })

  it.each([
    [
      { MXHOME_PUSH_PASSWORD: 'short' },
      ['MXHOME_PUSH_PASSWORD', '(hidden)', 'at least 8 printable ASCII characters without spaces'],
    ],
    [
      { MXHOME_PUSH_USERNAME: 'a:b' },
      ['MXHOME_PUSH_USERNAME', '"a:b"', 'printable ASCII characters without spaces and colons'],
    ],
    [
      { MXHOME_PUSH_LISTEN: ':8246' },
      ['MXHOME_PUSH_LISTEN', '":8246"', 'ADDRESS:PORT such as 192.168.178.20:8246, or off'],
    ],
  ])('refuses %j, and says nothing more about it', async (wrong, row) => {
    expect(rowsOf(await withEnv({ ...LISTEN, ...LOGIN, ...wrong }))).toEqual([row])
  })

  it('hides the password from every message, also as HTTP sends it', async () => {
    const { secrets } = await withEnv({ ...LISTEN, ...LOGIN })
    expect(secrets).toContain('l0ng:en0ugh')
    expect(secrets).toContain(Buffer.from('router:l0ng:en0ugh').toString('base64'))
    expect((await withEnv({})).secrets).toEqual(['abc.s3cr3t'])
  })

  it('reads the same from YAML, and the password from a file', async () => {
    const yaml = withAccount('push: {listen: "[fd00::20]", username: router}\n')
    const env = { MXHOME_PUSH_PASSWORD_FILE: '/secret' }
    const { config, problems } = await load({ yaml, env, files: { '/secret': 'l0ng:en0ugh\n' } })
    expect(problems).toEqual([])
    expect(config?.push).toEqual({
      listen: { address: 'fd00::20', port: 8246 },
      username: 'router',
      password: 'l0ng:en0ugh',
    })
  })

  it('knows its keys', async () => {
    expect(rowsOf(await load({ yaml: withAccount('push: {listne: off}\n') }))).toEqual([
      ['push.listne', 'an unknown key', 'a known key', 'did you mean listen?'],
    ])
    expect(rowsOf(await load({ yaml: withAccount('push: 192.168.178.20\n') }))).toEqual([
      ['push', 'text', 'a map such as {listen: 192.168.178.20, username: router, password: ...}'],
    ])
  })
})
