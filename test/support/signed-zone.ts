import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface SignedZone {
  readonly apex: string
  /** The whole zone in master file syntax. */
  readonly text: string
  /** Its DS record, for the zone above or as a trust anchor. */
  readonly ds: string
}

/** Signs a zone by dnssec-signzone, with one key; `end` as it takes it: `20200201000000` is long ago. */
export async function signZone(apex: string, text: string, end = 'now+2592000'): Promise<SignedZone> {
  const folder = await mkdtemp(join(tmpdir(), 'mxhome-signed-'))
  const inside = { cwd: folder }
  try {
    await writeFile(join(folder, 'zone'), text)
    const generated = await run(
      'dnssec-keygen',
      ['-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', '-n', 'ZONE', apex],
      inside,
    )
    const key = generated.stdout.trim()
    await run(
      'dnssec-signzone',
      ['-S', '-z', '-P', '-s', '20200101000000', '-e', end, '-o', apex, '-f', 'signed', 'zone'],
      inside,
    )
    const { stdout } = await run('dnssec-dsfromkey', ['-2', `${key}.key`], inside)
    return { apex, text: await readFile(join(folder, 'signed'), 'utf8'), ds: stdout.trim() }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
