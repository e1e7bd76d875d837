import type { Buffer } from 'node:buffer'
import { EDE, OPT } from './code-points.ts'
import type { Extent } from './rdata.ts'
import type { Writer } from './writer.ts'

/** What passes nearly every path without fragments (DNS flag day 2020). */
const PAYLOAD = 1232

/** The OPT record (RFC 6891 6.1), with flags and extended errors. */
export function writeOpt(writer: Writer, flags: number, extendedErrors: readonly number[] = []): void {
  writer.u8(0)
  for (const word of [OPT, PAYLOAD, 0, flags]) writer.u16(word)
  writer.sized(() => {
    for (const error of extendedErrors) for (const word of [EDE, 2, error]) writer.u16(word)
  })
}

/** INFO-CODEs in an OPT record, each once. Options that go beyond it are none: the answer beside them is sound. */
export function extendedErrorsOf(bytes: Buffer, { at: start, end }: Extent): readonly number[] {
  const found = new Set<number>()
  for (let at = start; at + 4 <= end; ) {
    const [code, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)]
    const next = at + 4 + length
    if (next > end) break
    if (code === EDE && length >= 2) found.add(bytes.readUInt16BE(at + 4))
    at = next
  }
  return [...found]
}
