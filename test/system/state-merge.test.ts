import { describe, expect, it } from 'vitest'
import { keyOf } from '../../src/core/plan.ts'
import type { Memory, State } from '../../src/core/state.ts'
import { mergeStates } from '../../src/system/state-merge.ts'
import { name } from '../support/config.ts'
import { ip } from '../support/targets.ts'

const KEY = keyOf('noip', { owner: name('mail.example.com'), type: 'A' })
const row = (last: string, published: number, news: Partial<Memory> = {}): Memory => ({
  published: { addresses: [ip(`192.0.2.${last}`)], at: published },
  writes: [published],
  forced: [],
  ...news,
})
const state = (memory?: Memory): State => ({ salt: 's', targets: memory ? { [KEY]: memory } : {}, mx: {} })
const intent = (last: string, at: number) => ({ intent: { addresses: [ip(`192.0.2.${last}`)], at } })

describe('a target of which both have news', () => {
  const base = row('1', 100)
  it.each<[string, Memory | undefined, Memory | undefined, 'mine' | 'theirs']>([
    ['only this process has any', row('2', 200), base, 'mine'],
    ['only the other one has any', base, row('2', 200), 'theirs'],
    ['the other one has written last', row('2', 200), row('3', 300), 'theirs'],
    ['this one has written last, while the disk took nothing', row('3', 300), row('2', 200), 'mine'],
    ['this one has sent last, and has no answer', row('1', 100, intent('3', 300)), row('2', 200), 'mine'],
    ['the other one has sent last, and has no answer', row('2', 200), row('1', 100, intent('3', 300)), 'theirs'],
    ['the other one has sent nothing new', row('1', 100, { waitingSince: 150 }), row('1', 100), 'mine'],
    ['the other one has forgotten it', row('2', 200), undefined, 'mine'],
  ])('%s', (_, mine, theirs, expected) => {
    const merged = mergeStates(state(base), state(mine), state(theirs))
    expect(merged.targets[KEY]).toEqual({ mine, theirs }[expected])
  })
})

it('where neither has sent anything since, the other one counts', () => {
  const base = row('1', 100)
  const theirs = row('1', 100, { waitingSince: 170 })
  expect(mergeStates(state(base), state(row('1', 100, { waitingSince: 150 })), state(theirs)).targets[KEY]).toEqual(
    theirs,
  )
})
