import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { SmtpFacts } from '../../../src/mail/ask/smtp.ts'
import { portCheck } from '../../../src/mail/checks/port.ts'
import {
  backup,
  factsOf,
  here,
  idsOf,
  noProber,
  noRoute,
  only,
  ours,
  outside,
  refused,
  seen,
  silent,
  V4,
  V6,
} from '../smtp-facts.ts'

const leadsBack = (view: SmtpFacts): SmtpFacts => ({ ...view, leadsBack: 993 })

describe('port 25 of our host', () => {
  it.each<[string, readonly SmtpFacts[], readonly string[]]>([
    ['open from outside', [here(silent), outside(seen())], []],
    ['open from here, over IPv4', [here(seen())], []],
    ['open from here, but nobody greets', [here(seen({ greeting: undefined }))], ['info port-25-inconclusive']],
    ['mute from here, open from outside', [here(seen({ greeting: undefined })), outside(seen())], []],
    ['open from here, over IPv6: past the router', [here(seen(), V6)], ['info port-25-inconclusive']],
    ['refused from outside', [here(seen()), outside(refused)], ['error port-25-closed']],
    ['silent from outside', [here(seen()), outside(silent)], ['error port-25-closed']],
    ['refused from here', [here(refused)], ['info port-25-inconclusive']],
    ['silent from here', [here(silent)], ['info port-25-inconclusive']],
    ['silent from here, where the way leads back', [leadsBack(here(silent))], ['error port-25-closed']],
    ['the prober is broken', [here(silent), outside(noProber)], ['unknown port-25-closed']],
    ['no way from here', [here(noRoute)], ['unknown port-25-closed']],
    ['stopped', [here(new Failure('cancelled', 'stopped'))], ['unknown port-25-closed']],
    ['IPv6 closed from outside, IPv4 open', [outside(seen()), outside(silent, V6)], ['warn aaaa-unreachable']],
    ['IPv6 open from outside as well', [outside(seen()), outside(seen(), V6)], []],
    ['both closed', [outside(refused), outside(refused, V6)], ['error port-25-closed', 'warn aaaa-unreachable']],
    ['IPv6 alone, closed', [outside(refused, V6)], ['error port-25-closed']],
    ['the prober has no IPv6', [outside(seen()), outside(noRoute, V6)], ['unknown aaaa-unreachable']],
    ['not asked', [], []],
  ])('%s', (_, ports, ids) => {
    expect(idsOf(portCheck, factsOf([ours(...ports)]))).toEqual(ids)
  })

  it('of a second one, which senders try after the first, is a warning: mail comes in by that', () => {
    const second = { ...ours(outside(refused)), preference: 20 }
    expect(idsOf(portCheck, factsOf([ours(outside(seen())), second]))).toEqual(['warn port-25-closed'])
    expect(idsOf(portCheck, factsOf([ours(outside(refused)), second]))).toEqual([
      'error port-25-closed',
      'warn port-25-closed',
    ])
    expect(idsOf(portCheck, factsOf([second]))).toEqual(['error port-25-closed'])
  })

  it("a backup's is not looked at here", () => {
    expect(idsOf(portCheck, factsOf([backup(outside(refused))]))).toEqual([])
  })

  it('says what it saw, and what to do', () => {
    expect(only(portCheck, factsOf([ours(outside(silent))]), 'port-25-closed')).toEqual({
      ...{ id: 'port-25-closed', severity: 'error', domain: 'example.com', reference: 'RFC 5321 4.5.4.2' },
      message: `port 25 of mx.example.com (${V4}) is closed from outside (silent): no mail comes in there`,
      remedy:
        'Forward TCP port 25 in the router to the mail server and open its firewall; if that is done, ask the internet provider whether it blocks port 25 inwards.',
    })
    expect(only(portCheck, factsOf([ours(leadsBack(here(refused)))]), 'port-25-closed').message).toBe(
      `port 25 of mx.example.com (${V4}) is closed (refused), while its port 993 answers: no mail comes in there`,
    )
    const { remedy } = only(portCheck, factsOf([ours(outside(seen()), outside(refused, V6))]), 'aaaa-unreachable')
    expect(remedy).toContain('or remove the AAAA record of mx.example.com')
  })
})
