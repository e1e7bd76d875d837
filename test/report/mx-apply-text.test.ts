import { describe, expect, it } from 'vitest'
import { type ErrorKind, Failure } from '../../src/core/failure.ts'
import type { MxSet } from '../../src/core/locate.ts'
import { byHandText, changeText, failureText, proofText } from '../../src/report/mx-apply-text.ts'
import { PLAIN } from './documents.ts'

const mx = (...texts: readonly string[]): MxSet =>
  texts.map((text) => {
    const [preference, exchange = ''] = text.split(' ')
    return { preference: Number(preference), exchange }
  })
const HOME = mx('20 backup.example.net', '10 mail.example.com')

it('shows what goes, what comes, and what stays', () => {
  expect(changeText('example.com', 'ionos', mx('20 backup.example.net', '5 old.example.com'), HOME, PLAIN)).toBe(
    `To be written at ionos, for example.com:
  - MX 5 old.example.com
  + MX 10 mail.example.com
    MX 20 backup.example.net`,
  )
  expect(changeText('example.com', 'ionos', [], HOME, { ...PLAIN, colour: true })).toContain('\u001b[32m  + MX 10')
})

it('whatever a provider says of its records steers no terminal, and begins no line', () => {
  const said = changeText('example.com', 'ionos', mx('20 a\u001b[2J\r\nmxhome:\u202eb'), HOME, PLAIN)
  expect(said.split('\n')[1]).toBe('  - MX 20 a [2J mxhome: b')
})

describe('by hand', () => {
  const page = { host: 'Host name', name: '@', pointsTo: 'Points to', priority: 'Priority' }

  it('what to enter, and what to remove', () => {
    expect(byHandText('example.com', mx('10 old.example.com'), HOME, page, 3600, PLAIN)).toBe(
      `By hand, where the zone of example.com is kept:
  enter
    Type  Host name  Points to           Priority  TTL
    MX    @          mail.example.com    10        3600
    MX    @          backup.example.net  20        3600
  remove  the MX records 10 old.example.com
Then look whether every name server has them: mxhome mx example.com`,
    )
  })

  it('the page, and host names with a dot', () => {
    const own = { ...page, at: 'DNS, MX-Record', dot: true }
    const text = byHandText('example.com', [], HOME, own, 3600, PLAIN)
    expect(text).toContain('is kept (DNS, MX-Record):')
    expect(text).toMatch(/MX +@ +mail\.example\.com\. +10 +3600/)
    expect(text).not.toContain('remove')
  })

  it('nothing to enter where only some are too many', () => {
    expect(byHandText('example.com', HOME, mx('10 mail.example.com'), page, 3600, PLAIN)).not.toContain('enter')
  })
})

describe('a failure', () => {
  const told = (kind: ErrorKind, wrote: 'nothing' | 'unknown' = 'nothing') =>
    failureText(new Failure(kind, 'HTTP 418'), 'ionos', 'example.com', wrote)

  it('what only the user can mend is 1, what passes 75', () => {
    expect(told('auth')).toEqual({
      code: 1,
      text: 'ionos: HTTP 418. Nothing was written. Correct the credentials of ionos.',
    })
    expect(told('rejected')).toEqual({ code: 1, text: 'ionos: HTTP 418. Nothing was written.' })
    expect(told('unavailable')).toMatchObject({ code: 75, text: expect.stringMatching(/Try again later\.$/) })
  })

  it('where the credentials are right and the policy is not, nobody is told to correct them', () => {
    const refused = new Failure('auth', 'the key hosts may not (REFUSED)', { reason: 'policy' })
    const text = 'rfc2136: the key hosts may not (REFUSED). Nothing was written.'
    expect(failureText(refused, 'rfc2136', 'example.com', 'nothing')).toEqual({ code: 1, text })
  })

  it('a lost answer is never called nothing', () => {
    const { code, text } = told('rejected', 'unknown')
    expect(code).toBe(75)
    expect(text).toMatch(/^ionos: HTTP 418\. Whether it was written is not known; .*: mxhome mx example\.com$/)
  })
})

it('says how it ended', () => {
  expect(proofText('confirmed', 'ionos', true)).toBe('Written at ionos; every name server that answers has it.')
  expect(proofText('seen', 'ionos', true)).toContain('a resolver has it')
  expect(proofText('accepted', 'ionos', true)).toContain('no name server could be asked')
  expect(proofText('pending', 'ionos', false)).toContain('ionos has it so already, nothing was sent, but not every')
})
