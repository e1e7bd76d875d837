import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonText } from '../../src/report/json-text.ts'

it('is the document, in lines', () => {
  expect(jsonText({ a: [1, 'ü "x"'] })).toBe('{\n  "a": [\n    1,\n    "ü \\"x\\""\n  ]\n}')
})

it.each([
  ['an escape sequence', '\u001b[31m', '\\u001b[31m'],
  ['its eight-bit form', '\u009b31m', '\\u009b31m'],
  ['a change of direction', '\u202e', '\\u202e'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['a tag, which is two units', '\u{e0041}', '\\udb40\\udc41'],
])('%s is escaped, and read back as it was', (_, text, shown) => {
  expect(jsonText({ text })).toBe(`{\n  "text": "${shown}"\n}`)
  expect(JSON.parse(jsonText({ text }))).toEqual({ text })
})

it('holds nothing that steers a terminal, and says the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = jsonText({ text: `${text}\u001b[2J\u009b31m\u202e\u{e0001}` })
      expect(shown).not.toMatch(/[^\P{C}\n\p{Cn}\p{Co}]|[\p{Zl}\p{Zp}]/u)
      expect(JSON.parse(shown)).toEqual({ text: `${text}\u001b[2J\u009b31m\u202e\u{e0001}` })
    }),
  )
})
