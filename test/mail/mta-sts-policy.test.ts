import { expect, it } from 'vitest'
import { parsePolicy, policyNames } from '../../src/mail/mta-sts-policy.ts'

const read = (...lines: string[]) => parsePolicy(lines.join('\r\n'))
const SOUND = ['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'max_age: 604800']
const without =
  (key: string, ...more: string[]) =>
  () =>
    read(...SOUND.filter((one) => !one.startsWith(key)), ...more)

it('reads a policy (the example of RFC 8461 3.2)', () => {
  const lines = [
    'version: STSv1',
    'mode: enforce',
    'mx: mail.example.com',
    'mx: *.example.net',
    'mx: backupmx.example.com',
    'max_age: 604800',
  ]
  const policy = { mode: 'enforce', mx: ['mail.example.com', '*.example.net', 'backupmx.example.com'], maxAge: 604800 }
  expect(read(...lines)).toEqual(policy)
  expect(parsePolicy(`${lines.join('\n')}\n`)).toEqual(policy)
  expect(read(...lines.toReversed())).toMatchObject({ mode: 'enforce' })
})

it('is not strict about what the RFC leaves open', () => {
  expect(read('', ...SOUND, 'later: x', 'nonsense', 'mode: none')).toEqual(read(...SOUND))
  expect(read('version:STSv1', 'mode:\ttesting ', 'mx:Mail.Example.COM', 'max_age:0')).toEqual({
    ...{ mode: 'testing', mx: ['mail.example.com'], maxAge: 0 },
  })
  expect(read('version: STSv1', 'mode: none', 'max_age: 1')).toEqual({ mode: 'none', mx: [], maxAge: 1 })
})

it.each([
  ['without a version', without('version'), 'version'],
  ['of another version', without('version', 'version: STSv2'), 'version'],
  ['without a mode', without('mode'), 'mode'],
  ['in another mode', without('mode', 'mode: strict'), 'mode'],
  ['without max_age', without('max_age'), 'max_age'],
  ['with a max_age of two years', without('max_age', 'max_age: 63115200'), 'max_age'],
  ['with a max_age that is no number', without('max_age', 'max_age: 1d'), 'max_age'],
  ['without mx', without('mx'), 'names no mx'],
  ['with mx addresses', without('mx', 'mx: [192.0.2.1]'), 'names no host'],
  ['with a wildcard inside', without('mx', 'mx: mail.*.com'), 'names no host'],
  ['that is a page', () => parsePolicy('<!doctype html><title>Not found</title>'), 'version'],
  ['that is empty', () => parsePolicy(''), 'version'],
])('refuses a policy %s', (_, reading, why) => {
  expect(reading).toThrow(why)
})

it('repeats no control characters', () => {
  expect(without('mx', 'mx: \u001b[2Jx')).toThrow('"mx: ?[2jx" names no host')
})

it('takes no time for long lines', () => {
  expect(() => parsePolicy(`version: STSv1\n${'mx: '.repeat(16_000)}\nmode: ${'\t'.repeat(60_000)}x`)).toThrow('mode')
})

it.each([
  ['mail.example.com', 'mail.example.com', true],
  ['mail.example.com', 'MAIL.example.com', true],
  ['mail.example.com', 'example.com', false],
  ['*.example.com', 'mail.example.com', true],
  ['*.example.com', 'a.mail.example.com', false],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'mailexample.com', false],
  ['example.com', 'mail.example.com', false],
  ['*', 'com', false],
])('%s names %s: %s', (pattern, host, wanted) => {
  expect(policyNames({ mx: [pattern] }, host)).toBe(wanted)
})
