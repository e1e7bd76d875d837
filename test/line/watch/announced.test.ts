import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Announced, announced } from '../../../src/line/watch/announced.ts'
import { natPmpAnswer, pcpAnnounce } from '../../support/datagrams.ts'

/** What is news of announcements that come at so many milliseconds. */
function newsOf(...heard: readonly (readonly [at: number, bytes: Buffer])[]): readonly number[] {
  let known: Announced | undefined
  return heard.flatMap(([at, bytes]) => {
    const said = announced(known, bytes, at)
    known = said?.now ?? known
    return said?.isNews ? at : []
  })
}
const nat = (address: string, epoch: number, result = 0) => natPmpAnswer(address, { epoch, result })
const pcp = (epoch: number) => pcpAnnounce({ epoch })
/** At 0, then after 250 ms, 500 ms, 1 s ... (RFC 6886 3.2.1). */
const TEN = Array.from({ length: 10 }, (_, i) => 250 * (2 ** i - 1))

describe('NAT-PMP', () => {
  it('the first is news, its nine repeats are not', () => {
    expect(newsOf(...TEN.map((at) => [at, nat('5.9.1.7', Math.floor(at / 1000))] as const))).toEqual([0])
  })
  it('each other address is news, however soon it comes', () => {
    expect(
      newsOf([0, nat('5.9.1.7', 0)], [5, nat('5.9.1.8', 0)], [6, nat('5.9.1.8', 0)], [9, nat('5.9.1.7', 0)]),
    ).toEqual([0, 5, 9])
  })
  it('the same address of a gateway that has begun anew is news', () => {
    expect(newsOf([0, nat('5.9.1.7', 900)], [60_000, nat('5.9.1.7', 960)], [90_000, nat('5.9.1.7', 0)])).toEqual([
      0, 90_000,
    ])
  })
  it('that there is no address is news, once, in whatever words', () => {
    const gone = [
      [5000, nat('5.9.1.7', 5, 3)],
      [5250, nat('0.0.0.0', 5)],
    ] as const
    expect(newsOf([0, nat('5.9.1.7', 0)], ...gone, [6000, nat('5.9.1.7', 6)])).toEqual([0, 5000, 6000])
  })
})

describe('PCP', () => {
  it('the first is news; of its nine repeats those in the same second, which could be another change', () => {
    expect(newsOf(...TEN.map((at) => [at, pcp(Math.floor(at / 1000))] as const))).toEqual([0, 250, 750])
  })
  it('a line that goes and comes back is news twice', () => {
    expect(newsOf([0, pcp(0)], [300, pcp(0)])).toEqual([0, 300])
    expect(newsOf([0, pcp(0)], [5000, pcp(0)])).toEqual([0, 5000])
  })
  it('one that comes long after is no repeat', () => {
    expect(newsOf([0, pcp(0)], [1000, pcp(1)], [3_600_000, pcp(3600)])).toEqual([0, 3_600_000])
  })
  it('an error is no announcement', () => {
    expect(announced(undefined, pcpAnnounce({ result: 1 }), 0)).toBeUndefined()
  })
})

describe('both, as miniupnpd sends them', () => {
  it('a change is news once', () => {
    expect(newsOf([0, nat('5.9.1.7', 0)], [0, pcp(0)], [60_000, nat('8.8.4.4', 0)], [60_001, pcp(0)])).toEqual([
      0, 60_000,
    ])
  })
  it('that the address went is told by PCP alone; the same one coming back is news too', () => {
    const back = [60_017, nat('5.9.1.7', 0)] as const
    expect(newsOf([0, nat('5.9.1.7', 0)], [1, pcp(0)], [60_000, pcp(0)], back, [60_018, pcp(0)])).toEqual([
      0, 60_000, 60_017,
    ])
  })
})

it('anything else is no announcement', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), fc.boolean(), (bytes, isKnown) => {
      const before = { by: 'pcp', epoch: 0, at: 0, address: undefined } as const
      const said = announced(isKnown ? before : undefined, bytes, 1000)
      if (said) expect([0, 2]).toContain(bytes[0])
    }),
  )
})
