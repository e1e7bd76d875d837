import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { startMxhome } from '../support/program.ts'

const HOST = 'home.dyn.example'
const KILLS = 50
/** A one-shot takes about so long here; some are killed before they have begun, some after they have ended. */
const LONGEST = 350

/** Numbers in [0, 1) that are the same in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
}

it(`kill -9 in ${KILLS} updates at a strict service: nothing is repeated, no address is lost`, {
  timeout: 300_000,
}, async () => {
  const line = await openDyndnsLine([HOST])
  const next = random(20261125)
  const codes: (number | null)[] = []
  try {
    for (let nth = 1; nth <= KILLS; nth++) {
      line.address(`203.0.113.${nth}`)
      const killed = startMxhome(['update'], line.settings, line.folder.path)
      const gone = once(killed, 'close')
      await Promise.race([pause(next() * LONGEST), gone])
      killed.kill('SIGKILL')
      await gone

      const { code, document, stderr } = await line.update()
      codes.push(code)

      expect(stderr, 'no damaged state').not.toContain('damaged')
      // Current, or it waits until it may ask again whether the lost one has arrived: never a guess.
      if (code === 0) expect(String(line.service.holds(HOST))).toBe(`203.0.113.${nth}`)
      else expect(document.targets[0]).toMatchObject({ action: 'wait', why: 'pause' })
    }
    line.address('203.0.113.99')
    expect((await line.update()).code).toBe(0)
    expect(String(line.service.holds(HOST))).toBe('203.0.113.99')
    expect(line.service.counters).toMatchObject({ repeats: 0, abuse: 0 })
    const waited = codes.filter((code) => code !== 0).length
    expect(waited, 'some kills hit a request under way, most do not').toBeLessThan(KILLS / 2)
  } finally {
    await line.leave()
  }
})
