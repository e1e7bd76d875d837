import { describe, expect, it } from 'vitest'
import { showConfig } from '../../src/config/show-config.ts'
import { ENOUGH, load } from './load.ts'

describe('MXHOME_PROBER', () => {
  it.each([
    ['ssh:server.example.net', { kind: 'ssh', vantage: { ssh: 'server.example.net' } }, 'ssh:server.example.net', []],
    ['SSH:anna@vps', { kind: 'ssh', vantage: { ssh: 'anna@vps' } }, 'ssh:anna@vps', []],
    ['ssh:2001:db8::1', { kind: 'ssh', vantage: { ssh: '2001:db8::1' } }, 'ssh:2001:db8::1', []],
    ['https://p.example', { kind: 'http', url: 'https://p.example/' }, 'https://p.example/', []],
    [
      'https://t0k%2Fen@p.example:8443/ask',
      { kind: 'http', url: 'https://p.example:8443/ask', token: 't0k/en' },
      'https://(hidden)@p.example:8443/ask',
      ['t0k/en'],
    ],
  ])('%s', async (MXHOME_PROBER, prober, shown, hidden) => {
    const { config, problems, secrets, effective } = await load({ env: { ...ENOUGH, MXHOME_PROBER } })
    expect(problems).toEqual([])
    expect(config?.prober).toEqual(prober)
    expect(secrets).toEqual(['abc.s3cr3t', ...hidden])
    expect(effective.find(({ setting }) => setting === 'prober')?.value).toBe(shown)
    for (const secret of hidden) expect(showConfig(effective)).not.toContain(secret)
  })

  it.each([
    ['ssh:-oProxyCommand=evil', 'ssh: and a host', undefined],
    ['ssh:a b', 'ssh: and a host', undefined],
    ['ssh:', 'ssh: and a host', undefined],
    ['ssh://server', 'ssh: and a host', 'write ssh: without slashes'],
    ['server.example.net', 'a URL such as', undefined],
    ['https://user:t0ken-s3cr3t@p.example/', 'a URL such as', 'one token stands before the @, without a colon'],
    ['https://p.example/?key=s3cr3t-key', 'a URL without ? and #', 'a token stands before the @'],
    ['https://t0ken%20s3cr3t@p.example/', 'a token of printable', 'encode it as URLs are (%2F)'],
    ['https://t0ken%E0s3cr3t@p.example/', 'a token of printable', 'encode it as URLs are (%2F)'],
  ])('%s is refused, and no token is shown', async (MXHOME_PROBER, expected, remedy) => {
    const { config, problems } = await load({ env: { ...ENOUGH, MXHOME_PROBER } })
    expect(config).toBeUndefined()
    expect(problems).toMatchObject([{ setting: 'MXHOME_PROBER', remedy }])
    expect(problems[0]?.expected).toContain(expected)
    expect(JSON.stringify(problems)).not.toContain('s3cr3t')
  })
})

describe('MXHOME_DQS_KEY', () => {
  it('is a label, and hidden', async () => {
    const { config, secrets, effective } = await load({ env: { ...ENOUGH, MXHOME_DQS_KEY: 'ABCdef123' } })
    expect([config?.dqsKey, secrets]).toEqual(['abcdef123', ['abc.s3cr3t', 'abcdef123']])
    expect(effective.find(({ setting }) => setting === 'dqsKey')?.value).toBe('(hidden)')
    const { problems } = await load({ env: { ...ENOUGH, MXHOME_DQS_KEY: 'abc.s3cr3t' } })
    expect(problems).toMatchObject([{ setting: 'MXHOME_DQS_KEY', found: '(hidden)' }])
  })
})

describe('MXHOME_DKIM_SELECTORS', () => {
  it('are labels, in lower case, each once', async () => {
    const { config } = await load({ env: { ...ENOUGH, MXHOME_DKIM_SELECTORS: 'Mail, s2026._x, mail' } })
    expect(config?.dkimSelectors).toEqual(['mail', 's2026._x'])
  })

  it.each([
    ['mail._domainkey.example.com', 'give what stands before ._domainkey'],
    ['a b', undefined],
    ['-a', undefined],
  ])('%s is refused', async (MXHOME_DKIM_SELECTORS, remedy) => {
    const { problems } = await load({ env: { ...ENOUGH, MXHOME_DKIM_SELECTORS } })
    expect(problems).toMatchObject([{ setting: 'MXHOME_DKIM_SELECTORS', remedy }])
  })
})

describe('who only asks', () => {
  it('needs no domain and no account', async () => {
    const { config, problems } = await load({ asksOnly: true })
    expect(problems).toEqual([])
    expect(config).toMatchObject({ domains: [], hosts: [], accounts: [], doctorInterval: 86_400_000 })
  })

  it('is told of mistakes all the same', async () => {
    const { config, problems } = await load({ asksOnly: true, env: { MXHOME_OUTBOUND: 'directly' } })
    expect(config).toBeUndefined()
    expect(problems).toMatchObject([{ setting: 'MXHOME_OUTBOUND', remedy: 'did you mean direct?' }])
  })
})
