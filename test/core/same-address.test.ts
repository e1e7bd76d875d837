import { expect, it } from 'vitest'
import { type LineAddress, sameAddressesOf } from '../../src/core/same-address.ts'

const a = (line: string, ...addresses: string[]): LineAddress => ({ line, type: 'A', addresses })
const aaaa = (line: string, ...addresses: string[]): LineAddress => ({ line, type: 'AAAA', addresses })
const [X, Y, SIX] = ['5.9.1.7', '5.9.1.8', '2a02:908:1::25']

it.each<[string, LineAddress[], unknown[]]>([
  ['nothing is known', [], []],
  ['one line', [a('dsl', X), aaaa('dsl', SIX)], []],
  ['each its own', [a('dsl', X), a('lte', Y)], []],
  ['neither has one', [a('dsl'), a('lte')], []],
  ['the same', [a('dsl', X), a('lte', X)], [{ type: 'A', address: X, lines: ['dsl', 'lte'] }]],
  ['one of several', [a('dsl', X, Y), a('lte', Y)], [{ type: 'A', address: Y, lines: ['dsl', 'lte'] }]],
  ['named twice by one line', [a('dsl', X, X), a('lte', Y)], []],
  [
    'IPv6 alone',
    [a('dsl', X), aaaa('dsl', SIX), a('lte', Y), aaaa('lte', SIX)],
    [{ type: 'AAAA', address: SIX, lines: ['dsl', 'lte'] }],
  ],
  ['three', [a('dsl', X), a('lte', X), a('sat', X)], [{ type: 'A', address: X, lines: ['dsl', 'lte', 'sat'] }]],
])('lines that show the same address: %s', (_, all, same) => expect(sameAddressesOf(all)).toEqual(same))
