import { readFileSync, rmSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOST, listening, openBadInput } from '../support/bad-input.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needs.ts'
import { makeAuthority } from '../system/certificates.ts'

const { anew, file, line, refusal, run } = await openBadInput()

describe('the network', () => {
  it.each([
    ['nothing listens', () => ({ DYNDNS2_BASE_URL: 'http://127.0.0.1:9' }), 'the connection was refused'],
    ['a name that does not exist', () => ({ DYNDNS2_BASE_URL: 'http://dyn.invalid' }), 'its name does not exist'],
    [
      'no TLS there',
      () => ({ DYNDNS2_BASE_URL: line.service.url.replace('http', 'https') }),
      'does not speak TLS there',
    ],
  ])('the service: %s', async (_what, more, found) => {
    const own = anew()
    const { code, stdout } = await run(['update'], { ...own.more, ...more() })
    expect(code).toBe(75)
    expect(stdout).toContain(found)
    expect(stdout).toMatch(/again at \d\d:\d\d/)
  })

  it('the resolver is down: told, the address is not lost', async () => {
    const { more, address } = anew()
    const down = { ...more, MXHOME_RESOLVERS: '127.0.0.1:9', MXHOME_NAMESERVERS: '', MXHOME_DOMAINS: 'dyn.example' }
    const { code, stdout } = await run(['update'], down)
    expect(code).toBe(75)
    expect(stdout).toContain(
      'mx-unknown: the MX of dyn.example could not be looked up: name server 127.0.0.1:9 refuses',
    )
    expect(stdout).toContain('MXHOME_RESOLVERS')
    expect(stdout).toContain(address)
  })

  it.each([
    [
      'are all down',
      'http:http://127.0.0.1:9/, command:false, command:nosuchprogram',
      [
        'http:http://127.0.0.1:9: the connection was refused',
        'ended with exit code 1',
        'nosuchprogram could not be started: it is not there',
      ],
    ],
    ['disagree', 'static:203.0.113.7, static:203.0.113.8', ['the sources disagree (static:203.0.113.7: 203.0.113.7; ']],
    [
      'give an address of carrier-grade NAT',
      'command:echo 100.64.3.4',
      [
        '100.64.3.4 is not public: Shared Address Space (100.64.0.0/10, RFC 6598), carrier-grade',
        'ask the ISP for a public address',
      ],
    ],
    [
      'give a private address',
      'static:192.168.178.20',
      ['Private-Use (192.168.0.0/16, RFC 1918)', 'MXHOME_IP_SOURCES=auto'],
    ],
    ['give no address', 'command:echo hello', ['the answer holds no IPv4 address, expected exactly one']],
  ])('the address sources %s: nothing is sent, each is told of', async (_what, sources, parts) => {
    const { more } = anew()
    const { requests } = line.service.counters
    const { code, stdout } = await run(['update'], { ...more, MXHOME_IP_SOURCES: sources })
    const text = stdout.replaceAll(/\s+/g, ' ')
    for (const part of ['the IPv4 address is unknown', ...parts]) expect(text).toContain(part)
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
    const asked = await run(['ip'], { ...more, MXHOME_IP_SOURCES: sources })
    expect(asked).toMatchObject({ code: 75, stdout: expect.stringContaining('IPv4: unknown') })
  })
})

describeWith(['openssl'], 'a certificate', () => {
  let authority: ReturnType<typeof makeAuthority>
  beforeAll(() => {
    authority = makeAuthority()
    file('own.pem', '')
  })
  afterAll(() => rmSync(authority.dir, { recursive: true }))

  /** The service behind TLS; what it is asked goes to the strict one. */
  const behind = async (certificate: { readonly cert: string; readonly key: string }) => {
    const server = createTlsServer(certificate, async ({ url, headers }, response) => {
      const { authorization = '', 'user-agent': agent = '' } = headers
      const answer = await fetch(line.service.url + url, { headers: { authorization, 'user-agent': agent } })
      response.writeHead(answer.status).end(await answer.text())
    })
    const port = await freePort()
    await listening(server, port)
    return { url: `https://127.0.0.1:${port}`, close: () => server.closeAllConnections() ?? server.close() }
  }

  it.each([
    ['expired', () => authority.issue('IP:127.0.0.1', '20200101000000Z', '20210101000000Z'), 'has expired'],
    ['not valid yet', () => authority.issue('IP:127.0.0.1', '20980101000000Z'), 'is not valid yet'],
    ['for another name', () => authority.issue('DNS:other.example'), 'is for another name: DNS:other.example'],
  ])('%s: not trusted, nothing sent', async (_what, make, found) => {
    const service = await behind(make())
    const { requests } = line.service.counters
    const { more } = anew()
    const trusted = { DYNDNS2_BASE_URL: service.url, DYNDNS2_CA_BUNDLE: authority.caFile }
    const { code, stdout } = await run(['update'], { ...more, ...trusted })
    expect({ code, requests: line.service.counters.requests }).toEqual({ code: 75, requests })
    expect(stdout).toContain(`its certificate ${found}`)
    service.close()
  })

  it.each([
    ['of an authority of their own', () => authority.issue('IP:127.0.0.1'), 'comes from an unknown authority'],
    ['self-signed', () => authority.selfSigned('IP:127.0.0.1'), 'is self-signed'],
  ])('%s: caBundle makes it work', async (_what, make, found) => {
    const certificate = make()
    const service = await behind(certificate)
    const { more, address } = anew()
    const refused = await run(['update'], { ...more, DYNDNS2_BASE_URL: service.url })
    expect(refused.stdout).toContain(`its certificate ${found}; if that is right, name it by caBundle`)
    expect(refused.code).toBe(75)

    file('own.pem', certificate.cert + readFileSync(authority.caFile, 'utf8'))
    const trusted = { ...more, DYNDNS2_BASE_URL: service.url, DYNDNS2_CA_BUNDLE: 'own.pem' }
    expect((await run(['--force'], trusted)).code).toBe(0)
    expect(String(line.service.holds(HOST))).toBe(address)
    service.close()
  })

  it('a bundle that is none', async () => {
    file('own.pem', 'hello')
    const said = await refusal(78, ['config', 'check'], { DYNDNS2_CA_BUNDLE: 'own.pem' })
    expect(said).toContain('own.pem, which holds no certificate')
    expect(await refusal(78, ['config', 'check'], { DYNDNS2_CA_BUNDLE: 'none.pem' })).toContain(
      'none.pem: no such file',
    )
  })
})
