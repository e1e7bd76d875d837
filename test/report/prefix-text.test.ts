import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { judgePrefixes, type PrefixSighting } from '../../src/core/line-prefix.ts'
import { parsePrefix } from '../../src/dns/prefix.ts'
import { ipDocument, ipText } from '../../src/report/ip-text.ts'
import { PLAIN } from './documents.ts'

const HOUR = 3_600_000
const WIDE = { ...PLAIN, width: 200 }
const said = (source: string, answer: string | Failure | undefined, at?: number): PrefixSighting => ({
  source,
  answer: typeof answer === 'string' ? parsePrefix(answer) : answer,
  ...(at !== undefined && { isTold: true as const, at }),
})
const document = (...sightings: readonly PrefixSighting[]) => {
  const { prefix, findings } = judgePrefixes(sightings, [], '')
  const detected = { default: { A: [], AAAA: [], ...(prefix && { prefix }) } }
  return ipDocument({ detected, sightings: {}, prefixes: { default: sightings }, findings })
}
const text = (...sightings: readonly PrefixSighting[]) =>
  ipText(document(...sightings), WIDE)
    .split('\n')
    .slice(4)

it('the prefix, and who told it when', () => {
  const sightings = [said('fritzbox', '2a02:908:1:200::/56'), said('push', '2a02:908:1:200::/56', PLAIN.now - 3 * HOUR)]
  expect(text(...sightings)).toEqual([
    'IPv6 prefix: 2a02:908:1:200::/56',
    '  fritzbox  2a02:908:1:200::/56',
    '  push      2a02:908:1:200::/56  told 3 h ago',
  ])
  const [four, six] = document(...sightings).lines
  expect(four).not.toHaveProperty('prefix')
  expect(six?.prefix).toEqual({
    prefix: '2a02:908:1:200::/56',
    sources: [
      { source: 'fritzbox', prefix: '2a02:908:1:200::/56' },
      { source: 'push', prefix: '2a02:908:1:200::/56', toldAt: new Date(PLAIN.now - 3 * HOUR).toISOString() },
    ],
  })
})

it('why it is unknown', () => {
  const sightings = [
    said('fritzbox', undefined),
    said('push', new Failure('unavailable', 'push: the router has not told its IPv6 prefix yet')),
  ]
  expect(text(...sightings)).toEqual([
    'IPv6 prefix: unknown',
    '  fritzbox  -  has none',
    '  push      -  the router has not told its IPv6 prefix yet',
  ])
  expect(document(...sightings).lines[1]?.prefix).toMatchObject({ prefix: null, problem: expect.any(String) })
})

it('why one that was told is not believed', () => {
  expect(text(said('fritzbox', 'fd00:1::/64'))).toEqual([
    'IPv6 prefix: unknown',
    '  fritzbox  fd00:1::/64',
    '  the IPv6 prefix is unknown: fritzbox: fd00:1::/64 is not public: Unique-Local (fc00::/7)',
  ])
})

it('that the router says it has none', () => {
  expect(text(said('fritzbox', undefined))).toEqual(['IPv6 prefix: none is known of', '  fritzbox  -  has none'])
})

it('two that contradict each other are a finding, and none is believed', () => {
  const both = [said('fritzbox', '2a02:908:1:200::/56'), said('box', '2a02:908:2:200::/56')]
  expect(document(...both).findings).toMatchObject([
    { id: 'sources-disagree', severity: 'warn', message: expect.stringContaining('box: 2a02:908:2:200::/56; none') },
  ])
  expect(text(...both)[0]).toBe('IPv6 prefix: unknown')
})

it('nothing where nobody was asked', () => {
  expect(text()).toEqual([])
  expect(document().lines.some((one) => 'prefix' in one)).toBe(false)
})
