import fc from 'fast-check'
import { expect, it } from 'vitest'
import { apexCandidates, isWithin, labelsWithin, parseName } from '../../src/dns/name.ts'

const name = (text: string) => parseName(text)!
const LONG = 'a'.repeat(63)

it.each([
  ['mail.example.com', 'mail.example.com'],
  ['  Mail.EXAMPLE.com.\n', 'mail.example.com'],
  ['münchen.de', 'xn--mnchen-3ya.de'],
  ['MÜNCHEN.DE', 'xn--mnchen-3ya.de'],
  ['straße.de', 'xn--strae-oqa.de'],
  ['münchen。de', 'xn--mnchen-3ya.de'],
  ['XN--Mnchen-3ya.de', 'xn--mnchen-3ya.de'],
  ['_dmarc.example.com', '_dmarc.example.com'],
  ['_dmarc.münchen.de', '_dmarc.xn--mnchen-3ya.de'],
  ['*.example.com', '*.example.com'],
  ['*.münchen.de', '*.xn--mnchen-3ya.de'],
  ['1984.is', '1984.is'],
  ['4.3.2.1.in-addr.arpa', '4.3.2.1.in-addr.arpa'],
  [`${LONG}.de`, `${LONG}.de`],
  [`${LONG}.${LONG}.${LONG}.${'a'.repeat(61)}`, `${LONG}.${LONG}.${LONG}.${'a'.repeat(61)}`],
])('%j is the name %s', (text, canonical) => expect(parseName(text)).toBe(canonical))

it.each([
  ['nothing', ''],
  ['the root', '.'],
  ['one label', 'localhost'],
  ['a top-level domain', 'com.'],
  ['an empty label', 'mail..example.com'],
  ['two dots at the end', 'example.com..'],
  ['a dot at the start', '.example.com'],
  ['a label of 64', `${LONG}a.de`],
  ['a label that is too long as an A-label', `${LONG}ü.de`],
  ['254 characters', `${LONG}.${LONG}.${LONG}.${'a'.repeat(62)}`],
  ['an IPv4 address', '192.0.2.1'],
  ['an IPv4 address in wide digits', '１９２．０．２．１'],
  ['an IPv4 address as URLs take it', '0x7f.1'],
  ['an IPv4 address at the end', 'mail.192.0.2.1'],
  ['a hexadecimal top label', 'mail.0x'],
  ['an IPv6 address', '2001:db8::1'],
  ['an address literal', '[192.0.2.1]'],
  ['a wildcard alone', '*'],
  ['an inner wildcard', 'mail.*.example.com'],
  ['a wildcard with more', '*mail.example.com'],
  ['a hyphen at the start', '-mail.example.com'],
  ['a hyphen at the end', 'mail-.example.com'],
  ['a blank', 'my mail.example.com'],
  ['a tab within Unicode', 'mü\tnchen.de'],
  ['a path after Unicode', 'münchen.de/x.de'],
  ['a port after Unicode', 'münchen.de:80'],
  ['an escape within Unicode', 'münchen%41.de'],
  ['a URL', 'https://example.com'],
  ['a mail address', 'post@example.com'],
  ['what IDNA forbids', '\u200dü.de'],
])('%s is no name', (_, text) => expect(parseName(text)).toBeUndefined())

it('gives back what it has made', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.domain(),
        fc.string(),
        fc.string({ unit: 'grapheme' }).map((text) => `${text}.de`),
      ),
      (text) => {
        const parsed = parseName(text)
        if (parsed === undefined) return
        expect(parseName(parsed)).toBe(parsed)
        expect(parsed).toMatch(/^[a-z0-9_.*-]{3,253}$/)
      },
    ),
  )
})

it.each([
  ['example.com', 'example.com', true],
  ['mail.example.com', 'example.com', true],
  ['*.example.com', 'example.com', true],
  ['badexample.com', 'example.com', false],
  ['example.com', 'mail.example.com', false],
  ['example.com.evil.net', 'example.com', false],
])('%s within %s: %s', (one, zone, within) => expect(isWithin(name(one), name(zone))).toBe(within))

it.each([
  ['example.com', ''],
  ['mail.example.com', 'mail'],
  ['*.mail.example.com', '*.mail'],
  ['badexample.com', undefined],
])('%s holds the labels %s within example.com', (one, labels) =>
  expect(labelsWithin(name(one), name('example.com'))).toBe(labels),
)

it('looks for the apex from the longest name on, but not at the top-level domain', () => {
  expect(apexCandidates(name('a.b.example.com'))).toEqual(['a.b.example.com', 'b.example.com', 'example.com'])
  expect(apexCandidates(name('*.example.com'))).toEqual(['example.com'])
})
