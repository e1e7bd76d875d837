import { describe, expect, it } from 'vitest'
import { startIonos } from '../../src/demo/ionos-like.ts'
import { HOST, openBadInput, TOKEN } from '../support/bad-input.ts'
import { startBind } from '../support/bind.ts'
import { startCloudflare } from '../support/cloudflare-like.ts'
import { describeWith } from '../support/needs.ts'
import type { Settings } from '../support/program.ts'

const { anew, run, settings } = await openBadInput()

describe('a zone', () => {
  const told = async (more: Settings, code = 1) => {
    const ended = await run(['update'], { ...anew().more, ...more })
    expect(ended.code, ended.stdout + ended.stderr).toBe(code)
    return ended.stdout + ended.stderr
  }

  it('outside those of the account: configuration', async () => {
    const said = await told({ MXHOME_ZONES: 'example.net' }, 78)
    expect(said).toContain(`${HOST}, outside the zones of every account`)
    expect(said).toContain('add its zone to MXHOME_ZONES')
  })

  it('that the account at IONOS does not hold, or may not change', async () => {
    const zones = { 'example.net': [], 'copied.example': [] }
    const service = await startIonos({ apiKey: TOKEN, zones, slaves: ['copied.example'] })
    const account = { MXHOME_PROVIDER: 'ionos', IONOS_API_KEY: TOKEN, IONOS_BASE_URL: service.url }
    const { DYNDNS2_BASE_URL, DYNDNS2_USERNAME, DYNDNS2_PASSWORD, ...others } = settings
    const at = (host: string) => run(['update'], { ...anew().more, ...account, MXHOME_HOSTS: host }, others)
    const missing = await at('mail.example.org')
    expect(missing).toMatchObject({ code: 1, stdout: expect.stringContaining('holds no zone for mail.example.org') })
    const copied = await at('mail.copied.example')
    expect(copied).toMatchObject({ code: 1, stdout: expect.stringContaining('copied from another server') })
    expect(service.requests.filter((request) => !request.startsWith('GET'))).toEqual([])
    await service.stop()
  })

  it('that the account at Cloudflare does not hold', async () => {
    const apiToken = 'Token-0123456789-0123456789-0123456789-01'
    const service = await startCloudflare({ apiToken, zones: { 'example.net': [] } })
    const { DYNDNS2_BASE_URL, DYNDNS2_USERNAME, DYNDNS2_PASSWORD, ...others } = settings
    const account = { MXHOME_PROVIDER: 'cloudflare', CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_BASE_URL: service.url }
    const { code, stdout } = await run(
      ['update'],
      { ...anew().more, ...account, MXHOME_HOSTS: 'mail.example.org' },
      others,
    )
    expect(code, stdout).toBe(1)
    expect(stdout).toMatch(/no zone|holds no/)
    expect(stdout).not.toContain(apiToken)
    await service.stop()
  })
})

describeWith(['named', 'dig', 'nsupdate'], 'a zone at BIND', () => {
  it.each([
    ['is not there', {}, 'mail.example.org', 'does not answer for mail.example.org (REFUSED)'],
    [
      'asks for another secret',
      { RFC2136_KEY_SECRET: Buffer.alloc(32, 'x').toString('base64') },
      'mail.example.net',
      'BADSIG',
    ],
    ['knows no such key', { RFC2136_KEY_NAME: 'hmoe' }, 'mail.example.net', 'it knows no key hmoe'],
  ])('%s', async (_what, wrong, host, found) => {
    const key = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 'k').toString('base64') }
    const bind = await startBind({ zones: [{ apex: 'example.net' }], keys: [key] })
    const before = await bind.axfr('example.net')
    const account = {
      MXHOME_PROVIDER: 'rfc2136',
      RFC2136_SERVER: `${bind.endpoint.address}:${bind.endpoint.port}`,
      RFC2136_KEY_NAME: 'home',
      RFC2136_KEY_SECRET: key.secret,
      MXHOME_HOSTS: host,
      ...wrong,
    }
    const { DYNDNS2_BASE_URL, DYNDNS2_USERNAME, DYNDNS2_PASSWORD, ...others } = settings
    const { code, stdout } = await run(['update'], { ...anew().more, ...account }, others)
    expect({ code, found: stdout.includes(found) }, stdout).toEqual({ code: 1, found: true })
    expect(stdout).not.toContain(account.RFC2136_KEY_SECRET)
    expect(await bind.axfr('example.net')).toEqual(before)
    await bind.stop()
  })
})
