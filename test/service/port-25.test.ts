import { describe, expect, it } from 'vitest'
import type { SmtpSeen } from '../../src/mail/ask/smtp.ts'
import { parseSeen } from '../../src/mail/smtp/seen-json.ts'
import { isInstalled } from '../support/installed.ts'
import { atHome, whyNoNamespaces } from '../support/two-namespaces.ts'

interface Look {
  readonly seen: string
  readonly took: number
}
interface Told {
  readonly open: readonly Look[]
  readonly walls: Readonly<Record<string, readonly Look[]>>
  readonly stopped: readonly Look[]
  readonly nowhere: Look
  readonly log: string
}

const missing = isInstalled('postfix') ? whyNoNamespaces() : 'not installed: postfix'
const why = process.env.CI === 'true' ? undefined : missing
const run = (scenario: string) => atHome('test/service/port-25-child.ts', scenario, [4, 6]) as Promise<Told>
const seenIn = (looks: readonly Look[]) => looks.map(({ seen }) => parseSeen(seen)) as readonly SmtpSeen[]

describe.skipIf(why !== undefined)(
  `port 25 of a Postfix at home${why === undefined ? '' : ` (left out: ${why})`}`,
  () => {
    it.concurrent('closed for strangers, without TLS; then behind walls, and stopped', async () => {
      const { open, walls, stopped, nowhere, log } = await run('plain')
      for (const seen of seenIn(open)) {
        expect(seen, log).toMatchObject({
          greeting: { code: 220, lines: ['mx.example.com ESMTP Postfix'] },
          ...{ ehlo: { code: 250 }, starttls: undefined, postmaster: { code: 250 }, ended: undefined },
          unknownRecipient: { code: 550 },
          relay: { code: 454 },
        })
        expect(seen.capabilities).not.toContain('STARTTLS')
      }
      const reasons = (looks: readonly Look[]) =>
        looks.map(({ seen }) => (parseSeen(seen) as { reason?: string }).reason)
      expect(Object.fromEntries(Object.entries(walls).map(([verdict, looks]) => [verdict, reasons(looks)]))).toEqual({
        drop: ['silent', 'silent'],
        reject: ['refused', 'refused'],
        'reject with tcp reset': ['refused', 'refused'],
        'reject with icmpx admin-prohibited': ['refused', 'refused'],
      })
      expect(reasons(stopped)).toEqual(['refused', 'refused'])
      expect(reasons([nowhere])).toEqual(['no-route'])
      expect(log).not.toMatch(/lost connection after (?!CONNECT)|improper command pipelining|too many errors/)
      expect(log.match(/disconnect from .* quit=1/g)).toHaveLength(2)
    })

    it.concurrent('open for strangers, with TLS', async () => {
      const { open, log } = await run('open')
      for (const seen of seenIn(open)) {
        expect(seen, log).toMatchObject({
          starttls: {
            reply: { code: 220 },
            tls: { protocol: 'TLSv1.3', untrusted: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
          },
          ...{ postmaster: { code: 250 }, unknownRecipient: { code: 250 }, relay: { code: 250 }, ended: undefined },
        })
      }
      expect(log.match(/disconnect from .* starttls=1 .* quit=1/g)).toHaveLength(2)
      expect(log, 'nothing was sent').not.toMatch(/\bdata=|status=/)
    })

    it.concurrent('behind postscreen, which greets late and turns those away who speak first', async () => {
      const { open, log } = await run('postscreen')
      for (const { took } of open) expect(took).toBeGreaterThan(1900)
      for (const seen of seenIn(open)) {
        expect(seen.greeting, log).toEqual({
          code: 220,
          lines: ['mx.example.com ESMTP please wait', 'mx.example.com ESMTP Postfix'],
        })
        expect(seen, log).toMatchObject({ postmaster: { code: 250 }, ended: undefined })
      }
      expect(log).toMatch(/PASS NEW \[198\.51\.100\.1\]/)
      expect(log).not.toMatch(/PREGREET|COMMAND/)
    })
  },
)
