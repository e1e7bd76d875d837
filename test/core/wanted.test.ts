import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { type Detected, type Family, type Known, keyOf, siblingOf } from '../../src/core/plan.ts'
import type { Memory, State } from '../../src/core/state.ts'
import { answerOf, lineOf, wantedOf } from '../../src/core/wanted.ts'
import { parsePrefix, parseSuffix, type Suffix } from '../../src/dns/prefix.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
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

const me = target('mail.example.com', 'AAAA', { id: 'x', traits })
const stateOf = (disk: Partial<Memory>, lines: State['lines'], four: readonly IpAddress[] = V4): State => ({
  ...{ salt: '', mx: {}, lines },
  targets: {
    [me.key]: { writes: [], forced: [], ...disk },
    [keyOf(me.account, siblingOf(me))]: { writes: [], forced: [], published: { addresses: four, at: 1 } },
  },
})

/** This box's address, what the router says of the prefix when it is asked, the suffix. */
it.each<[string, Known, string | Failure | undefined, string, unknown]>([
  ["this box's prefix", [ip('2001:db8:1:2::9')], undefined, '::25', ['2001:db8:1:2::25']],
  ['whatever the router says', [ip('2001:db8:1:2::9')], '2001:db8:9::/64', '::25', ['2001:db8:1:2::25']],
  [
    'two addresses in one prefix',
    [ip('2001:db8:1:2::9'), ip('2001:db8:1:2::8')],
    undefined,
    '::25',
    ['2001:db8:1:2::25'],
  ],
  ['a network of its own', [ip('2001:db8:1:2::9')], undefined, '::1:0:0:0:25/56', ['2001:db8:1:1::25']],
  ['only the router knows, a /64', SILENT, '2001:db8:1:2::/64', '::25', ['2001:db8:1:2::25']],
  [
    'only the router knows, a /56, and the suffix names the network',
    [],
    '2001:db8:1:200::/56',
    '::1:0:0:0:25/56',
    ['2001:db8:1:201::25'],
  ],
  ['only the router knows, a /56: which network?', [], '2001:db8:1:200::/56', '::25', 'address-unknown'],
  ['the sources of the prefix disagree', [], new Failure('protocol', 'they disagree'), '::25', 'address-unknown'],
  ['nobody knows', SILENT, undefined, '::25', 'address-unknown'],
])('a host with a suffix: %s', (_, known, prefix, suffix, wanted) => {
  const given = typeof prefix === 'string' ? parsePrefix(prefix) : prefix
  const detected = { default: { A: V4, AAAA: known, ...(given && { prefix: given }) } }
  const host = { ...me, suffix: parseSuffix(suffix) as Suffix }
  expect(wantedOf(host, detected, stateOf({}, undefined))).toEqual(wanted)
  // its A is the line's own
  expect(wantedOf({ ...host, type: 'A' }, detected, stateOf({}, undefined))).toEqual(V4)
})

it.each([
  ['2001:db8:1:200::/56', '::25', "Give its ipv6Suffix with the network's bits, such as ::1:0:0:0:25/56"],
  // No example: which bits stand between the two is the user's own division of a single network.
  ['2001:db8:1:2::/64', '::25/72', "Give its ipv6Suffix with the network's bits"],
])('of a host in one of several networks behind %s the user is asked for what is missing', (given, suffix, remedy) => {
  const host = { ...me, suffix: parseSuffix(suffix) as Suffix }
  const line = { A: V4, AAAA: [], prefix: parsePrefix(given)! }
  const answer = answerOf(host, { default: line }, stateOf({}, undefined))
  expect(answer).toMatchObject({
    kind: 'unsupported',
    message: expect.stringMatching(`^the line was given ${given}, `),
  })
  expect((answer as Failure).message.endsWith(`. ${remedy}`)).toBe(true)
})

const NOBODY = new Failure('unsupported', 'no address source can tell it')
const AT = ip('2001:db8:1:2::25')
const published = { published: { addresses: [AT], at: 1 } }
const moved = { published: { addresses: [ip('2001:db8:9:9::25')], at: 1 } }
const both = { published: { addresses: [AT, ip('2001:db8:9:9::25')], at: 1 } }

/** What the router told of the prefix some time ago: it may have another one by now. */
it.each<[string, Known, Partial<Memory>, unknown]>([
  ['this box has no IPv6 at all', [], moved, [AT]],
  ['nobody is asked for the address', NOBODY, moved, [AT]],
  ['the look-up failed, nothing is published', SILENT, {}, 'address-unknown'],
  ['the look-up failed, another address is published', SILENT, moved, 'address-unknown'],
  ['the look-up failed, the prefix is the published one', SILENT, published, [AT]],
  ['the look-up failed, one of two is of that prefix', SILENT, both, 'address-unknown'],
  ['the look-up failed, it was removed', SILENT, removed, 'address-unknown'],
  ['the sources disagree', new Failure('protocol', 'they disagree'), moved, 'address-unknown'],
  ['no address is believed', new Failure('rejected', 'not public'), moved, 'address-unknown'],
])('a host with a suffix, the prefix was told: %s', (_, known, disk, wanted) => {
  const prefix = { ...parsePrefix('2001:db8:1:2::/64')!, isTold: true as const }
  const host = { ...me, suffix: parseSuffix('::25') as Suffix }
  expect(wantedOf(host, { default: { A: V4, AAAA: known, prefix } }, stateOf(disk, undefined))).toEqual(wanted)
})

const gone = (yes: boolean, family: Family = 'AAAA'): State['lines'] => ({
  default: { absent: { [family]: { since: 1, rounds: 3, ...(yes && { gone: true }) } } },
})
it.each<[string, 'keep' | 'remove', Known, boolean, Partial<Memory>, unknown]>([
  ['gone, and to be removed', 'remove', V4, true, out, []],
  ['gone, a write of it was lost', 'remove', V4, true, lost, []],
  ['gone, and to be kept', 'keep', V4, true, out, 'address-unknown'],
  ['not for long enough', 'remove', V4, false, out, 'address-unknown'],
  ['gone, and the other family too: the line is down', 'remove', [], true, out, 'address-unknown'],
  ['gone, and the other family is unknown', 'remove', SILENT, true, out, 'address-unknown'],
  ['gone, and removed', 'remove', V4, true, removed, 'off'],
  ['gone, and never published', 'remove', V4, true, {}, 'off'],
])('a family that is %s', (_, whenGone, A, isGone, disk, wanted) => {
  expect(wantedOf({ ...me, whenGone }, { default: { A, AAAA: [] } }, stateOf(disk, gone(isGone)))).toEqual(wanted)
})

it('a name is not left without any address: the other family must be out as well, not only on the line', () => {
  const host = { ...me, whenGone: 'remove' as const }
  const wanted = (four: readonly IpAddress[]) =>
    wantedOf(host, { default: { A: V4, AAAA: [] } }, stateOf(out, gone(true), four))
  expect([wanted(V4), wanted([])]).toEqual([[], 'address-unknown'])
})

/** Behind DS-Lite the carrier's address is seen outside, and the router says that the line has none. */
it.each<[string, 'keep' | 'remove', boolean, boolean, Partial<Memory>, unknown]>([
  ['denied for long', 'remove', true, true, out, []],
  ['denied for long, and to be kept', 'keep', true, true, out, 'address-unknown'],
  ['not denied for long enough', 'remove', true, false, out, 'address-unknown'],
  ['denied before, and not now', 'remove', false, true, out, 'address-unknown'],
  ['denied, and removed', 'remove', true, true, removed, 'off'],
  ['denied, and never published', 'keep', true, false, {}, 'address-unknown'],
])('a family that is %s by the router alone', (_, whenGone, denied, isGone, disk, wanted) => {
  const line = { A: V4, AAAA: SILENT, ...(denied && { absent: ['AAAA'] as const }) }
  expect(wantedOf({ ...me, whenGone }, { default: line }, stateOf(disk, gone(isGone)))).toEqual(wanted)
})

it('a prefix that is unknown removes nothing, although this box has had no IPv6 for long', () => {
  const host = { ...me, whenGone: 'remove' as const, suffix: parseSuffix('::25') as Suffix }
  const line = { A: V4, AAAA: [], absent: ['AAAA', 'prefix'] as const, prefix: new Failure('network', 'no answer') }
  expect(wantedOf(host, { default: line }, stateOf(out, gone(true, 'prefix')))).toBe('address-unknown')
})

it.each<[Family, unknown]>([
  ['prefix', []],
  ['AAAA', 'address-unknown'],
])(
  'a host with a suffix loses its record by the word on the prefix, not by that of this machine: %s',
  (family, wanted) => {
    const host = { ...me, whenGone: 'remove' as const, suffix: parseSuffix('::25') as Suffix }
    const line = { A: V4, AAAA: [], absent: ['AAAA', 'prefix'] as const }
    expect(wantedOf(host, { default: line }, stateOf(out, gone(true, family)))).toEqual(wanted)
  },
)

it('a host with a list takes both families from the line in use', () => {
  const listed = { ...me, lines: ['dsl', 'lte'] as const }
  const detected: Detected = { dsl: { A: V4, AAAA: [] }, lte: { A: [ip('192.0.2.9')], AAAA: V6 } }
  expect(wantedOf(listed, detected, stateOf({}, undefined))).toBe('off') // not lte's: dsl is up
  const down = { dsl: { link: { state: 'down', since: 1 } } } as const
  expect(lineOf(listed, stateOf({}, down))).toBe('lte')
  expect(wantedOf(listed, detected, stateOf({}, down))).toEqual(V6)
})
