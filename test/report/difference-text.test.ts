import fc from 'fast-check'
import { expect, it } from 'vitest'
import { differenceText } from '../../src/report/difference-text.ts'

it('shows what goes and what comes, in its place', () => {
  const before = 'domains: [example.com]\nhosts: [a]\nproviders:\n'
  const after = 'domains: [example.com]\nproviders:\n  - use: ionos\n'
  expect(differenceText(before, after)).toBe('  domains: [example.com]\n- hosts: [a]\n  providers:\n+   - use: ionos')
})

it.each([
  ['', 'a\n', '+ a'],
  ['a\n', '', '- a'],
  ['a\n', 'a', '  a'],
  ['a\nb', 'b\na\n', '- a\n  b\n+ a'],
])('%j and %j', (before, after, shown) => expect(differenceText(before, after)).toBe(shown))

it('both texts can be told from it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = differenceText(before, after).split('\n')
      const side = (mark: string) =>
        lines.filter((line) => line[0] === ' ' || line[0] === mark).map((line) => line.slice(2))
      expect([side('-').join('\n'), side('+').join('\n')]).toEqual([before, after])
    }),
  )
})

it('compares the beginning of what nobody has written by hand', () => {
  const long = 'x\n'.repeat(2500)
  expect(
    differenceText(long, long)
      .split('\n')
      .filter((line) => line.startsWith('-')),
  ).toHaveLength(500)
})
