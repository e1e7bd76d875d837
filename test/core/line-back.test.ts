import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { isLineBack, linesWithout } from '../../src/core/line-back.ts'
import type { Detected } from '../../src/core/plan.ts'
import { ip } from '../support/targets.ts'

const SILENT = new Failure('network', 'no answer')
const V4 = [ip('192.0.2.1')]
const V6 = [ip('2001:db8::1')]

it.each<[string, Detected, readonly string[]]>([
  ['all have one', { dsl: { A: V4 }, lte: { A: V4 } }, []],
  ['one of two has none', { dsl: { A: SILENT }, lte: { A: V4 } }, ['dsl']],
  ['one family is enough', { dsl: { A: SILENT, AAAA: V6 } }, []],
  ['neither family', { dsl: { A: SILENT, AAAA: SILENT } }, ['dsl']],
  ['that there is none is no address', { dsl: { A: [], AAAA: SILENT } }, ['dsl']],
  ['no family is wanted', { dsl: {} }, ['dsl']],
])('without an address: %s', (_, detected, lines) => expect(linesWithout(detected)).toEqual(lines))

it.each<[string, readonly string[], Detected, boolean]>([
  ['it has one again, the other had one all along', ['dsl'], { dsl: { A: V4 }, lte: { A: V4 } }, true],
  ['it has none still, the other has', ['dsl'], { dsl: { A: SILENT }, lte: { A: V4 } }, false],
  ['one of two is back', ['dsl', 'lte'], { dsl: { A: SILENT }, lte: { AAAA: V6 } }, true],
  ['none was without', [], { dsl: { A: V4 } }, false],
  ['a line that is configured no longer', ['sat'], { dsl: { A: V4 } }, false],
])('a line is back: %s', (_, without, detected, isBack) => expect(isLineBack(without, detected)).toBe(isBack))
