import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { IpSource } from '../../src/line/source.ts'
import { type Does, lineRounds } from '../support/line-rounds.ts'
import { ip } from '../support/targets.ts'

const [X, Y] = [ip('5.9.1.7'), ip('5.9.1.8')]
const V6 = ip('2a02:908:1::7')
const CARRIER = ip('100.64.3.4')

const twoLines = () =>
  lineRounds((source) => ({
    dsl: { sources: [source('dsl')] },
    lte: { sources: [source('lte'), source('lte2'), source('router', { view: 'gateway', optional: true })] },
  }))
/** The same, where a host can leave one for the other. */
const rivals = () =>
  lineRounds((source) => ({
    dsl: { sources: [source('dsl')], hasRival: true },
    lte: { sources: [source('lte'), source('lte2'), source('router', { view: 'gateway' })], hasRival: true },
  }))
const withRouters = () =>
  lineRounds((source) => ({
    dsl: { sources: [source('dsl'), source('box', { view: 'gateway' })], hasRival: true },
    lte: { sources: [source('lte'), source('router', { view: 'gateway' })], hasRival: true },
  }))
const UNKNOWN = { A: { kind: 'network' } }
/** Each a minute after the other. */
const LONG = 4

describe('a line that is dead for long', () => {
  async function withDeadLine() {
    const lines = twoLines()
    await lines.round({ dsl: [20, X] })
    return { ...lines, died: await lines.rounds(LONG, { lte: undefined }) }
  }

  it('keeps the address of another from being published for a second, not for five', async () => {
    const { round } = await withDeadLine()
    const { ms, dsl, lte } = await round({ dsl: [20, Y] })
    expect({ dsl, lte }).toMatchObject({ dsl: { A: [Y] }, lte: UNKNOWN })
    expect(ms).toBeLessThanOrEqual(1100)
    expect((await round()).ms, 'and in each round').toBeLessThanOrEqual(1100)
  })

  it('is heard in full at first, as one that only reconnects must be', async () => {
    const { round } = twoLines()
    expect((await round({ dsl: [20, X] })).ms).toBe(5000)
    expect((await round()).ms).toBe(5000)
  })

  it('is found working again by any round if it answers within a second, and then has its full time', async () => {
    const { round } = await withDeadLine()
    const back = await round({ lte: [800, Y], lte2: [800, Y], router: [1, Y] })
    expect(back).toMatchObject({ ms: 800, dsl: { A: [X] }, lte: { A: [Y] } })
    expect(await round({ lte: [4000, Y], lte2: [4000, Y] })).toMatchObject({ ms: 4000, lte: { A: [Y] } })
  })

  it('is found working again by a round of the schedule if it is slow', async () => {
    const { round } = await withDeadLine()
    const slow = { lte: [4000, Y], lte2: [4000, Y], router: [1, Y] } satisfies Record<string, Does>
    expect(await round({ ...slow, router: undefined })).toMatchObject({ lte: UNKNOWN })
    expect(await round({}, false)).toMatchObject({ ms: 4000, lte: { A: [Y] } })
    expect(await round()).toMatchObject({ ms: 4000, lte: { A: [Y] } })
  })

  it('and has said something is heard out: a router may show yet that the address is the carrier’s', async () => {
    const { round } = await withDeadLine()
    const { lte, findings } = await round({ lte: [300, Y], lte2: [300, Y], router: [1900, CARRIER] })
    expect([lte!.A, findings]).toMatchObject([{ reason: 'shared-address' }, ['behind-cgnat']])
  })

  it('is so too where its own end keeps the address: those outside tell', async () => {
    const { round, rounds } = rivals()
    await round({ dsl: [20, X] })
    const dead = await rounds(2 * LONG, { lte: undefined, lte2: undefined, router: [1, Y] })
    expect(dead).toMatchObject({ lte: { A: [Y], unproven: ['A'] } })
    expect(dead.ms).toBeLessThanOrEqual(1100)
    expect((await round({}, false)).ms, 'they never rest').toBe(5000)
    const back = await round({ lte: [800, Y], lte2: [800, Y] })
    expect([back.ms, back.lte]).toEqual([800, { A: [Y] }])
  })

  it('where those of no line are heard, it may be they that are silent', async () => {
    const { round } = rivals()
    await round({ dsl: undefined, lte: undefined, lte2: undefined, router: [1, Y] }, false)
    expect((await round({}, false)).lte).toEqual({ A: [Y], unheard: ['A'] })
    expect((await round({ dsl: [20, X] }, false)).lte).toEqual({ A: [Y], unproven: ['A'] })
  })

  it('and they rest then as elsewhere, and cost an event no time', async () => {
    const { round, rounds } = withRouters()
    await rounds(LONG, { dsl: undefined, lte: undefined, box: [1, X], router: [1, Y] }, false)
    expect(await round()).toMatchObject({ ms: 100, dsl: { A: [X] }, lte: { A: [Y] } })
  })

  it('one of IPv6 is not told by IPv4 of another', async () => {
    const six = { types: ['AAAA'] } as const
    const { round } = lineRounds((source) => ({
      dsl: { sources: [source('dsl'), source('dsl6', six)], hasRival: true },
      lte: { sources: [source('lte'), source('own', { ...six, view: 'host' }), source('lte6', six)], hasRival: true },
    }))
    const said = { dsl: [20, X], lte: [20, Y], 'own AAAA': [1, V6], 'lte6 AAAA': undefined } as const
    expect((await round({ ...said, 'dsl6 AAAA': undefined })).lte).toEqual({ A: [Y], AAAA: [V6] })
    expect((await round({ 'dsl6 AAAA': [1, V6] })).lte?.unproven).toEqual(['AAAA'])
  })

  it('but is where this line was heard by neither: it has IPv6 alone, and the other one IPv4', async () => {
    const six = { types: ['AAAA'] } as const
    const { round } = lineRounds((source) => ({
      dsl: { sources: [source('own', { ...six, view: 'host' }), source('dsl6', six)], hasRival: true },
      lte: { sources: [source('lte')], hasRival: true },
    }))
    const said = { lte: [20, Y], 'own AAAA': [1, V6] } as const
    expect((await round({ ...said, 'dsl6 AAAA': undefined })).dsl?.unproven).toEqual(['AAAA'])
    expect((await round({ 'dsl6 AAAA': [1, V6] })).dsl).not.toHaveProperty('unproven')
  })

  it('also where those that cannot ask for the other one have come to rest, or that one is heard by IPv6 alone', async () => {
    const six = { types: ['AAAA'] } as const
    const addresses = async () => {
      throw new Failure('network', 'wwan0 has no IPv4 address', { reason: 'no-route' })
    }
    const { round, rounds } = lineRounds((source) => ({
      dsl: { sources: [source('dsl'), source('box', { view: 'gateway' })], hasRival: true },
      lte: {
        sources: [
          source('own', { view: 'host', types: ['A', 'AAAA'] }),
          source('a', { addresses }),
          source('lte6', six),
        ],
        hasRival: true,
      },
    }))
    const said = { dsl: [20, X], box: [1, X], own: [1], 'own AAAA': [1, V6], 'lte6 AAAA': [20, V6] } as const
    await rounds(20, said, false)
    const dead = []
    await round({ dsl: undefined }, false)
    for (let nth = 0; nth < 20; nth++) dead.push((await round({}, false)).dsl?.unproven?.[0])
    expect(new Set(dead)).toEqual(new Set(['A']))
  })

  it('is not where the other one has both, and is heard by IPv6 alone: what was asked by IPv4 may be silent for all', async () => {
    const six = { types: ['AAAA'] } as const
    const { rounds, round } = lineRounds((source) => ({
      dsl: { sources: [source('dsl'), source('box', { view: 'gateway' })], hasRival: true },
      lte: {
        sources: [source('own', { view: 'host', types: ['A', 'AAAA'] }), source('lte'), source('lte6', six)],
        hasRival: true,
      },
    }))
    const said = {
      dsl: [20, X],
      box: [1, X],
      own: [1, Y],
      lte: [20, Y],
      'own AAAA': [1, V6],
      'lte6 AAAA': [20, V6],
    } as const
    await rounds(LONG, said, false)
    const seen = [(await round({ dsl: undefined, lte: undefined }, false)).dsl]
    for (let nth = 0; nth < 40; nth++) seen.push((await round({}, false)).dsl)
    expect(seen.filter((one) => one?.unproven)).toEqual([])
  })

  it.each([
    ['A', { 'own AAAA': [1, V6], 'lte6 AAAA': [20, V6], own: [1, Y] }],
    ['AAAA', { own: [1, Y], lte: [20, Y], 'own AAAA': [1, V6] }],
  ] as const)('but is where the other one was silent by that family before (%s)', async (type, lte) => {
    const types = [type]
    const { rounds, round } = lineRounds((source) => ({
      dsl: { sources: [source('dsl', { types }), source('end', { view: 'gateway', types })], hasRival: true },
      lte: {
        sources: [
          source('own', { view: 'host', types: ['A', 'AAAA'] }),
          ...[source('lte'), source('lte6', { types: ['AAAA'] })],
        ],
        hasRival: true,
      },
    }))
    const [dsl, end] = type === 'A' ? ['dsl', 'end'] : ['dsl AAAA', 'end AAAA']
    const own = type === 'A' ? X : V6
    await rounds(LONG, { ...lte, [dsl]: [20, own], [end]: [1, own] }, false)
    const seen = [(await round({ [dsl]: undefined }, false)).dsl]
    for (let nth = 0; nth < 20; nth++) seen.push((await round({}, false)).dsl)
    expect(new Set(seen.map((one) => one?.unproven?.[0]))).toEqual(new Set([type]))
  })

  it('is found dead as soon as another one is heard again, also where those outside have come to rest meanwhile', async () => {
    const { round, rounds } = withRouters()
    await rounds(LONG, { dsl: undefined, lte: undefined, box: [1, X], router: [1, Y] }, false)
    expect(await round({}, false), 'they rest').toMatchObject({ ms: 100, lte: { unheard: ['A'] } })
    await rounds(60, {}, false)
    await rounds(7, { dsl: [20, X] }, false) // within five minutes one of its sources is asked again
    expect((await round({}, false)).lte?.unproven).toEqual(['A'])
    expect((await round({ lte: [20, Y] }, false)).lte).toEqual({ A: [Y] })
  })

  it('of those outside one that rests is asked before the silence of the others counts', async () => {
    const { round, rounds } = rivals()
    await rounds(LONG, { dsl: [20, X], lte: [20, Y], lte2: undefined, router: [1, Y] }, false)
    expect((await round({}, false)).ms, 'it rests').toBe(100)
    expect((await round({ lte: undefined, lte2: [20, Y] }, false)).lte).toEqual({ A: [Y] })
    expect((await round({ lte2: undefined }, false)).lte).toEqual({ A: [Y], unproven: ['A'] })
  })

  const withRefuser = () => {
    const asked = { a: 0, refuses: true }
    const addresses = async (_: unknown, __: unknown, signal: AbortSignal) => {
      asked.a += 1
      if (asked.refuses) throw new Failure('rate-limited', '429', { retryAfter: 24 * 3600 })
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      throw new Failure('network', 'a: no answer within 5 s', { reason: 'silent' })
    }
    const lines = lineRounds((source) => ({
      dsl: { sources: [source('dsl')], hasRival: true },
      lte: {
        sources: [source('a', { addresses }), source('b'), source('router', { view: 'gateway' })],
        hasRival: true,
      },
    }))
    return { asked, ...lines }
  }

  it('one that rests since it refused has been heard, and is left alone for a quarter of an hour', async () => {
    const { asked, rounds } = withRefuser()
    await rounds(LONG, { dsl: [20, X], b: [20, Y], router: [1, Y] }, false)
    const before = asked.a
    await rounds(60, {}, false)
    expect(asked.a, 'for a day while another one answers').toBe(before)
    expect((await rounds(12, { b: undefined }, false)).lte).toEqual({ A: [Y] })
    expect(asked.a).toBe(before)
    const { ms, lte } = await rounds(20, {}, false)
    expect([asked.a, lte], 'it still answers').toEqual([before + 2, { A: [Y] }])
    expect(ms, 'the other one rests').toBe(100)
  })

  it('and then counts as silent if it is', async () => {
    const { asked, rounds } = withRefuser()
    await rounds(LONG, { dsl: [20, X], b: [20, Y], router: [1, Y] }, false)
    asked.refuses = false
    expect((await rounds(20, { b: undefined }, false)).lte).toEqual({ A: [Y], unproven: ['A'] })
  })

  it('its own router is not asked for that: it cannot tell', async () => {
    let asked = 0
    const addresses = async () => {
      asked += 1
      throw new Failure('network', 'router: no answer', { reason: 'silent' })
    }
    const { rounds } = lineRounds((source) => ({
      dsl: { sources: [source('dsl')], hasRival: true },
      lte: {
        sources: [source('own', { view: 'host' }), source('router', { view: 'gateway', addresses }), source('b')],
        hasRival: true,
      },
    }))
    await rounds(LONG, { dsl: [20, X], own: [1, Y], b: undefined }, false)
    const before = asked
    expect((await rounds(4, {}, false)).lte).toEqual({ A: [Y], unproven: ['A'] })
    expect(asked).toBe(before)
  })

  it('is found dead at once beside one that cannot be asked in that family, and rests for it', async () => {
    const addresses = async () => {
      throw new Failure('network', 'six: has no IPv4 address', { reason: 'no-family' })
    }
    const { round, rounds } = lineRounds((source) => ({
      dsl: {
        sources: [source('dsl'), source('six', { addresses }), source('box', { view: 'gateway' })],
        hasRival: true,
      },
      lte: { sources: [source('lte')], hasRival: true },
    }))
    await rounds(2 * LONG, { dsl: [20, X], box: [1, X], lte: [20, Y] }, false)
    expect((await round({ dsl: undefined }, false)).dsl).toEqual({ A: [X], unproven: ['A'] })
    await rounds(2 * LONG, { lte: undefined }, false)
    expect((await round({}, false)).dsl, 'nor is it a witness').toEqual({ A: [X], unheard: ['A'] })
  })

  it('is found dead also where those outside refuse the other one, and rest', async () => {
    const asked = { count: 0 }
    const addresses = async () => {
      asked.count += 1
      throw new Failure('rejected', '403')
    }
    const { round, rounds } = lineRounds((source) => ({
      dsl: { sources: [source('dsl'), source('box', { view: 'gateway' })], hasRival: true },
      lte: { sources: [source('a', { addresses }), source('router', { view: 'gateway' })], hasRival: true },
    }))
    await rounds(2 * LONG, { dsl: [20, X], box: [1, X], router: [1, Y] }, false)
    const before = asked.count
    await round({ dsl: undefined }, false)
    const seen: unknown[] = []
    for (let nth = 0; nth < 60; nth++) seen.push((await round({}, false)).dsl?.unproven?.[0])
    expect(new Set(seen)).toEqual(new Set(['A']))
    expect(asked.count - before, 'within a quarter of an hour each').toBeGreaterThanOrEqual(3)
    expect(asked.count - before).toBeLessThanOrEqual(5)
  })

  it('where all outside have refused, they are asked within a quarter of an hour', async () => {
    const asked = { count: 0 }
    const addresses = async () => {
      asked.count += 1
      throw new Failure('rejected', '403')
    }
    const { rounds } = lineRounds((source) => ({
      dsl: { sources: [source('dsl')], hasRival: true },
      lte: { sources: [source('a', { addresses }), source('router', { view: 'gateway' })], hasRival: true },
    }))
    await rounds(LONG, { dsl: [20, X], router: [1, Y] }, false)
    const before = asked.count
    expect((await rounds(60, {}, false)).lte).toEqual({ A: [Y] })
    expect(asked.count - before).toBeGreaterThanOrEqual(3)
    expect(asked.count - before).toBeLessThanOrEqual(4)
  })

  it.each([
    ['IPv4 alone', {}],
    ['both', { 'lte6 AAAA': [1, V6] }],
  ] as const)(
    'where it is heard by IPv4, those that are silent by IPv6 rest as elsewhere (the other: %s)',
    async (_, other) => {
      const six = { types: ['AAAA'] } as const
      const { round, rounds } = lineRounds((source) => ({
        dsl: { sources: [source('dsl'), source('own', { ...six, view: 'host' }), source('dsl6', six)], hasRival: true },
        lte: { sources: [source('lte'), ...('lte6 AAAA' in other ? [source('lte6', six)] : [])], hasRival: true },
      }))
      const said = { dsl: [20, X], lte: [20, Y], 'own AAAA': [1, V6], 'dsl6 AAAA': undefined } as const
      await rounds(30, { ...said, ...other }, false)
      const times: number[] = []
      for (let nth = 0; nth < 15; nth++) times.push((await round({}, false)).ms)
      expect(times.filter((ms) => ms > 100).length, 'of fifteen minutes').toBeLessThanOrEqual(1)
    },
  )

  it('also where no other line was heard in the round before', async () => {
    const { round, rounds } = rivals()
    await rounds(LONG, { dsl: undefined, lte: [20, Y], lte2: undefined, router: [1, Y] }, false)
    expect((await round({ dsl: [20, X], lte: undefined, lte2: [20, Y] }, false)).lte).toEqual({ A: [Y] })
  })

  it('nobody outside is let go before one of them is heard', async () => {
    const { round } = lineRounds((source) => ({
      dsl: { sources: [source('dsl')], hasRival: true },
      lte: {
        sources: [source('own', { view: 'host' }), source('given', { view: 'given' }), source('lte')],
        hasRival: true,
      },
    }))
    const said = { dsl: [20, X], own: [1, Y], given: [1, Y] } satisfies Record<string, Does>
    expect((await round({ ...said, lte: undefined })).lte).toEqual({ A: [Y], unproven: ['A'] })
    expect(await round({ lte: [800, Y] })).toMatchObject({ ms: 800, lte: { A: [Y] } })
  })

  it('and without an address is heard out once its own end has one again', async () => {
    const { round, rounds } = rivals()
    await round({ dsl: [20, X] })
    await rounds(LONG, { lte: undefined, lte2: undefined, router: undefined })
    expect(await round({ router: [50, Y], lte: [1500, Y], lte2: [1500, Y] })).toMatchObject({
      ms: 1500,
      lte: { A: [Y] },
    })
  })

  it('is heard in full while its link is unsure: a miss would count', async () => {
    const { round, links } = await withDeadLine()
    links.lte = { link: { state: 'unsure', since: 0, until: 1 } }
    expect((await round()).ms).toBe(5000)
    links.lte = { link: { state: 'down', since: 0 } }
    expect((await round()).ms).toBeLessThanOrEqual(1100)
  })

  it('is heard in full where no other line has an address: there is nothing to publish', async () => {
    const { round, rounds } = await withDeadLine()
    await rounds(LONG, { dsl: undefined })
    expect((await round()).ms).toBe(5000)
    const slow = { lte: [3000, Y], lte2: [3000, Y], router: [1, Y] } satisfies Record<string, Does>
    expect(await round(slow)).toMatchObject({ ms: 4000, dsl: UNKNOWN, lte: { A: [Y] } })
  })

  it('has its full time again once its interface is back: while that was down it cost none', async () => {
    const down = new Failure('network', 'lte: down', { reason: 'no-route' })
    let isDown = true
    const lte: Partial<IpSource> = { view: 'host' }
    const { round, rounds } = lineRounds((source) => {
      const own = source('lte', lte)
      const addresses: IpSource['addresses'] = (...all) => (isDown ? Promise.reject(down) : own.addresses(...all))
      return { dsl: { sources: [source('dsl')] }, lte: { sources: [{ ...own, addresses }] } }
    })
    await rounds(LONG, { dsl: [20, X], lte: [3000, Y] })
    isDown = false
    expect(await round()).toMatchObject({ ms: 3000, lte: { A: [Y] } })
  })

  it('does not keep another waiting that comes back after as long', async () => {
    const { round, rounds } = await withDeadLine()
    await rounds(LONG, { dsl: undefined })
    const { ms, dsl } = await round({ dsl: [20, Y] })
    expect(dsl).toEqual({ A: [Y] })
    expect(ms).toBeLessThanOrEqual(1100)
  })
})

it('a line that is slow and works is never cut short', async () => {
  const { round } = twoLines()
  const slow = { dsl: [20, X], lte: [4900, Y], lte2: [4900, Y], router: [1, Y] } satisfies Record<string, Does>
  for (let nth = 0; nth < 2 * LONG; nth++) expect(await round(slow)).toMatchObject({ lte: { A: [Y] } })
})

it('a family that has been dead for long does not keep the other waiting, on one line either', async () => {
  const both = { types: ['A', 'AAAA'] } as const
  const { round, rounds } = lineRounds((source) => ({ default: { sources: [source('a', both)] } }))
  await rounds(LONG, { a: [20, X] })
  const { ms, only } = await round({ a: [20, Y] })
  expect(only).toMatchObject({ A: [Y], AAAA: { kind: 'network' } })
  expect(ms).toBeLessThanOrEqual(1100)
  expect(await round({ 'a AAAA': [900, V6] })).toMatchObject({ only: { AAAA: [V6] } })
})

it('but IPv4 that comes back is heard in full beside an IPv6 address that has outlived the way out', async () => {
  const { round, rounds } = lineRounds((source) => ({
    default: { sources: [source('a'), source('interface', { view: 'host', types: ['AAAA'] })] },
  }))
  await rounds(LONG, { a: undefined, 'interface AAAA': [0, V6] })
  expect(await round({ a: [3000, X] })).toMatchObject({ ms: 3000, only: { A: [X], AAAA: [V6] } })
})

it('nor does a family that is known to be absent end the waiting', async () => {
  const { round, rounds } = lineRounds((source) => ({
    dsl: { sources: [source('a')] },
    lte: { sources: [source('interface', { view: 'host', types: ['AAAA'] })] },
  }))
  await rounds(LONG, { a: undefined, 'interface AAAA': [0] })
  expect(await round({ a: [3000, X] })).toMatchObject({ dsl: { A: [X] } })
})
