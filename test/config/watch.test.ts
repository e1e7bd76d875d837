import { expect, it } from 'vitest'
import type { Wrong } from '../../src/config/kind.ts'
import { watch } from '../../src/config/watch-kind.ts'

const read = (value: unknown) => {
  const wrongs: Wrong[] = []
  return { value: watch.parse(value, (wrong) => wrongs.push(wrong)), wrongs }
}

it.each([
  ['auto', 'auto', 'auto'],
  ['off', [], 'off'],
  [false, [], 'off'],
  ['kernel', ['kernel'], 'kernel'],
  ['Router, probe', ['router', 'probe'], 'router, probe'],
  [['probe', 'kernel'], ['probe', 'kernel'], 'probe, kernel'],
  ['kernel,kernel', ['kernel'], 'kernel'],
])('%j', (given, wanted, shown) => {
  const { value, wrongs } = read(given)
  expect({ value, wrongs }).toEqual({ value: wanted, wrongs: [] })
  expect(watch.show(value!)).toBe(shown)
})

it.each([
  ['auto, probe', 'auto and off stand alone'],
  ['kernel, push', 'the push server is always heard: set MXHOME_PUSH_LISTEN'],
  [['push'], 'the push server is always heard: set MXHOME_PUSH_LISTEN'],
  [['off', 'kernel'], 'auto and off stand alone'],
  ['kernal', 'did you mean kernel?'],
  ['', undefined],
  [{ kernel: true }, undefined],
])('%j is refused', (given, remedy) => {
  const { value, wrongs } = read(given)
  expect(value).toBeUndefined()
  expect(wrongs).toHaveLength(1)
  expect(wrongs[0]).toMatchObject({ expected: 'auto, off, or one or more of kernel, router and probe' })
  if (remedy) expect(wrongs[0]?.remedy).toBe(remedy)
})
