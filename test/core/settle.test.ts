import { expect, it } from 'vitest'
import { due } from '../../src/core/due.ts'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import {
  type Action,
  type Known,
  keyOf,
  type Look,
  type Situation,
  siblingOf,
  type Traits,
} from '../../src/core/plan.ts'
import { settle } from '../../src/core/settle.ts'
import type { Memory, Stamped } from '../../src/core/state.ts'
import { ip, target } from '../support/targets.ts'

const NOW = 1000 * DAY
const OLD = [ip('192.0.2.1')]
const NEW = [ip('192.0.2.2')]
const FOREIGN = [ip('192.0.2.66')]
const SILENT = new Failure('network', 'no answer')
const API: Partial<Traits> = { readable: true }
const CLEARS: Partial<Traits> = { leftOut: 'cleared' }
const me = target('mail.example.com', 'A', {
  id: 'x',
  traits: { readable: false, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 },
})
const key6 = keyOf('x', siblingOf(me))
const set = (addresses: Stamped['addresses'], minutesAgo = 60): Stamped => ({
  addresses,
  at: NOW - minutesAgo * MINUTE,
})
const done = { published: set(NEW) }
const drift = (minutes: number, addresses = FOREIGN) => ({ addresses, since: NOW - minutes * MINUTE, ttl: 60 })
const trouble = (minutes: number, news: object = {}) => ({
  kind: 'network' as const,
  message: '',
  times: 1,
  at: NOW - MINUTE,
  until: NOW + minutes * MINUTE,
  identity: '#1',
  ...news,
})

interface Given {
  readonly disk?: Partial<Memory>
  readonly seen?: Known
  readonly ttl?: number
  readonly line?: Known
  readonly traits?: Partial<Traits>
  readonly now?: number
  readonly seen6?: Known
}

function situationOf({ disk = {}, seen, ttl, line = NEW, traits, now = NOW, seen6 }: Given): Situation {
  return {
    targets: [{ ...me, traits: { ...me.traits, ...traits } }],
    detected: { default: { A: line } },
    observed: new Map<typeof me.key, Look>([
      ...(seen ? [[me.key, { known: seen, ttl }] as const] : []),
      ...(seen6 ? [[key6, { known: seen6 }] as const] : []),
    ]),
    state: { salt: '', mx: {}, targets: { [me.key]: { writes: [], forced: [], ...disk } } },
    force: 'none',
    now,
    version: '1.0.0',
    lineBack: false,
  }
}
function settled(given: Given): { readonly action: Action; readonly memory: Memory; readonly changed: boolean } {
  const situation = situationOf(given)
  const { state, plan } = settle(situation)
  return { action: plan[0]!, memory: state.targets[me.key]!, changed: state !== situation.state }
}

it('an adopted set counts as published from now on, the one before as the one before', () => {
  const { action, memory } = settled({
    disk: { published: set(OLD), intent: set(NEW, 1), trouble: trouble(0) },
    seen: NEW,
  })
  expect(action).toMatchObject({ kind: 'skip', why: 'adopted' })
  expect(memory).toMatchObject({ published: { addresses: NEW, at: NOW }, previous: set(OLD) })
  expect([memory.intent, memory.doubt, memory.trouble]).toEqual([undefined, undefined, undefined])
})

it('after an adoption another set that the servers show is no lag of theirs, whatever was there before', () => {
  const { memory } = settled({ seen: NEW })
  expect(memory).toMatchObject({ published: { addresses: NEW, at: NOW } })
  const afterwards = { disk: memory, line: FOREIGN, now: NOW + MINUTE }
  expect(settled({ ...afterwards, seen: FOREIGN }).action).toMatchObject({ kind: 'skip', why: 'adopted' })
  expect(settled({ ...afterwards, seen: NEW }).action).toMatchObject({ kind: 'publish', why: 'changed' })
})

it('what the servers showed before a first write is remembered when that is adopted: they may lag still', () => {
  const { memory } = settled({ disk: { intent: set(NEW, 1), previous: set(OLD, 1) }, seen: NEW })
  expect(memory).toMatchObject({ published: { addresses: NEW, at: NOW }, previous: set(OLD, 1) })
  const back = { disk: memory, line: OLD, seen: OLD, now: NOW + MINUTE }
  expect(settled(back).action).toMatchObject({ kind: 'publish', why: 'changed' })
})

it('a refresh whose answer was lost is still due', () => {
  const { memory } = settled({ disk: { ...done, previous: set(OLD, 90), intent: set(NEW, 6) }, seen: NEW })
  expect(memory).toMatchObject({ published: set(NEW), previous: set(OLD, 90) })
  expect(memory.intent).toBeUndefined()
})

it('what was proven of the set before proves nothing of the adopted one', () => {
  const confirmed = { state: 'confirmed', at: NOW - HOUR } as const
  const lost = { published: set(OLD), intent: set(NEW, 1), confirmed }
  expect(settled({ disk: lost, seen: NEW }).memory.confirmed).toBeUndefined()
  const same = { published: set(NEW), intent: set(NEW, 6), confirmed }
  expect(settled({ disk: same, seen: NEW }).memory.confirmed).toEqual(confirmed)
})

it.each<[string, Given, Memory['drift']]>([
  ['begins', { disk: done, seen: FOREIGN, ttl: 300 }, { addresses: FOREIGN, since: NOW, ttl: 300 }],
  ['begins where all is gone', { disk: done, seen: [] }, { addresses: [], since: NOW, ttl: 0 }],
  ['goes on', { disk: { ...done, drift: drift(10) }, seen: FOREIGN, ttl: 999 }, drift(10)],
  ['goes on where nobody answers', { disk: { ...done, drift: drift(10) }, seen: SILENT }, drift(10)],
  ['goes on where nobody was asked', { disk: { ...done, drift: drift(10) } }, drift(10)],
  ['changes', { disk: { ...done, drift: drift(10) }, seen: OLD, ttl: 60 }, { addresses: OLD, since: NOW, ttl: 60 }],
  ['ends', { disk: { ...done, drift: drift(10) }, seen: NEW }, undefined],
  ['is none at a zone API', { disk: done, seen: FOREIGN, traits: API }, undefined],
  ['is none before anything is published', { seen: FOREIGN }, undefined],
  ['is none while an answer is lost', { disk: { ...done, intent: set(OLD, 1) }, seen: FOREIGN }, undefined],
  ['is none while servers lag', { disk: { published: set(NEW, 4), previous: set(OLD) }, seen: OLD }, undefined],
  ['is none while servers may lag', { disk: { published: set(NEW, 4) }, seen: OLD }, undefined],
  [
    'is none of servers that lag: the set before is another',
    { disk: { published: set(NEW, 4), previous: set(OLD) }, seen: FOREIGN },
    { addresses: FOREIGN, since: NOW, ttl: 0 },
  ],
  [
    'begins where servers lag too long',
    { disk: { published: set(NEW, 5), previous: set(OLD) }, seen: OLD },
    { addresses: OLD, since: NOW, ttl: 0 },
  ],
])('a drift %s', (_, given, expected) => expect(settled(given).memory.drift).toEqual(expected))

it('what is settled changes nothing any more', () => {
  expect(settled({ disk: done, seen: NEW }).changed).toBe(false)
  expect(settled({ disk: { ...done, drift: drift(10) }, seen: FOREIGN }).changed).toBe(false)
  expect(settled({ disk: done }).changed).toBe(false)
})

it('mends what a clock that jumped has left, and decides by that', () => {
  const ahead = { published: set(OLD), trouble: { ...trouble(0), at: NOW + DAY, until: NOW + DAY + 10 * MINUTE } }
  const { action, memory } = settled({ disk: ahead })
  expect(action).toMatchObject({ kind: 'wait', until: NOW + 10 * MINUTE })
  expect(memory.trouble?.at).toBe(NOW)
})

const unknown6: Given = { disk: { published: set(OLD) }, traits: CLEARS, seen6: SILENT }

it.each<[string, Partial<Memory>]>([
  ['', {}],
  [', after a failure', { trouble: trouble(-1) }],
  [', after a lost answer', { intent: set(FOREIGN, 40), trouble: trouble(5, { lost: true }) }],
])('waits ten minutes for the other family, and no longer%s', (_, disk) => {
  let memory: Partial<Memory> = { ...unknown6.disk, ...disk }
  const actions: string[] = []
  for (let minute = 0; minute <= 10; minute++) {
    const found = settled({ ...unknown6, disk: memory, now: NOW + minute * MINUTE })
    memory = found.memory
    actions.push(found.action.kind)
  }
  expect(actions).toEqual([...Array(10).fill('wait'), 'publish'])
})

it('waits anew for the other family once there was nothing to send', () => {
  const waiting = settled(unknown6).memory
  expect(waiting.waitingSince).toBe(NOW)
  const back = settled({ ...unknown6, disk: waiting, line: OLD, now: NOW + 5 * MINUTE }).memory
  expect(back.waitingSince).toBeUndefined()
  expect(settled({ ...unknown6, disk: back, now: NOW + HOUR }).action).toMatchObject({ kind: 'wait' })
})

it('looks at the other family as well where it looks for a drift, lest the correction clear it', () => {
  const keys = due(situationOf({ disk: done, traits: CLEARS }), true).map(({ key }) => key)
  expect(keys).toEqual([me.key, key6])
  expect(due(situationOf({ disk: done, traits: CLEARS }), false)).toEqual([])
  expect(due(situationOf({ disk: done }), true).map(({ key }) => key)).toEqual([me.key])
})

it('looks back at what is up to date where only the name servers can tell; an API is read when its time has come', () => {
  const lookingBack = (given: Given) =>
    due({ ...situationOf({ disk: done, ...given }), lookBack: true }, false).map(({ key }) => key)
  expect(lookingBack({})).toEqual([me.key])
  expect(lookingBack({ traits: API })).toEqual([])
  expect(lookingBack({ line: SILENT })).toEqual([])
})
