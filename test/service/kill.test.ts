import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { killForgetful, killOneShot, runInPeace, stateIn } from '../support/killing.ts'
import { random } from '../support/random.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'

const HOST = 'home.dyn.example'
const KILLS = 50

// `npm run kills` does the same a thousand times, to daemons too, and on a full disk.
it(`kill -9 in ${KILLS} updates at a strict service: nothing is repeated, no address is lost`, {
  timeout: 300_000,
}, async () => {
  const line = await openDyndnsLine([HOST])
  const next = random(20261125)
  const ends: string[] = []
  try {
    for (let nth = 1; nth <= KILLS; nth++) {
      line.address(`203.0.113.${nth}`)
      await killOneShot(line, next)
      expect(stateIn(line)).not.toHaveProperty('damaged')
      const peace = await runInPeace(line, HOST, `203.0.113.${nth}`)
      ends.push(peace.end)
      expect(peace).toMatchObject({ end: expect.stringMatching('^(?:current|waits)$'), lost: false, damaged: false })
    }
    line.address('203.0.113.99')
    expect((await line.update()).code).toBe(0)
    expect(String(line.service.holds(HOST))).toBe('203.0.113.99')
    expect(line.service.counters).toMatchObject({ repeats: 0, abuse: 0 })
    const waited = ends.filter((end) => end === 'waits').length
    expect(waited, 'some kills hit a request under way, most do not').toBeLessThan(KILLS / 2)
  } finally {
    await line.leave()
  }
})

it.skipIf(!canMount())('what daemons send while the disk is full, and take with them, nobody repeats', async () => {
  const line = await openDyndnsLine([HOST])
  const disk = mountSmallDisk(join(line.folder.path, 'state'))
  try {
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) {
      disk.fill()
      line.address(address)
      await killForgetful(line)
      disk.free()
      const { code, document } = await line.update()
      expect([code, document.targets[0]?.action, document.targets[0]?.why]).toEqual([0, 'skip', 'adopted'])
    }
    expect(line.service.counters).toMatchObject({ requests: 3, updates: 3, repeats: 0 })
  } finally {
    disk.leave()
    await line.leave()
  }
})
