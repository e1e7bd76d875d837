import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

const FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id']

/** A number in [0, 2^32) that stays the same on this machine. It is hashed: machine-id(5) wants the id itself kept private. */
export function machineNumber(files: readonly string[] = FILES): number {
  const id = files.map(read).find((text) => /^[0-9a-f]{32}$/.test(text)) ?? hostname()
  return createHash('sha256').update(`mxhome ${id}`).digest().readUInt32BE(0)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
