import { expect, it } from 'vitest'
import { readMailDomain } from '../../src/config/mail-domain.ts'

const EXPECTED = 'expected one such as example.com'

it.each([
  ['192.0.2.1', `"192.0.2.1" is an address, and mail goes to domains; ${EXPECTED}`],
  ['[2001:db8::1]', `"[2001:db8::1]" is an address, and mail goes to domains; ${EXPECTED}`],
  ['[IPv6:2001:db8::1]', `"[IPv6:2001:db8::1]" is an address, and mail goes to domains; ${EXPECTED}`],
  ['exa mple', `"exa mple" is not a mail domain (remove the blank); ${EXPECTED}`],
  ['-a.example', `"-a.example" is not a mail domain; ${EXPECTED}`],
  ['example', '"example" is not a mail domain: give the whole domain, such as example.com'],
  [
    `${'a'.repeat(70)}.example`,
    `"${'a'.repeat(70)}.example" is not a mail domain (shorten the label of 70 characters: 63 are the most between two dots); ${EXPECTED}`,
  ],
  ['anna@example.com', `"anna@example.com" is not a mail domain (give what stands behind the @); ${EXPECTED}`],
  ['', `"" is not a mail domain (check its spelling); ${EXPECTED}`],
])('"%s" is none', (text, expected) => expect(readMailDomain(text)).toBe(expected))

it('reads it as people write it', () => {
  expect(readMailDomain(' Example.COM. ')).toEqual({ name: 'example.com' })
  expect(readMailDomain('b\u00fccher.example')).toEqual({ name: 'xn--bcher-kva.example' })
})
