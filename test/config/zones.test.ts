import { describe, expect, it } from 'vitest'
import { accountFor, accountsFor, zonesOf } from '../../src/config/zones.ts'
import { type DomainName, isWithin, parseName } from '../../src/dns/name.ts'

const names = (...texts: string[]): DomainName[] => texts.map((text) => parseName(text)!)
const at = (text: string) => names(text)[0]!

describe('zonesOf', () => {
  const config = { domains: [{ name: at('example.com') }], hosts: [{ name: at('mail.example.net') }] }
  it.each([
    ['the listed names', undefined, {}, ['example.com', 'mail.example.net']],
    [
      'and what the service owns',
      undefined,
      { suffixes: ['ddns.net'] },
      ['example.com', 'mail.example.net', 'ddns.net'],
    ],
    ['nothing but that', undefined, { suffixes: ['ddns.net'], ownZonesOnly: true as const }, ['ddns.net']],
    ['what the user says', names('example.org'), { suffixes: ['ddns.net'] }, ['example.org']],
  ])('%s', (_, zones, provider, expected) => {
    expect(zonesOf({ zones }, config, provider)).toEqual(expected)
  })
})

describe('accountFor', () => {
  const areas = [
    { name: 'a', zones: names('example.com', 'example.net') },
    { name: 'b', zones: names('home.example.com', 'example.net') },
  ]
  it.each([
    ['mail.example.com', ['a']],
    ['example.com', ['a']],
    ['mail.home.example.com', ['b']],
    ['home.example.com', ['b']],
    ['*.home.example.com', ['b']],
    ['athome.example.com', ['a']],
    ['notexample.com', []],
    ['mail.example.net', ['a', 'b']],
  ])('%s: %j', (owner, accounts) => {
    expect(accountsFor(at(owner), areas)).toEqual(accounts)
    expect(accountFor(at(owner), areas)).toBe(accounts.length === 1 ? accounts[0] : undefined)
  })

  it('finds nothing where there is no account', () => {
    expect(accountFor(at('example.com'), [])).toBeUndefined()
    expect(isWithin(at('example.com'), at('mail.example.com'))).toBe(false)
  })
})
