import { describe, expect, it } from 'vitest'
import { roundText } from '../../src/report/round-text.ts'
import { confirmation, NEW, OLD, PLAIN, round, updated } from './documents.ts'

const shown = (...targets: Parameters<typeof round>[0]) => roundText(round(targets), PLAIN)

describe('what proves it, in words', () => {
  const silent = {
    name: 'ns3.example.net',
    address: '2001:db8::53',
    answer: null,
    problem: 'no route',
    notAsked: true,
  } as const
  const many = confirmation('contradicted', [OLD, OLD, OLD, OLD, '192.0.2.1', ''])
  const seen = confirmation('confirmed', [NEW])
  const cases: [string, ReturnType<typeof confirmation>][] = [
    ['confirmed by 1 of 1 name server', seen],
    ['confirmed by 2 of 2 name servers in 2 min 5 s', confirmation('confirmed', [NEW, NEW], 125_000)],
    ['confirmed by 2 of 3 name servers; no answer from ns3.example.net', confirmation('confirmed', [NEW, NEW, null])],
    ['confirmed by 1 of 1 name server', { ...seen, servers: [...seen.servers, silent] }],
    ['visible at 1 of 2: ns2.example.net has no record', confirmation('visible', [NEW, ''])],
    ['visible at 1 of 3', { ...confirmation('visible', [NEW]), asked: 3 }],
    ['visible at 1 of 2: ns2.example.net has 192.0.2.1', confirmation('visible', [NEW, '192.0.2.1'])],
    ['not visible yet at any of 1 name server: ns1.example.net still has 198.51.100.7', confirmation('visible', [OLD])],
    [
      'contradicted: ns1.example.net, ns2.example.net, ns3.example.net and 1 more still have 198.51.100.7; ns5.example.net has 192.0.2.1; ns6.example.net has no record',
      many,
    ],
    ['contradicted: the name servers hold something else', { ...many, servers: [] }],
    ['seen by a resolver only, no name server could be asked', confirmation('seen', [])],
    ["only the provider's word, no name server could be asked", confirmation('accepted', [])],
    ['not confirmed, no name server could be asked', confirmation('unknown', [])],
    ['confirmed earlier', confirmation('confirmed', [])],
    ['not confirmed yet', confirmation('visible', [])],
    ['not confirmed yet: the round ended before a name server was asked', confirmation('visible', [], 40)],
  ]
  it.each(cases)('%s', (words, found) => {
    expect(shown(updated({ confirmation: found })).replaceAll(/\n +(?!->)/g, ' ')).toContain(`${words}  ionos`)
  })

  it('names a server by its address where the user has named it so', () => {
    const servers = confirmation('visible', [NEW, OLD]).servers.map((one) => ({ ...one, name: '' }))
    const found = { ...confirmation('visible', [NEW, OLD]), servers }
    expect(shown(updated({ confirmation: found }))).toContain('visible at 1 of 2: 192.0.2.54 still has 198.51.100.7')
    expect(shown(updated({ before: null, confirmation: found }))).toContain('192.0.2.54 has 198.51.100.7')
  })

  it('says "yet" of a record that was not there before', () => {
    const text = shown(updated({ before: [], confirmation: confirmation('visible', [NEW, '']) }))
    expect(text).toContain('ns2.example.net has no record yet')
  })

  it('asks to look at the provider when all servers contradict', () => {
    expect(shown(updated({ confirmation: many }))).toContain(
      ' -> ionos took the update, but the name servers do not show it: look at mail.example.com there.',
    )
  })
})
