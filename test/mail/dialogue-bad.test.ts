import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { hangUp, last, type Part, silence } from '../support/smtp-server.ts'
import { ask, stopServers, why } from './asking-smtp.ts'

afterEach(stopServers)

describe('an SMTP server that misbehaves', () => {
  const many = (line: string) => (socket: Socket) => {
    const more = () => {
      while (socket.writable && socket.write(line));
    }
    socket.on('drain', more)
    more()
  }
  it.each<[string, Part, Record<string, unknown>, boolean]>([
    ['silence', { greeting: silence }, { kind: 'network', message: 'no greeting within 0.3 s' }, false],
    ['hanging up at once', { greeting: hangUp }, { message: 'the connection was closed before the greeting' }, false],
    ['half a greeting', { greeting: '220 mx' }, { kind: 'network', message: 'no greeting within 0.3 s' }, false],
    ['a line of 1 MB', { greeting: `220 ${'x'.repeat(1e6)}\r\n` }, { kind: 'protocol' }, false],
    ['a greeting without end', { greeting: many('220-and more\r\n') }, { kind: 'protocol' }, false],
    [
      'a slow one without end',
      { greeting: (socket) => void setInterval(() => socket.write('220-x\r\n'), 20).unref() },
      { message: 'no greeting within 0.3 s' },
      false,
    ],
    [
      'nonsense',
      { greeting: '\x1b[2J\x00\x07\r\n' },
      { kind: 'protocol', message: 'no SMTP server speaks like that: "?[2J??"' },
      false,
    ],
    [
      'a second greeting',
      { greeting: '220 mx\r\n220 mx\r\n' },
      { kind: 'protocol', message: 'the server went on speaking before EHLO' },
      true,
    ],
    [
      'hanging up at EHLO',
      { replies: { EHLO: hangUp } },
      { message: 'the connection was closed before the reply to EHLO' },
      true,
    ],
    [
      'silence at EHLO',
      { replies: { EHLO: silence } },
      { kind: 'network', message: 'no reply to EHLO within 0.2 s' },
      true,
    ],
    ['two codes at EHLO', { replies: { EHLO: '250-mx\r\n500 x\r\n' } }, { kind: 'protocol' }, true],
    [
      'hanging up at MAIL',
      { replies: { MAIL: hangUp } },
      { message: 'the connection was closed before the reply to MAIL' },
      true,
    ],
    [
      'hanging up at RCPT',
      { replies: { RCPT: hangUp } },
      { message: 'the connection was closed before the reply to RCPT' },
      true,
    ],
    [
      'hanging up at RSET',
      { replies: { RSET: hangUp } },
      { message: 'the connection was closed before the reply to RSET' },
      true,
    ],
  ])('%s: ended, with the reason', async (_, part, reason, greeted) => {
    const { seen, heard } = await ask(part)
    expect(why(seen)).toMatchObject(reason)
    expect(heard.length > 0).toBe(greeted)
  })

  it('hanging up at QUIT is no fault', async () => {
    const { seen } = await ask({ replies: { QUIT: hangUp } })
    expect(seen.ended).toBeUndefined()
  })

  const offer = '250-mx\r\n250 STARTTLS\r\n'
  it.each<[string, Part['replies'], Record<string, unknown>]>([
    [
      'plain text after STARTTLS',
      { STARTTLS: '220 go\r\n250 injected\r\n' },
      { kind: 'protocol', message: 'the server went on in plain text after its reply to STARTTLS' },
    ],
    [
      'plain text in place of a handshake',
      {
        STARTTLS: (socket) => {
          socket.removeAllListeners('data')
          socket.once('data', () => socket.write('500 5.5.1 what?\r\n'))
          socket.write('220 go\r\n')
        },
      },
      { kind: 'protocol', message: 'port 25 of 127.0.0.1 does not speak TLS where a handshake was due' },
    ],
    ['hanging up in the handshake', { STARTTLS: last('220 go\r\n') }, { kind: 'network' }],
    [
      'silence in the handshake',
      {
        STARTTLS: (socket) => {
          socket.removeAllListeners('data')
          socket.write('220 go\r\n')
        },
      },
      { kind: 'network', reason: 'silent' },
    ],
  ])('%s: no TLS, and nothing more is said', async (_, replies, reason) => {
    const { seen, heard } = await ask({ replies: { EHLO: offer, ...replies } })
    expect(seen.starttls).toMatchObject({ reply: { code: 220 } })
    const { tls } = seen.starttls!
    expect(tls).toBeInstanceOf(Failure)
    expect({ ...(tls as Failure), message: (tls as Failure).message.replace(/port \d+/, 'port 25') }).toMatchObject(
      reason,
    )
    expect(seen.ended).toBe(tls)
    expect(heard).toEqual(['EHLO [203.0.113.7]', 'STARTTLS'])
  })
})
