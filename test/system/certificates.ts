import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** An authority of our own and certificates that it signed, made by openssl in a folder of their own. */
export function makeAuthority() {
  const dir = mkdtempSync(join(tmpdir(), 'mxhome-ca-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=mxhome test authority',
  )
  writeFileSync(join(dir, 'serial'), '01')
  writeFileSync(join(dir, 'index.txt'), '')
  writeFileSync(
    join(dir, 'ca.cnf'),
    '[ca]\ndefault_ca=c\n[c]\ndir=.\nnew_certs_dir=.\ndatabase=index.txt\nserial=serial\ndefault_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=copy\n[p]\ncommonName=supplied\n',
  )
  let nth = 0
  /** `names` as in subjectAltName: `DNS:localhost,IP:127.0.0.1`; times as `YYYYMMDDHHMMSSZ`. */
  function issue(names: string, from = '20200101000000Z', to = '20991231235959Z'): Certificate {
    const name = `leaf${nth++}`
    openssl(
      'req',
      '-new',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      '/CN=leaf',
      '-addext',
      `subjectAltName=${names}`,
    )
    const times = ['-startdate', from, '-enddate', to]
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      ...times,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-notext',
    )
    return { cert: readFileSync(join(dir, `${name}.pem`), 'utf8'), key: readFileSync(join(dir, `${name}.key`), 'utf8') }
  }
  function selfSigned(names: string): Certificate {
    const name = `self${nth++}`
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '30',
      '-subj',
      '/CN=self',
      '-addext',
      `subjectAltName=${names}`,
    )
    return { cert: readFileSync(join(dir, `${name}.pem`), 'utf8'), key: readFileSync(join(dir, `${name}.key`), 'utf8') }
  }
  return { dir, caFile: join(dir, 'ca.pem'), issue, selfSigned }
}
