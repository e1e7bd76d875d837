import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import tls from 'node:tls'
import { Failure } from '../core/failure.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The usual certificate authorities and those of a PEM file, as PEM texts. Rejects with a Failure `network` (it passes
 * once the file is put right) when the file cannot be read or holds no certificate.
 */
export async function readAuthorities(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`
    throw complaint(file, found)
  })
  const own = text.match(CERTIFICATE) ?? []
  if (own.length === 0) throw complaint(file, 'holds no certificate')
  for (const [index, pem] of own.entries()) {
    if (!readable(pem)) throw complaint(file, `is damaged at certificate ${index + 1} of ${own.length}`)
  }
  return [...usual(), ...own]
}

const complaint = (file: string, found: string) =>
  new Failure('network', `caBundle: ${file} ${found}; expected a PEM file of certificate authorities`)

// What NODE_EXTRA_CA_CERTS names belongs to the usual ones; Node 20 cannot list it.
const usual = (): readonly string[] => tls.getCACertificates?.('default') ?? tls.rootCertificates

function readable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
