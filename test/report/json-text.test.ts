import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonText } from '../../src/report/json-text.ts'

it('is the document, in lines', () => {
  expect(jsonText({ a: [1, 'ü "x"'] })).toBe('{\n  "a": [\n    1,\n    "ü \\"x\\""\n  ]\n}')
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
