import { deepStrictEqual } from 'node:assert'
import type { Job } from '../../src/core/jobs.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { keyOf, type Publish } from '../../src/core/plan.ts'
import { intend, record } from '../../src/core/record.ts'
import type { AddressRRset } from '../../src/dns/rrset.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { formatStateFile, parseStateFile } from '../../src/system/state-file.ts'

const NOW = Date.UTC(2026, 10, 25, 12, 0, 0)
const BLANK = { salt: 'salt', targets: {}, mx: {} }

/** Whatever a service answers, what is remembered of it is a state that the next start takes for one. */
export function remembered({ id, traits }: Provider, rrset: AddressRRset, outcome: Outcome): void {
  const about = { account: id, lines: ['default'], traits, dailyUpdates: 40, mxOf: [], identity: '#' } as const
  const target = { ...about, owner: rrset.owner, type: rrset.type, key: keyOf(id, rrset) }
  const action: Publish = { kind: 'publish', target, rrset, why: 'changed' }
  const job = { actions: [action], rrsets: [rrset] } as unknown as Job
  const moment = { now: NOW, random: 0.5, version: '1.0.0' }
  const state = record(intend(BLANK, job, NOW), { action, outcome }, moment)
  deepStrictEqual(parseStateFile(formatStateFile(state)).kind, 'state', JSON.stringify(state))
}
