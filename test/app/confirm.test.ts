import { expect, it } from 'vitest'
import { type Claim, confirm } from '../../src/app/confirm.ts'
import type { Signals } from '../../src/app/signals.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE } from '../../src/core/instant.ts'
import type { Traits } from '../../src/core/plan.ts'
import type { World } from '../../src/ports/world.ts'
import { homeLine } from '../support/home-line.ts'
import { ip, target } from '../support/targets.ts'

const TRAITS: Traits = { readable: false, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 }

/** Of three servers two have the set from the look of that number on, the third is slow: what that look shows when it is cut off. */
async function shownWhenCut(cut: 'stop' | 'hurry', atLook: number): Promise<string> {
  const home = await homeLine({ lag: 0 })
  const world = home.start()
  const [stop, hurry] = [new AbortController(), new AbortController()]
  let looks = 0
  const query: World['dns']['query'] = async (question, signal) => {
    if (question.type !== 'A' || question.name !== 'www.example.net') return world.dns.query(question, signal)
    if (question.server.address !== '192.0.2.55') {
      const isEarly = looks + 1 < atLook
      const reply = await world.dns.query(question, signal)
      return isEarly ? { ...reply, answers: [] } : reply
    }
    if (++looks < atLook) throw new Failure('network', 'silent')
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Failure('cancelled', 'no longer waited for')))
      if (cut === 'stop') stop.abort()
      hurry.abort()
    })
  }
  Object.assign(home.setup.asking, { dns: { ...world.dns, query } })
  const claim: Claim = {
    target: target('www.example.net', 'A', { id: 'x', traits: TRAITS }),
    addresses: [ip('192.0.2.1')],
    since: world.clock.now(),
    accepted: true,
    fresh: false,
  }
  const signals: Signals = { stop: stop.signal, hurry: hurry.signal }
  Object.assign(home.setup.config, { confirmTimeout: MINUTE })
  const { state, seen, asked } = await confirm(claim, home.setup, world, signals)
  return `${state} ${seen}/${asked}`
}

it('a server that was not given the time to answer has not been silent: nothing is confirmed without it', async () => {
  expect(await shownWhenCut('stop', 1)).toBe('visible 0/0')
  expect(await shownWhenCut('stop', 2)).toBe('visible 0/3')
  expect(await shownWhenCut('hurry', 2)).toBe('visible 0/3')
})

it('who is only in a hurry has given the first look its second: that is time enough', async () => {
  expect(await shownWhenCut('hurry', 1)).toBe('confirmed 2/3')
})
