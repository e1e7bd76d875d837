import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { parseName } from '../../src/dns/name.ts'
import { mxIn, mxOf } from '../../src/providers/kits/held-mx.ts'

it.each([0, 10, 65_535, '10'])('a preference of %s is one', (preference) => {
  expect(mxOf(preference, 'Mail.example.com.')).toEqual({
    preference: Number(preference),
    exchange: 'mail.example.com',
  })
})

it.each([-1, 65_536, 1.5, '', null, undefined, 'ten', {}])(
  'a preference of %s is an answer that is not understood',
  (one) => {
    expect(() => mxOf(one, 'mail.example.com.')).toThrow(Failure)
  },
)

it('a host without a dot at its end is relative to the zone', () => {
  expect(mxIn('10 mail', parseName('example.com')!)).toEqual({ preference: 10, exchange: 'mail.example.com' })
  expect(mxIn('0 .', parseName('example.com')!)).toEqual({ preference: 0, exchange: '.' })
  expect(() => mxIn('99999 mail.', parseName('example.com')!)).toThrow(Failure)
})
