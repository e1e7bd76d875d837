import { expect, it } from 'vitest'
import type { Action } from '../../src/core/plan.ts'
import { isBlind } from '../../src/core/round.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import { ip, target } from '../support/targets.ts'

const me = target('mail.example.com', 'A', noip)
const skip = (why: Extract<Action, { kind: 'skip' }>['why']): Action => ({ kind: 'skip', target: me, why })
const rrset = { owner: me.owner, type: me.type, addresses: [ip('192.0.2.1')] }

it.each<[boolean, string, readonly Action[]]>([
  [true, 'there is no target yet', []],
  [true, 'no address is known', [skip('address-unknown'), skip('off')]],
  [true, 'one is held, whatever its address is', [{ kind: 'hold', target: me, after: 'auth', message: '' }]],
  [true, 'the line may come back', [{ kind: 'wait', target: me, until: 1, why: 'line-down' }]],
  [false, 'an address is up to date', [skip('address-unknown'), skip('up-to-date')]],
  [false, 'an address was found there', [skip('adopted')]],
  [false, 'an address is sent', [{ kind: 'publish', target: me, rrset, why: 'changed' }]],
])('blind: %s where %s', (expected, _, plan) => {
  expect(isBlind({ plan })).toBe(expected)
})
