import { describe, expect, it } from 'vitest'
import { ENOUGH, load } from './load.ts'

describe("an adapter's settings", () => {
  it('are named after the id: hyphens, digits, the longest id', async () => {
    const key = { IONOS_API_KEY: 'not this one' }
    const dyndns = await load({
      env: { ...key, MXHOME_DOMAINS: 'a.example', MXHOME_PROVIDER: 'ionos-dyndns', IONOS_DYNDNS_UPDATE_URL: 'u' },
    })
    expect(dyndns.config?.accounts[0]?.settings).toEqual({ updateUrl: 'u' })
    const digits = await load({ env: { MXHOME_DOMAINS: 'a.example', MXHOME_PROVIDER: '1984', DNS_1984_API_KEY: 'k' } })
    expect(digits.config?.accounts[0]?.settings).toEqual({ apiKey: 'k' })
    const ionos = await load({ env: { ...ENOUGH, IONOS_DYNDNS_UPDATE_URL: 'u', NOIP_ANYTHING: 'x' } })
    expect(ionos.problems).toEqual([])
  })

  it('become numbers and booleans where the adapter wants them', async () => {
    const env = {
      MXHOME_DOMAINS: 'a.example',
      MXHOME_PROVIDER: 'manysided',
      MANYSIDED_TOKEN: 't-1',
      MANYSIDED_PORT: '53',
      MANYSIDED_FAST: 'off',
    }
    const { config, problems } = await load({ env })
    expect(problems).toEqual([])
    expect(config?.accounts[0]?.settings).toEqual({ token: 't-1', port: 53, fast: false })
  })

  it('may have alternatives', async () => {
    const env = {
      MXHOME_DOMAINS: 'a.example',
      MXHOME_PROVIDER: 'either',
      EITHER_EMAIL: 'me@a.example',
      EITHER_KEY: 'k',
    }
    expect((await load({ env })).config?.accounts[0]?.settings).toEqual({ email: 'me@a.example', key: 'k' })
  })

  it('keep the spaces of a secret, and lose the line breaks of its file, with or without a carriage return', async () => {
    const of = async (content: string) => {
      const { config } = await load({
        env: { MXHOME_DOMAINS: 'a.example', MXHOME_PROVIDER: 'ionos', IONOS_API_KEY_FILE: '/k' },
        files: { '/k': content },
      })
      return config?.accounts[0]?.settings
    }
    expect(await of(' a b \r\n')).toEqual({ apiKey: ' a b ' })
    expect(await of('\uFEFFa\n\n')).toEqual({ apiKey: 'a' })
    expect(await of('a')).toEqual({ apiKey: 'a' })
  })
})
