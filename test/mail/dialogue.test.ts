import { afterEach, beforeAll, expect, it } from 'vitest'
import { LIMITS } from '../../src/mail/smtp/dialogue.ts'
import { examine } from '../../src/mail/smtp/examine.ts'
import { openClock } from '../../src/system/clock.ts'
import { openTcp } from '../../src/system/tcp.ts'
import { describeWith } from '../support/needs.ts'
import { last, leadTo, type Part, silence, startSmtp } from '../support/smtp-server.ts'
import { type Certificate, makeAuthority } from '../system/certificates.ts'
import { ask, never, QUICK, stopServers, WAY, WISH, why } from './asking-smtp.ts'

afterEach(stopServers)

const TO_POSTMASTER = ['MAIL FROM:<>', 'RCPT TO:<postmaster@example.com>', 'RSET']

describeWith(['openssl'], 'a dialogue with an SMTP server', () => {
  let certificate: Certificate
  let other: Certificate
  beforeAll(() => {
    const authority = makeAuthority()
    certificate = authority.issue('DNS:mx.example.com')
    other = authority.selfSigned('DNS:mx.example.com')
  })

  it('asks what it may, and leaves', async () => {
    const { seen, heard } = await ask({})
    expect(heard).toEqual(['EHLO [203.0.113.7]', ...TO_POSTMASTER, 'QUIT'])
    expect(seen).toEqual({
      greeting: { code: 220, lines: ['mx.example.com ESMTP'] },
      ehlo: { code: 250, lines: ['mx.example.com', 'SIZE 10240000'] },
      capabilities: ['SIZE 10240000'],
      postmaster: { code: 250, lines: ['2.1.5 Ok'] },
      ...{ starttls: undefined, unknownRecipient: undefined, relay: undefined, ended: undefined },
    })
  })

  it('goes on under TLS, from the EHLO on', async () => {
    const { seen, heard } = await ask({ tls: certificate })
    const inside = ['EHLO [203.0.113.7]', ...TO_POSTMASTER, 'QUIT'].map((line) => `tls ${line}`)
    expect(heard).toEqual(['EHLO [203.0.113.7]', 'STARTTLS', ...inside])
    expect(seen).toMatchObject({
      capabilities: ['STARTTLS', 'SIZE 10240000'],
      starttls: { reply: { code: 220 }, tls: { protocol: 'TLSv1.3', untrusted: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } },
      ended: undefined,
    })
  })

  it('a self-signed certificate ends nothing', async () => {
    const { seen } = await ask({ tls: other })
    expect(seen).toMatchObject({ starttls: { tls: { untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }, ended: undefined })
  })

  it('a recipient that cannot exist, and relaying as a stranger, only when they are wished for', async () => {
    const replies = {
      'MAIL FROM:<mxhome-doctor@example.com>': '550 5.1.8 Sender refused\r\n',
      'RCPT TO:<mxhome-doctor@example.net>': '554 5.7.1 Relay access denied\r\n',
    }
    const { seen, heard } = await ask({ replies }, { tests: { abuse: true }, way: { stranger: true } })
    const nobody = `RCPT TO:<mxhome-doctor-i@example.com>`
    const relay = [
      'MAIL FROM:<mxhome-doctor@example.com>',
      'MAIL FROM:<>',
      'RCPT TO:<mxhome-doctor@example.net>',
      'RSET',
    ]
    expect(heard).toEqual(['EHLO [203.0.113.7]', ...TO_POSTMASTER, 'MAIL FROM:<>', nobody, 'RSET', ...relay, 'QUIT'])
    expect(seen).toMatchObject({ unknownRecipient: { code: 250 }, relay: { code: 554 } })
  })

  it.each([
    ['from a place that may be trusted', { tests: { abuse: true } }],
    ['of a server that is not ours', { tests: { abuse: true, postmaster: false }, way: { stranger: true } }],
    ['without the wish', { way: { stranger: true } }],
  ] as const)('does not try to relay %s', async (_, asked) => {
    const { seen, heard } = await ask({}, asked)
    expect(heard.join()).not.toContain('example.net')
    expect(heard.join()).not.toContain('DATA')
    expect(seen.relay).toBeUndefined()
  })

  it('keeps the reply of a server that hangs up with it', async () => {
    const { seen, heard } = await ask({ replies: { RCPT: last('550 5.1.1 No such user\r\n') } })
    expect(seen).toMatchObject({ postmaster: { code: 550 }, ended: { kind: 'network' } })
    expect(heard.slice(0, 3)).toEqual(['EHLO [203.0.113.7]', 'MAIL FROM:<>', 'RCPT TO:<postmaster@example.com>'])
  })

  it('what is refused at MAIL is the answer', async () => {
    const { seen } = await ask({ replies: { MAIL: '530 5.7.0 Must issue a STARTTLS command first\r\n' } })
    expect(seen.postmaster).toEqual({ code: 530, lines: ['5.7.0 Must issue a STARTTLS command first'] })
  })

  it.each([
    ['421', '421 4.3.2 Too many connections\r\n', ['QUIT']],
    ['554', '554 5.7.1 No service\r\n', ['QUIT']],
  ])('greeted with %s it only says goodbye', async (code, greeting, said) => {
    const { seen, heard } = await ask({ greeting })
    expect(seen).toMatchObject({ greeting: { code: Number(code) }, ehlo: undefined, ended: undefined })
    expect(heard).toEqual(said)
  })

  it('waits for a late greeting, and says nothing before it', async () => {
    let early: number | undefined
    const greeting: Part['greeting'] = (socket) => {
      setTimeout(() => {
        early = socket.bytesRead
        socket.write('220-mx.example.com\r\n')
        setImmediate(() => socket.write('220 mx.example.com ESMTP\r\n'))
      }, 150)
    }
    const { seen, heard } = await ask({ greeting })
    expect(early).toBe(0)
    expect(seen.greeting?.lines).toHaveLength(2)
    expect(heard[0]).toBe('EHLO [203.0.113.7]')
  })

  it('STARTTLS that is offered and refused: goes on without', async () => {
    const { seen, heard } = await ask({
      replies: { EHLO: '250-mx\r\n250 STARTTLS\r\n', STARTTLS: '454 4.7.0 TLS not available\r\n' },
    })
    expect(seen.starttls).toMatchObject({ reply: { code: 454 }, tls: { kind: 'rejected' } })
    expect(seen.postmaster).toMatchObject({ code: 250 })
    expect(heard.at(-1)).toBe('QUIT')
  })

  it('its time is over: ended, and it left', async () => {
    const { seen, heard } = await ask({ replies: { RCPT: silence } }, { limits: { ...QUICK, reply: 5000, all: 400 } })
    expect(why(seen)).toEqual({ kind: 'network', message: 'the dialogue was not done within 0.4 s' })
    expect(seen.greeting).toBeDefined()
    await expect.poll(() => heard.at(-1)).toBe('QUIT')
  })

  it('cancelled: ended at once', async () => {
    const stop = new AbortController()
    const asked = ask({ replies: { EHLO: () => stop.abort() } }, { limits: LIMITS, signal: stop.signal })
    expect((await asked).seen.ended).toMatchObject({ kind: 'cancelled' })
  })

  it('a port at which nothing listens', async () => {
    const { port, stop } = await startSmtp()
    stop()
    const world = { tcp: leadTo(openTcp({}), port), clock: openClock(), random: () => 0.5 }
    expect(await examine(world, WISH, WAY, never, QUICK)).toMatchObject({ kind: 'network', reason: 'refused' })
  })
})
