import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { OutboundFacts } from '../../../src/mail/ask/outbound.ts'
import { outboundCheck } from '../../../src/mail/checks/outbound.ts'
import type { Outbound } from '../../../src/mail/facts.ts'
import { factsOf, idsOf, only } from '../smtp-facts.ts'

const tried = (...outcomes: readonly OutboundFacts['tried'][number]['outcome'][]) =>
  outcomes.map((outcome, nth) => ({ host: `mx${nth}.example.net`, outcome }))
const facts = (outbound: OutboundFacts | Failure, how: Outbound = 'unknown') =>
  factsOf([], { outbound, wishes: { outbound: how } })

it('port 25 outwards: found, as severe as the way of sending makes it', () => {
  const blocked = { tried: tried('silent', 'refused'), isOnline: true }
  expect(idsOf(outboundCheck, facts(blocked, 'direct'))).toEqual(['error outbound-25-blocked'])
  expect(idsOf(outboundCheck, facts(blocked, 'unknown'))).toEqual(['warn outbound-25-blocked'])
  expect(idsOf(outboundCheck, facts(blocked, 'smarthost'))).toEqual(['info outbound-25-blocked'])
  expect(only(outboundCheck, facts(blocked), 'outbound-25-blocked').message).toBe(
    'port 25 outwards is blocked on this line: mx0.example.net (silent), mx1.example.net (refused); if you send directly, no mail leaves',
  )
})

it('port 25 outwards: absent where one answers, unknown where the line is down or nothing could be tried', () => {
  expect(idsOf(outboundCheck, facts({ tried: tried('silent', 'open'), isOnline: true }, 'direct'))).toEqual([])
  expect(idsOf(outboundCheck, facts({ tried: tried('silent'), isOnline: false }, 'direct'))).toEqual([
    'unknown outbound-25-blocked',
  ])
  expect(idsOf(outboundCheck, facts(new Failure('network', 'no resolver'), 'direct'))).toEqual([
    'unknown outbound-25-blocked',
  ])
})
