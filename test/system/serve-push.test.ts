import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { serve } from '../../src/system/serve.ts'
import { endpoint } from '../support/config.ts'
import { openFolder } from '../support/program.ts'
import { makeAuthority } from './certificates.ts'

const folder = openFolder()
const end = new AbortController()
afterEach(() => {
  end.abort()
  folder.leave()
})
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
  for (const [what, wrong] of [
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
