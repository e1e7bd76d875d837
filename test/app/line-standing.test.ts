import { describe, expect, it } from 'vitest'
import { standingsOf } from '../../src/app/line-standing.ts'
import { Failure } from '../../src/core/failure.ts'
import { judgeSightings } from '../../src/core/quorum.ts'
import type { Sighting, SourceView } from '../../src/core/sighting.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { ip } from '../support/targets.ts'

const FOUR = '5.9.1.7'
const [SIX, OTHER] = ['2a02:908::7', '2a02:908::8']
const VIEWS: Readonly<Record<string, SourceView>> = { o: 'outside', r: 'gateway', p: 'gateway', h: 'host', g: 'given' }

/** `o=5.9.1.7`: a view and what it says: an address, `none`, or `down`; `p` is a router that told it by itself. */
function sighting(word: string, i: number): Sighting {
  const [view, said] = word.split('=') as [string, string]
  const answer = said === 'down' ? new Failure('network', 'silent') : said === 'none' ? [] : [ip(said)]
  return { source: `${view}${i}`, view: VIEWS[view]!, answer, ...(view === 'p' && { at: 0 }) }
}

type Beside = Parameters<typeof standingsOf>[2]
const BESIDE: Beside = { lacks: undefined, prefix: 'unneeded', quorum: undefined }
function standings(type: AddressType, words: string, beside: Partial<Beside>) {
  const all = { ...BESIDE, ...beside }
  return standingsOf(type, judgeSightings(type, words.split(' ').map(sighting), { ...all, allow: [] }), all)
}

describe('what the end of the line says of one family', () => {
  it.each<[AddressType, string, Partial<Beside>, string | undefined]>([
    ['A', `o=${FOUR}`, {}, undefined],
    ['A', `o=down g=${FOUR}`, {}, 'unseen'],
    ['A', `o=down p=${FOUR}`, {}, 'unseen'],
    ['A', `o=${FOUR} g=${FOUR}`, {}, undefined],
    ['A', 'h=none', {}, 'absent'],
    ['A', 'o=down r=none', {}, 'absent'],
    ['A', `o=${FOUR} r=none`, {}, 'absent'], // DS-Lite: what is seen outside is the carrier's
    ['A', 'h=192.168.178.20 r=none', {}, 'absent'],
    ['A', `p=${FOUR} r=none`, {}, 'absent'],
    ['A', 'o=down p=none', {}, undefined],
    ['AAAA', `o=${SIX} o=${OTHER} r=none`, {}, undefined],
    ['AAAA', 'o=down r=down', { lacks: false }, 'there'],
    ['AAAA', 'o=down r=down', { lacks: true }, 'absent'],
    ['AAAA', 'o=down r=down', { lacks: true, quorum: 2 }, undefined],
    ['AAAA', 'h=none r=down', { lacks: true, quorum: 2 }, 'absent'],
    ['AAAA', 'h=none r=down', { lacks: true, quorum: 3 }, undefined],
  ])('%s of %s beside %j: %s', (type, words, beside, wanted) => {
    expect(standings(type, words, beside)).toEqual({ [type]: wanted })
  })
})

describe('what is said of the prefix', () => {
  const prefix = { address: ip('2a02:908::'), length: 56 }
  const failed = new Failure('network', 'silent')

  it.each<[string, string, Partial<Beside>, object]>([
    ['no host needs it', 'o=down', { prefix: 'unneeded' }, {}],
    ['it could not be told', 'o=down', { prefix: failed }, {}],
    ['nobody could be asked', 'h=none', { prefix: 'unasked' }, { AAAA: 'absent', prefix: 'absent' }],
    ['none, and whether the line has IPv6 nobody can tell', 'o=down', { prefix: undefined }, {}],
    ['none, and no IPv6', 'o=down', { prefix: undefined, lacks: true }, { AAAA: 'absent', prefix: 'absent' }],
    ['none, and several must agree', 'o=down', { prefix: undefined, lacks: true, quorum: 2 }, {}],
    ['none, and somebody sees IPv6', `o=${SIX} o=${OTHER}`, { prefix: undefined, lacks: true }, {}],
    ['there is one', 'o=down', { prefix }, { AAAA: 'there', prefix: 'there' }],
    ['there is one, and this machine has no IPv6', 'h=none', { prefix }, { AAAA: 'absent', prefix: 'there' }],
    ['one was told some time ago', 'o=down', { prefix: { ...prefix, isTold: true } }, {}],
  ])('%s (%s)', (_, words, beside, wanted) => {
    expect(standings('AAAA', words, beside)).toEqual(wanted)
  })
})
