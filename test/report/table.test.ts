import { expect, it } from 'vitest'
import { cell, table } from '../../src/report/table.ts'
import { widthOf } from '../../src/report/text-style.ts'
import { broken, hanging } from '../../src/report/wrap.ts'
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

it('an empty cell takes no room in a row that breaks', () => {
  const [first, second] = ['a'.repeat(40), 'b'.repeat(40)]
  expect(table(rows([first, '', second], ['x', 'y', 'z']), NARROW)[0]).toEqual([first, `    ${second}`])
})

it.each([
  ['unknown', undefined, 140],
  ['no number', Number.NaN, 140],
  ['0, as some terminals say', 0, 140],
  ['narrow', 20, 60],
  ['wide', 500, 200],
])('a terminal whose width is %s has %3$d columns', (_, width, columns) => {
  expect(widthOf({ ...PLAIN, width })).toBe(columns)
})

it('a mark without a text stands alone', () => {
  expect(hanging(PLAIN, ' -> ', '\u200e')).toEqual([' ->'])
  expect(hanging(NARROW, ' -> ', 'word '.repeat(14))).toEqual([
    ` -> ${'word '.repeat(11).trim()}`,
    '    word word word',
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
