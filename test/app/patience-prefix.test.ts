import { expect, it } from 'vitest'
import { parsePrefix } from '../../src/dns/prefix.ts'
import { type Does, lineRounds } from '../support/line-rounds.ts'
import { ip } from '../support/targets.ts'

const X = ip('5.9.1.7')
const V6 = ip('2a02:908:1::7')
/** Each a minute after the other. */
const LONG = 4

const withSuffix = () =>
  lineRounds((source) => ({
    default: {
      wantsPrefix: true,
      sources: [source('a'), source('interface', { view: 'host', types: ['AAAA'] }), source('box')],
    },
  }))
const ROUND = { a: [20, X], box: [20, X] } satisfies Record<string, Does>

it('the prefix is not waited for where this box has an address in it', async () => {
  expect(await withSuffix().round({ ...ROUND, 'interface AAAA': [0, V6] })).toMatchObject({ ms: 100 })
})

it('the prefix is waited for where it has none', async () => {
  const { round } = withSuffix()
  const news = { ...ROUND, 'interface AAAA': [0], prefix: [300, '2a02:908:1::/56'] } satisfies Record<string, Does>
  expect(await round(news)).toMatchObject({ ms: 300, only: { prefix: { length: 56 } } })
})

it('the prefix is heard as soon as the box has lost its address', async () => {
  const { round } = withSuffix()
  const news = { ...ROUND, prefix: [300, '2a02:908:1::/56'] } satisfies Record<string, Does>
  const { only } = await round({ ...news, 'interface AAAA': undefined })
  expect(only?.prefix).toMatchObject({ length: 56 })
})

it('the prefix does not keep the addresses waiting where its router has been silent for long', async () => {
  const { round, rounds } = withSuffix()
  await rounds(LONG, { ...ROUND, 'interface AAAA': [0] })
  const { ms, only } = await round()
  expect(only).toMatchObject({ A: [X], AAAA: [], prefix: { kind: 'network' } })
  expect(ms).toBeLessThanOrEqual(1100)
  expect(await round({ prefix: [500, '2a02:908:1::/56'] })).toMatchObject({ only: { prefix: { length: 56 } } })
})

it('the prefix is heard where nobody has told this box’s address for long', async () => {
  const { round, rounds } = withSuffix()
  await rounds(LONG, { ...ROUND, 'interface AAAA': undefined, prefix: [300, '2a02:908:1::/56'] })
  const { ms, only } = await round()
  expect(only).toMatchObject({ AAAA: { kind: 'network' }, prefix: { length: 56 } })
  expect(ms).toBeLessThanOrEqual(1100)
})

const withTwoRouters = () =>
  lineRounds((source) => ({
    default: {
      wantsPrefix: true,
      sources: [
        source('a'),
        source('interface', { view: 'host', types: ['AAAA'] }),
        source('box', { view: 'gateway' }),
        source('other', { view: 'gateway', prefix: async () => parsePrefix('2a02:908:1::/56') }),
      ],
    },
  }))

it.each([true, false])(
  'a router that rests is not asked for the prefix where another one knows it (hint: %s)',
  async (hint) => {
    const { round, rounds } = withTwoRouters()
    const silent = { a: [20, X], other: [20, X], 'interface AAAA': [0], box: undefined } satisfies Record<string, Does>
    await rounds(LONG, silent, false)
    const { ms, only } = await round({}, hint)
    expect(only).toMatchObject({ A: [X], prefix: { length: 56 } })
    expect(ms).toBe(100)
  },
)

it('one that rests is asked for it where nobody else knows', async () => {
  const { round, rounds } = withSuffix()
  await rounds(LONG, { a: [20, X], box: undefined, 'interface AAAA': [0], prefix: undefined }, false)
  const { only } = await round({ prefix: [100, '2a02:908:1::/56'] }, false)
  expect(only?.prefix).toMatchObject({ length: 56 })
})

it('a told prefix does not keep it from being asked where there is time', async () => {
  const { round, rounds } = lineRounds((source) => ({
    default: {
      wantsPrefix: true,
      sources: [
        source('a'),
        source('interface', { view: 'host', types: ['AAAA'] }),
        source('box', { view: 'gateway' }),
        source('told', { view: 'gateway', prefix: async () => parsePrefix('2a02:908:1::/56'), toldAt: () => 1 }),
      ],
    },
  }))
  const silent = { a: [20, X], told: [0, X], 'interface AAAA': [0], box: undefined } satisfies Record<string, Does>
  await rounds(LONG, { ...silent, prefix: undefined }, false)
  const news = { prefix: [100, '2a02:908:2::/56'] } satisfies Record<string, Does>
  expect((await round(news, true)).only?.prefix).toMatchObject({ address: '2a02:908:1::' })
  expect((await round(news, false)).only?.prefix).toMatchObject({ address: '2a02:908:2::' })
})
