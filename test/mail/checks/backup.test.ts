import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { SmtpFacts } from '../../../src/mail/ask/smtp.ts'
import { backupCheck } from '../../../src/mail/checks/backup.ts'
import type { Facts } from '../../../src/mail/facts.ts'
import {
  backup,
  FAR,
  factsOf,
  here,
  host,
  idsOf,
  noRoute,
  only,
  ours,
  outside,
  refused,
  reply,
  seen,
  silent,
  V6,
} from '../smtp-facts.ts'

const open: Pick<Facts, 'outbound'> = { outbound: { tried: [{ host: 'mx.gmx.net', outcome: 'open' }], isOnline: true } }
const blocked: Pick<Facts, 'outbound'> = {
  outbound: { tried: [{ host: 'mx.gmx.net', outcome: 'silent' }], isOnline: true },
}
const mute = seen({
  greeting: undefined,
  ended: new Failure('network', 'no greeting within 30 s', { reason: 'silent' }),
})

describe('a backup', () => {
  it.each<[string, readonly SmtpFacts[], Pick<Facts, 'outbound'>, readonly string[]]>([
    ['that greets', [here(seen(), FAR)], open, []],
    ['that is too busy', [here(seen({ greeting: reply('421 busy') }), FAR)], open, []],
    ['that does not like this line', [here(seen({ greeting: reply('554 dial-up') }), FAR)], open, []],
    ['that greets at one of its addresses', [here(silent, FAR), here(seen(), V6)], open, []],
    ['that greets outside', [here(silent, FAR), outside(seen(), FAR)], blocked, []],
    ['that refuses', [here(refused, FAR)], open, ['warn backup-mx-silent']],
    ['that is silent', [here(silent, FAR), here(noRoute, V6)], open, ['warn backup-mx-silent']],
    ['that never greets', [here(mute, FAR)], open, ['warn backup-mx-silent']],
    ['that is silent outside', [here(silent, FAR), outside(silent, FAR)], blocked, ['warn backup-mx-silent']],
    ['on a line that gets nowhere', [here(silent, FAR)], blocked, ['unknown backup-mx-silent']],
    ['that there is no way to', [here(noRoute, V6)], open, ['unknown backup-mx-silent']],
    ['that was not asked', [], open, []],
  ])('%s', (_, ports, news, expected) => {
    expect(idsOf(backupCheck, factsOf([ours(here(seen())), backup(...ports)], news))).toEqual(expected)
  })

  it('that is silent while another one answers', () => {
    const other = host('other.example.net', 'backup', { ports: [here(seen(), V6)] })
    expect(idsOf(backupCheck, factsOf([backup(here(silent, FAR)), other]))).toEqual(['warn backup-mx-silent'])
  })

  it('says which, and who waits', () => {
    expect(only(backupCheck, factsOf([ours(), backup(here(refused, FAR))], open), 'backup-mx-silent').message).toBe(
      'the backup backup.example.net takes no mail at any of its addresses (port 25 refuses the connection): when mx.example.com is down, mail only waits at its senders',
    )
  })
})

describe('a backup that is asked for a recipient that cannot exist', () => {
  const judged = (code: string | undefined, own: string | undefined = '550 no', relayTest = true) => {
    const asked = (text: string | undefined) => seen({ unknownRecipient: text === undefined ? undefined : reply(text) })
    const hosts = [ours(here(asked(own))), backup(here(asked(code), FAR))]
    return idsOf(backupCheck, factsOf(hosts, { ...open, wishes: { relayTest } }))
  }
  it('found, absent, unknown, and not wished for', () => {
    expect(judged('250 Ok')).toEqual(['warn backup-mx-accepts-all'])
    expect(judged('550 5.1.1 unknown')).toEqual([])
    expect(judged('450 4.7.1 greylisted')).toEqual(['unknown backup-mx-accepts-all'])
    expect(judged(undefined)).toEqual(['unknown backup-mx-accepts-all'])
    expect(judged('250 Ok', '550 no', false)).toEqual([])
  })

  it('does as ours does where ours takes all: it returns nothing', () => {
    expect(judged('250 Ok', '250 Ok')).toEqual([])
  })
})
