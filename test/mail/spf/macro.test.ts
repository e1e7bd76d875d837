import { describe, expect, it } from 'vitest'
import { expand, parseDomainSpec, parseMacros, targetName } from '../../../src/mail/spf/macro.ts'

/** The example of RFC 7208 7.4. */
const VALUES = {
  ...{ s: 'strong-bad@email.example.com', l: 'strong-bad', o: 'email.example.com', d: 'email.example.com' },
  ...{ i: '192.0.2.3', p: 'mx.example.org', v: 'in-addr', h: 'mail.example.com' },
}

describe('macros', () => {
  it.each([
    ['%{s}', 'strong-bad@email.example.com'],
    ['%{o}', 'email.example.com'],
    ['%{d4}', 'email.example.com'],
    ['%{d2}', 'example.com'],
    ['%{d1}', 'com'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{l}', 'strong-bad'],
    ['%{l-}', 'strong.bad'],
    ['%{lr}', 'strong-bad'],
    ['%{lr-}', 'bad.strong'],
    ['%{l1r-}', 'strong'],
    ['%{LR-}', 'bad.strong'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com'],
    ['%{lr-}.lp._spf.%{d2}', 'bad.strong.lp._spf.example.com'],
    ['%{d2}.trusted-domains.example.net', 'example.com.trusted-domains.example.net'],
    ['%{d128}', 'email.example.com'],
    ['%{S}', 'strong-bad%40email.example.com'],
    ['a%%b%_c%-d', 'a%b c%20d'],
  ])('%s is %s', (text, expanded) => {
    expect(expand(parseMacros(text)!, VALUES)).toBe(expanded)
  })

  it('escape what no URL may hold, octet by octet', () => {
    expect(expand(parseMacros('%{L}')!, { ...VALUES, l: "ü'\n~" })).toBe('%C3%BC%27%0A~')
  })

  it.each(['%', '%a', '%{', '%{d', '%{d0}', '%{x}', '%{d.r}', '%{dr2}', '%(d)', 'ä', 'a b'])('%s is none', (text) => {
    expect(parseMacros(text)).toBeUndefined()
  })
})

describe('names in a record', () => {
  it.each(['a.example', 'a.example.', '%{d}', '%{d}.', 'a.1b', 'a.x--y', 'a.%%', 'a:b.example', '_spf.%{d2}'])(
    '%s can be one',
    (text) => {
      // A dot alone behind a macro is no top label.
      expect(parseDomainSpec(text) !== undefined).toBe(text !== '%{d}.')
    },
  )

  it.each(['', 'example', 'example.', 'a.1', 'a.-b', 'a.b-', 'a.', '%{d', '%{c}', '%{r}.example', '%{d}com'])(
    '%s can be none',
    (text) => {
      expect(parseDomainSpec(text)).toBeUndefined()
    },
  )
})

describe('the name that is asked for', () => {
  it('is cut on the left where it is too long', () => {
    const long = `${'a'.repeat(60)}.`.repeat(5)
    expect(targetName(`${long}example.com`)).toBe(`${`${'a'.repeat(60)}.`.repeat(3)}example.com`)
    expect(targetName('a'.repeat(300))).toBeUndefined()
  })

  it('is in lower case, without the dot at its end', () => {
    expect(targetName('MAIL.Example.COM.')).toBe('mail.example.com')
    expect(targetName('')).toBeUndefined()
  })

  it('is written as names in answers are', () => {
    expect(targetName('a\\b c\t.example')).toBe('a\\\\b\\032c\\009.example')
    expect(targetName('ä.example')).toBeUndefined()
  })
})
