import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, afterEach, expect, it } from 'vitest'
import { serve } from '../../src/system/serve.ts'
import { endpoint } from '../support/config.ts'
import { openFolder } from '../support/program.ts'
import { makeAuthority } from './certificates.ts'

const folder = openFolder()
let end = new AbortController()
afterEach(() => {
  end.abort()
  end = new AbortController()
})
afterAll(() => folder.leave())
const file = (name: string, text: string) => {
  writeFileSync(join(folder.path, name), text)
  return join(folder.path, name)
}

it('says of PEM files that do not belong together, are none, or are not there, what is expected', async () => {
  const [one, other] = [makeAuthority().issue('IP:127.0.0.1'), makeAuthority().issue('IP:127.0.0.1')]
  const [cert, key] = [file('one.pem', one.cert), file('one.key', one.key)]
  const listen = (certificate: string, secret: string) =>
    serve(
      {
        ...{ at: { ...endpoint('127.0.0.1'), port: 0 }, tls: { certificate, key: secret }, maxBytes: 0 },
        allows: () => true,
      },
      async () => ({ status: 200 }),
      end.signal,
    )
  const belong = expect.stringContaining('expected two PEM files that belong together')
  const rsa = execFileSync('openssl', ['genrsa', '2048'], { encoding: 'utf8', stdio: 'pipe' })
  for (const [what, wrong] of [
    ['of another kind', file('rsa.key', rsa)],
    ['of another', file('other.key', other.key)],
    ['text', file('text.key', 'no key')],
    ['empty', file('empty.key', '')],
  ] as const) {
    await expect(listen(cert, wrong), what).rejects.toMatchObject({ kind: 'unsupported', message: belong })
  }
  await expect(listen(join(folder.path, 'none'), key)).rejects.toMatchObject({
    kind: 'unsupported',
    message: `${join(folder.path, 'none')} does not exist; expected a PEM file`,
  })
  expect((await listen(cert, key)).port).toBeGreaterThan(0)
})

it('takes a certificate that was renewed, without an end of what stands; with one that is none it goes on as it was', async () => {
  const [one, other] = [makeAuthority().issue('IP:127.0.0.1'), makeAuthority().issue('IP:127.0.0.1')]
  const [certificate, key] = [file('now.pem', one.cert), file('now.key', one.key)]
  const at = { ...endpoint('127.0.0.1'), port: 0 }
  const place = { at, tls: { certificate, key }, maxBytes: 0, allows: () => true }
  const { port, renew } = await serve(place, async () => ({ status: 200 }), end.signal)
  const caller = async () => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return { socket, shown: new X509Certificate(socket.getPeerCertificate().raw).fingerprint256 }
  }
  const finger = (pem: string) => new X509Certificate(pem).fingerprint256
  const first = await caller()
  expect(first.shown).toBe(finger(one.cert))
  file('now.pem', other.cert) // its key is not there yet
  await expect(renew!()).rejects.toMatchObject({ kind: 'unsupported' })
  expect((await caller()).shown).toBe(finger(one.cert))
  file('now.key', other.key)
  await renew!()
  expect((await caller()).shown).toBe(finger(other.cert))
  first.socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  expect(String((await once(first.socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200/)
})

it('has nothing to renew where it is plain HTTP', async () => {
  const place = { at: { ...endpoint('127.0.0.1'), port: 0 }, maxBytes: 0, allows: () => true }
  expect(await serve(place, async () => ({ status: 200 }), end.signal)).not.toHaveProperty('renew')
})
