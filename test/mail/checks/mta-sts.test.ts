import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { MtaStsFacts, MtaStsPolicy } from '../../../src/mail/ask/mta-sts.ts'
import { mtaStsCheck } from '../../../src/mail/checks/mta-sts.ts'
import { backup, facts, host, said, silent } from '../../support/mail-facts.ts'

const RECORD = 'v=STSv1; id=20260101T000000;'
const policy = (mode: MtaStsPolicy['mode'], ...mx: string[]): MtaStsPolicy => ({ mode, mx, maxAge: 86400 })
const of = (told: MtaStsFacts['policy'], ...records: string[]) =>
  said(mtaStsCheck, {
    hosts: [host(), backup()],
    mtaSts: { records: records.length > 0 ? records : [RECORD], policy: told },
  })

it.each<[string, MtaStsFacts['policy'], RegExp | undefined]>([
  ['names all', policy('enforce', 'mail.example.com', 'mx.backup.net'), undefined],
  ['names all by a wildcard', policy('enforce', '*.example.com', '*.backup.net'), undefined],
  [
    'enforces, and does not name one',
    policy('enforce', 'mail.example.com'),
    /^error .*\(enforce\) does not name mx.backup.net: senders that heed it send no mail there$/,
  ],
  [
    'tests, and names none',
    policy('testing', 'example.com'),
    /^warn .*\(testing\) does not name mail.example.com and mx.backup.net/,
  ],
  ['is off', policy('none'), undefined],
  [
    'is served with a redirect',
    new Failure('rejected', 'https://mta-sts.example.com/ redirects (301)'),
    /^warn .*cannot be used: .*redirects/,
  ],
  ['cannot be read', new Failure('protocol', 'its mode is none'), /^warn .*cannot be used: its mode is none$/],
  [
    'cannot be reached',
    new Failure('network', 'https://mta-sts.example.com: its certificate has expired'),
    /^unknown .*has expired$/,
  ],
  ['was not asked for', undefined, undefined],
])('the policy %s', (_, told, wanted) => {
  expect(of(told)).toEqual(wanted ? [expect.stringMatching(wanted)] : [])
})

it('the announcement', () => {
  expect(said(mtaStsCheck, { mtaSts: { records: [], policy: undefined } })).toEqual([])
  expect(said(mtaStsCheck, { mtaSts: silent })).toEqual([
    expect.stringMatching(/^unknown mta-sts-mismatch: MTA-STS of example.com .*silent/),
  ])
  expect(of(policy('enforce'), RECORD, 'v=STSv1; id=2')).toEqual([expect.stringMatching(/^warn .*has 2 records/)])
  expect(of(policy('enforce'), 'v=STSv1;')).toEqual([expect.stringMatching(/^warn .*no valid id/)])
  expect(of(policy('enforce'), 'v=STSv1; id=2026-01-01')).toEqual([expect.stringMatching(/^warn .*no valid id/)])
})

it('says which lines are missing', () => {
  const [found] = mtaStsCheck.judge(
    facts({ mtaSts: { records: [RECORD], policy: policy('enforce', 'x.example.com') } }),
  )
  expect(found?.remedy).toBe(
    'Add "mx: mail.example.com" to the policy, then change the id in the TXT record of _mta-sts.example.com.',
  )
})
