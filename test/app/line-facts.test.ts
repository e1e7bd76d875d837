import { expect, it } from 'vitest'
import { lineFactsOf } from '../../src/app/line-facts.ts'
import type { Link } from '../../src/core/link.ts'
import { parseSuffix, type Suffix } from '../../src/dns/prefix.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import { config } from '../support/config.ts'
import { EMPTY } from '../support/memory-store.ts'
import { ip, target } from '../support/targets.ts'

const DOWN: Link = { state: 'down', since: 1, drops: [1] }
const OLD = ip('2a02:908:9:2::25')

it('what a host behind the router has on a line that it does not use now is not lost', () => {
  const host = target('mail.example.com', 'AAAA', noip)
  const detected = { dsl: { AAAA: [ip('2a02:908:1:2::7')] }, lte: { AAAA: [ip('2a01:600:3:4::7')] } }
  const kept = {
    targets: [{ ...host, lines: ['dsl', 'lte'] as const, suffix: parseSuffix('::25') as Suffix }],
    state: { ...EMPTY, lines: { dsl: { link: DOWN } } },
    config: config({}),
  }
  const past = [ip('2a02:908:1:2::25'), ip('2a01:600:3:4::25'), OLD]
  const detection = { detected, sightings: {}, prefixes: {}, findings: [], sources: [] }
  expect(lineFactsOf(detection, past, undefined, false, kept).former).toEqual([OLD])
})
