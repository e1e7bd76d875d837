import { Failure } from '../../core/failure.ts'
import type { Reply } from '../ask/smtp.ts'

/** RFC 5321 4.5.3.1.5 allows 512; extensions say more. */
const MOST_LINE = 4096
const MOST_REPLY = 64 * 1024

/** What came after the reply's end: nothing, unless the server speaks out of turn. */
export interface Heard {
  readonly reply: Reply
  readonly rest: string
}

/**
 * Takes the text of one reply piece by piece, one character an octet (latin1); gives the reply once its last line is there.
 * Throws a Failure `protocol` for what no SMTP server says. Nothing but printable ASCII comes out.
 */
export function replyReader(): (text: string) => Heard | undefined {
  const lines: string[] = []
  let code: string | undefined
  let partial = ''
  let length = 0
  return (text) => {
    length += text.length
    let rest = partial + text
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '')
      rest = rest.slice(end + 1)
      if (end > MOST_LINE) throw tooLong(MOST_LINE, 'a line')
      const parts = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line)
      if (!parts) throw new Failure('protocol', `no SMTP server speaks like that: "${quoted(line)}"`)
      code ??= parts[1]!
      if (parts[1] !== code) throw new Failure('protocol', `one reply has two codes, ${code} and ${parts[1]}`)
      lines.push(printable(parts[3] ?? ''))
      if (parts[2] !== '-') return { reply: { code: Number(code), lines }, rest }
      if (length > MOST_REPLY) break
    }
    if (length > MOST_REPLY) throw tooLong(MOST_REPLY, 'a reply')
    if (rest.length > MOST_LINE) throw tooLong(MOST_LINE, 'a line')
    partial = rest
    return undefined
  }
}

const tooLong = (most: number, what: string) => new Failure('protocol', `${what} has more than ${most} bytes`)

/** For messages: no control character, no byte beyond ASCII, not too long. */
export const quoted = (text: string): string =>
  text.length > 160 ? `${printable(text).slice(0, 160)}...` : printable(text)

export const printable = (text: string): string => text.replace(/\t/g, ' ').replace(/[^\x20-\x7e]/g, '?')

/** `550 5.1.1 no such user` */
export const replyText = ({ code, lines }: Reply): string => quoted(`${code} ${lines.join(' ')}`.trim())

/** The name that a greeting begins with, lower case; empty: none (RFC 5321 4.2). */
export const nameIn = ({ lines }: Reply): string =>
  (lines[0] ?? '').trim().split(' ', 1)[0]!.toLowerCase().replace(/\.$/, '')
