import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Detected, Known } from '../../src/core/plan.ts'
import type { Memory } from '../../src/core/state.ts'
import { wantedOf } from '../../src/core/wanted.ts'
import { ip, target } from '../support/targets.ts'

const traits = { readable: false, leftOut: 'kept', hostsPerRequest: 20, spacing: 0 } as const
const V4 = [ip('192.0.2.1')]
const V6 = [ip('2001:db8::1')]
const SILENT = new Failure('network', 'no answer')
const out = { published: { addresses: V6, at: 1 } }
const lost = { intent: { addresses: V6, at: 1 } }
const removed = { published: { addresses: [], at: 1 } }

const TABLE: readonly [
  situation: string,
  A: Known | undefined,
  AAAA: Known | undefined,
  disk: Partial<Memory>,
  wanted: unknown,
][] = [
  ['it is known', V4, V6, out, V6],
  ['it is unknown', V4, SILENT, out, 'address-unknown'],
  ['it is unknown, nothing is published', V4, SILENT, {}, 'address-unknown'],
  ['it is not asked for', V4, undefined, out, 'off'],
  ['the line has only the other family, nothing is published', V4, [], {}, 'off'],
  ['the line has only the other family, an empty set is published', V4, [], removed, 'off'],
  ['the line has only the other family, one is published', V4, [], out, 'address-unknown'],
  ['the line has only the other family, one may be published', V4, [], lost, 'address-unknown'],
  ['the line has neither family', [], [], {}, 'address-unknown'],
  ['the line has none, and the other is not asked for', undefined, [], {}, 'address-unknown'],
  ['the line has none, and the other is unknown', SILENT, [], {}, 'address-unknown'],
]

it.each(TABLE)('%s', (_, a, aaaa, disk, wanted) => {
  const me = target('mail.example.com', 'AAAA', { id: 'x', traits })
  const line = { ...(a && { A: a }), ...(aaaa && { AAAA: aaaa }) }
  const detected: Detected = { default: line }
  const state = { salt: '', mx: {}, targets: { [me.key]: { writes: [], forced: [], ...disk } } }
  expect(wantedOf(me, detected, state)).toEqual(wanted)
})
