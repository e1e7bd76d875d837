import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { isKnown, type Known } from '../../src/core/plan.ts'
import { judgeSightings } from '../../src/core/quorum.ts'
import type { Sighting } from '../../src/core/sighting.ts'
import { ip } from '../support/targets.ts'

const [X, Y, Z] = ['5.9.1.7', '5.9.1.8', '5.9.1.9']
const DOWN = 'down'

/** One source a word: its addresses joined by +, `none`, or `down`. */
function sightings(words: string): readonly Sighting[] {
  return words.split(' ').map((word, i) => ({
    source: `s${i}`,
    view: 'outside',
    answer:
      word === DOWN ? new Failure('network', 'silent') : word === 'none' ? [] : word.split('+').map((one) => ip(one)),
  }))
}
const judge = (words: string, quorum?: number, allow: string[] = []) =>
  judgeSightings('A', sightings(words), { quorum, allow })
const shown = (words: string, quorum?: number) => {
  const { addresses, sightings: judged, findings } = judge(words, quorum)
  const verdict = isKnown(addresses) ? addresses.join('+') || 'none' : addresses.kind
  return [verdict, judged.map(({ judgement }) => judgement).join(' '), findings.map(({ severity }) => severity).join()]
}

it.each([
  // sources, quorum, verdict, judgements, severity of sources-disagree
  [`${X}`, undefined, X, 'agreed', ''],
  [`${X}`, 2, X, 'agreed', ''],
  [`${X} ${X} ${X}`, undefined, X, 'agreed agreed agreed', ''],
  [`${X} ${X} ${Y}`, undefined, X, 'agreed agreed disagreed', 'info'],
  [`${Y} ${X} ${X}`, undefined, X, 'disagreed agreed agreed', 'info'],
  [`${X} ${Y}`, undefined, 'protocol', 'undecided undecided', 'warn'],
  [`${X} ${Y} ${Z}`, undefined, 'protocol', 'undecided undecided undecided', 'warn'],
  [`${X} ${X} ${Y} ${Y}`, undefined, 'protocol', 'undecided undecided undecided undecided', 'warn'],
  [`${X} ${X} ${Y} ${Z}`, undefined, 'protocol', 'undecided undecided undecided undecided', 'warn'],
  [`${X} ${DOWN}`, undefined, X, 'agreed failed', ''],
  [`${X} ${DOWN} ${DOWN}`, undefined, X, 'agreed failed failed', ''],
  [`${X} ${DOWN} ${DOWN}`, 2, 'unavailable', 'undecided failed failed', ''],
  [`${X} ${Y} ${DOWN}`, undefined, 'protocol', 'undecided undecided failed', 'warn'],
  [`${DOWN} ${DOWN}`, undefined, 'network', 'failed failed', ''],
  [`${X} ${X} ${Y} ${Z}`, 2, X, 'agreed agreed disagreed disagreed', 'info'],
  [`${X} ${X} ${Y}`, 1, X, 'agreed agreed disagreed', 'info'],
  [`${X} ${Y}`, 1, 'protocol', 'undecided undecided', 'warn'],
  [`${X} ${X} ${Y}`, 3, 'protocol', 'undecided undecided undecided', 'warn'],
  ['none', undefined, 'none', 'agreed', ''],
  ['none none', undefined, 'none', 'agreed agreed', ''],
  [`none ${DOWN}`, undefined, 'none', 'agreed failed', ''],
  [`none none ${X}`, undefined, 'protocol', 'undecided undecided undecided', 'warn'],
  [`none ${X} ${X}`, undefined, X, 'disagreed agreed agreed', 'info'],
  [`192.168.1.2 ${X}`, undefined, X, 'refused agreed', ''],
  ['192.168.1.2 192.168.1.2', undefined, 'rejected', 'refused refused', ''],
  ['192.168.1.2', undefined, 'rejected', 'refused', ''],
  [`100.64.0.1 ${DOWN}`, undefined, 'rejected', 'refused failed', ''],
  [`${X}+${Y} ${Y}+${X}`, undefined, `${X}+${Y}`, 'agreed agreed', ''],
  [`${X}+${Y} ${X}`, undefined, 'protocol', 'undecided undecided', 'warn'],
  [`${X}+10.0.0.1 ${X}`, undefined, X, 'agreed agreed', ''],
  [`${X}+${X} ${X}`, undefined, X, 'agreed agreed', ''],
] as const)('%s with quorum %s: %s', (words, quorum, ...expected) => expect(shown(words, quorum)).toEqual(expected))

it('tells why an address was refused', () => {
  const { addresses, sightings: judged } = judge('100.64.3.4')
  expect((addresses as Failure).message).toBe(
    "the IPv4 address is unknown: s0: 100.64.3.4 is not public: Shared Address Space (100.64.0.0/10, RFC 6598), carrier-grade NAT: the provider's customers share a public address",
  )
  expect(judged[0]?.refused).toMatchObject([{ address: '100.64.3.4', why: { explain: 'behind-cgnat' } }])
})

it('tells what was left out of an answer that is believed', () => {
  expect(judge(`${X}+10.0.0.1`).sightings).toMatchObject([
    { judgement: 'agreed', refused: [{ address: '10.0.0.1', why: { explain: 'double-nat' } }] },
  ])
})

it('accepts a special-purpose address that is allowed', () => {
  expect(judge('192.0.2.1', undefined, ['192.0.2.0/24']).addresses).toEqual(['192.0.2.1'])
})

it('names every source that disagrees, and its line', () => {
  const { findings } = judgeSightings('A', sightings(`${X} ${Y} ${DOWN}`), { quorum: undefined, allow: [] }, 'dsl')
  expect(findings).toMatchObject([{ id: 'sources-disagree' }])
  expect(findings[0]?.message).toContain(`IPv4 on line dsl: s0: ${X}; s1: ${Y}; none is believed`)
})

it('counts an address of the other family as a failed source', () => {
  const both: Sighting[] = [{ source: 's', view: 'host', answer: [ip('2a02::1'), ip(X)] }]
  expect(judgeSightings('A', both, { quorum: undefined, allow: [] })).toMatchObject({
    addresses: { kind: 'protocol' },
    sightings: [{ judgement: 'failed' }],
  })
})

it('says that nobody can tell where there is no source', () => {
  expect(judgeSightings('AAAA', [], { quorum: undefined, allow: [] }).addresses).toMatchObject({
    kind: 'unsupported',
    message: 'the IPv6 address is unknown: no address source can tell it',
  })
})

it.each<[string, Known]>([
  ['is silent', new Failure('network', 'silent')],
  ['has an inner address only', [ip('192.168.1.2')]],
])('is cancelled when one source was, and another %s', (_, other) => {
  const answers = [other, new Failure('cancelled', 'stopped')]
  const cut = answers.map((answer): Sighting => ({ source: 's', view: 'outside', answer }))
  expect(judgeSightings('A', cut, { quorum: undefined, allow: [] }).addresses).toMatchObject({ kind: 'cancelled' })
})

it('never believes an answer that as many or more contradict, nor one that nobody gave', () => {
  const word = fc.constantFrom(X, Y, Z, `${X}+${Y}`, 'none', DOWN, '10.0.0.1')
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 2, maxLength: 7 }),
      fc.option(fc.integer({ min: 1, max: 4 })),
      (words, quorum) => {
        const { addresses } = judge(words.join(' '), quorum ?? undefined)
        if (!isKnown(addresses)) return
        const won = addresses.join('+') || 'none'
        const count = (one: string) => words.filter((other) => other === one).length
        expect(count(won)).toBeGreaterThanOrEqual(quorum ?? 1)
        for (const other of new Set(words)) {
          if (other !== won && other !== DOWN && other !== '10.0.0.1') expect(count(won)).toBeGreaterThan(count(other))
        }
      },
    ),
  )
})
