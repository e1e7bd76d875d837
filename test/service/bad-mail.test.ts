import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Milliseconds. */
  readonly took: number
  /** Questions to its name server, connections to its port 25. */
  readonly asked: number
  readonly came: number
}

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces()
const STEERS = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
/** Of many programs at once on a busy machine; each by itself has its limit at 33 s. */
const LIMIT = 50_000

describe.skipIf(why !== undefined)(
  `mxhome doctor, of what is bad${why === undefined ? '' : ` (left out: ${why})`}`,
  () => {
    let runs: Readonly<Record<string, Run>> = {}
    beforeAll(async () => {
      const argv = ['-n', process.execPath, 'test/service/bad-mail-child.ts']
      const { stdout } = await promisify(execFile)('unshare', argv, { maxBuffer: 2 ** 26 })
      runs = JSON.parse(stdout)
    }, 120_000)

    it('ends in time, without a trace of the program, a secret, or what a terminal obeys', () => {
      expect(Object.keys(runs).length).toBeGreaterThanOrEqual(20)
      for (const [name, { code, stdout, stderr, took }] of Object.entries(runs)) {
        expect.soft([0, 1, 75], name).toContain(code)
        expect.soft(stderr, name).toBe('')
        expect.soft(STEERS.exec(stdout), name).toBeNull()
        expect
          .soft(stdout, name)
          .not.toMatch(/^\s+at .*:\d+|fault of mxhome|undefined|\[object|NaN|^mxhome: all is well/m)
        expect.soft(stdout, name).not.toMatch(/C4NA|s3cr3t/i)
        expect.soft(took, name).toBeLessThan(LIMIT)
        expect.soft(stdout, name).toMatch(/^example\.com: \S/)
      }
    })

    it.each<[string, number, readonly RegExp[]]>([
      ['no such domain', 1, [/mx-missing: the domain example\.com does not exist \(NXDOMAIN\): check its spelling/]],
      ['a silent resolver', 75, [/mx-unknown: .*did not answer/]],
      ['a resolver that answers everything', 75, [/mx-unknown: .*it makes answers up/]],
      [
        'a name server that lies',
        0,
        [/MX of example\.com at ns1\S* \([\d.]+\) \? .* answers of another name than example\.com/],
      ],
      ['an SPF that loops', 0, [/spf-fails: .*"permerror": more than 10 terms need DNS/]],
      ['a thousand reverse names', 0, [/iprev-mismatch: none of the reverse names .*name-9\.example\.com \(/]],
      ['two thousand MX hosts', 1, [/1980 further MX hosts of example\.com: only the first 20 are looked at/]],
      ['a hundred name servers', 0, [/^example\.com: (?:perhaps )?reachable/]],
      ['texts that steer a terminal', 1, [/spf-fails: /, /iprev-mismatch: .*\\027\[2j/]],
      ['a silent greeting', 0, [/port-25-inconclusive: /, /smtp-banner-mismatch: .*no greeting within 30 s/]],
      ['a line of 1 MB', 0, [/is no mail server: a line has more than 4096 bytes/]],
      ['a greeting without end', 0, [/is no mail server: a reply has more than 65536 bytes/]],
      ['a slow greeting without end', 0, [/smtp-banner-mismatch: .*no greeting within 30 s/]],
      ['nonsense', 0, [/is no mail server: no SMTP server speaks like that/]],
      ['hanging up at greeting', 0, [/smtp-banner-mismatch: .*closed before the greeting/, /port-25-inconclusive: /]],
      ['hanging up at EHLO', 0, [/smtp-no-starttls: .*closed before the reply to EHLO/]],
      ['hanging up at STARTTLS', 0, [/smtp-no-starttls: .*closed before the reply to STARTTLS/]],
      ['plain text after STARTTLS', 0, [/smtp-no-starttls: .*went on in plain text/]],
      ['a certificate that cannot be read', 0, [/smtp-no-starttls: .*the TLS handshake .* failed/]],
      ['a prober that repeats what it was sent', 0, [/port-25-closed: .*the prober answered 400: [x ]+Bearer \*\*\*/]],
    ])('%s', (name, code, words) => {
      const run = runs[name]!
      const text = run.stdout.replace(/\n +/g, ' ')
      expect(run.code, text).toBe(code)
      for (const word of words) expect(text).toMatch(word)
    })

    it('nobody is asked without end', () => {
      for (const [name, { asked, came }] of Object.entries(runs)) {
        expect.soft(asked, name).toBeLessThan(2000)
        expect.soft(came, name).toBeLessThanOrEqual(1)
      }
    })
  },
)
