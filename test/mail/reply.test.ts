import { describe, expect, it } from 'vitest'
import { nameIn, quoted, replyReader, replyText } from '../../src/mail/smtp/reply.ts'

const read = (...pieces: readonly string[]) => {
  const take = replyReader()
  return pieces.map(take).at(-1)
}

describe('one reply of an SMTP server', () => {
  it.each([
    ['220 mx.example.com ESMTP\r\n', { code: 220, lines: ['mx.example.com ESMTP'] }],
    ['220\r\n', { code: 220, lines: [''] }],
    ['220 mx.example.com\n', { code: 220, lines: ['mx.example.com'] }],
    ['250-mx\r\n250-SIZE 1\r\n250 HELP\r\n', { code: 250, lines: ['mx', 'SIZE 1', 'HELP'] }],
    ['250-mx\r\n250\r\n', { code: 250, lines: ['mx', ''] }],
    ['220 M\xc3\xbcller\x1b[31m\x07\x00\tx\r\n', { code: 220, lines: ['M??ller?[31m?? x'] }],
  ])('%j', (text, reply) => {
    expect(read(text)).toEqual({ reply, rest: '' })
    expect(read(...text)).toEqual({ reply, rest: '' })
  })

  it('keeps what came after it', () => {
    expect(read('220 go\r\n250 injected\r\n')).toMatchObject({ rest: '250 injected\r\n' })
  })

  it.each(['', '220', '220 mx', '220-mx\r\n', '220-mx\r\n220 y'])('waits for more after %j', (text) => {
    expect(read(text)).toBeUndefined()
  })

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'no SMTP server speaks like that: "HTTP/1.1 400 Bad Request"'],
    ['\r\n', 'no SMTP server speaks like that: ""'],
    ['99 x\r\n', 'no SMTP server speaks like that: "99 x"'],
    ['199 x\r\n', 'no SMTP server speaks like that: "199 x"'],
    ['600 x\r\n', 'no SMTP server speaks like that: "600 x"'],
    ['2200 x\r\n', 'no SMTP server speaks like that: "2200 x"'],
    ['220+x\r\n', 'no SMTP server speaks like that: "220+x"'],
    ['\x00\xff\x1b]0;x\x07\r\n', 'no SMTP server speaks like that: "???]0;x?"'],
    ['250-a\r\n251 b\r\n', 'one reply has two codes, 250 and 251'],
    [`220 ${'x'.repeat(4100)}\r\n`, 'a line has more than 4096 bytes'],
    ['x'.repeat(4097), 'a line has more than 4096 bytes'],
    ['220-x\r\n'.repeat(10_000), 'a reply has more than 65536 bytes'],
  ])('refuses %#: %s', (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ kind: 'protocol', message }))
    const pieces = text.match(/.{1,1000}/gs)!
    expect(() => read(...pieces)).toThrow(expect.objectContaining({ kind: 'protocol', message }))
  })

  it('takes a reply that ends within the limit, whatever follows it in the same piece', () => {
    expect(read(`220 x\r\n${'y'.repeat(5000)}`)).toMatchObject({ reply: { code: 220 } })
  })

  it('is quoted short', () => {
    expect(replyText({ code: 550, lines: ['5.1.1 no', 'such user'] })).toBe('550 5.1.1 no such user')
    expect(quoted('x'.repeat(1000))).toBe(`${'x'.repeat(160)}...`)
  })

  it.each([
    ['mx.Example.com. ESMTP', 'mx.example.com'],
    ['  mx ready', 'mx'],
    ['', ''],
  ])('%j names %s', (line, name) => {
    expect(nameIn({ code: 220, lines: [line] })).toBe(name)
  })
})
