import { expect, it } from 'vitest'
import { cell, table } from '../../src/report/table.ts'
import { broken } from '../../src/report/wrap.ts'
import { PLAIN } from './documents.ts'

const rows = (...given: string[][]) => given.map((row) => row.map((text) => cell(text)))
const NARROW = { ...PLAIN, width: 60 }

it('aligns columns, and leaves out one that nobody fills', () => {
  expect(table(rows(['a', '', 'x'], ['long name', '', 'y']), PLAIN, 2)).toEqual([
    ['  a          x'],
    ['  long name  y'],
  ])
})

it('a row of which a service wrote only what is not shown has no line', () => {
  expect(table(rows(['\u200e', '\u0007'], ['a', 'b']), PLAIN, 2)).toEqual([[], ['  a  b']])
})

it('one long cell does not push the others to the right', () => {
  const long = 'x'.repeat(51)
  expect(table(rows([long, '1'], ['a', '2']), NARROW)).toEqual([[`${long}  1`], ['a  2']])
})

it('a row that does not fit breaks between cells, the first ones in their columns', () => {
  const answer = 'not confirmed, no name server could be asked'
  expect(table(rows(['mail.example.com', 'A', answer, 'ionos'], ['a', 'AAAA', 'yes', 'ionos']), NARROW)).toEqual([
    ['mail.example.com  A', `    ${answer}  ionos`],
    ['a                 AAAA  yes  ionos'],
  ])
})

it('nothing at all has no lines', () => {
  expect(table([], PLAIN)).toEqual([])
})

it.each([
  ['one two three', 7, ['one two', 'three']],
  ['https://example.com/0123456789 is long', 10, ['https://ex', 'ample.com/', '0123456789', 'is long']],
  ['a 0123456789ab', 10, ['a', '0123456789', 'ab']],
  ['', 10, ['']],
])('%j in %d columns', (text, width, lines) => {
  expect(broken(text, width)).toEqual(lines)
})
