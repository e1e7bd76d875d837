import { expect, it } from 'vitest'
import type { Fault } from '../../src/demo/loopback-http.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'

const HOSTS = ['home.dyn.example', 'mail.dyn.example'] as const

/** What the service says to the first host's update; what mxhome then does with it, and which exit code tells it. */
const TABLE: readonly [name: string, fault: Fault, action: string, why: string, code: number][] = [
  ['badauth', { kind: 'answer', status: 401, body: 'badauth' }, 'hold', 'auth', 1],
  ['nohost', { kind: 'answer', body: 'nohost' }, 'hold', 'rejected', 1],
  ['abuse', { kind: 'answer', body: 'abuse' }, 'hold', 'blocked', 1],
  ['911', { kind: 'answer', body: '911' }, 'wait', 'pause', 75],
  ['500', { kind: 'answer', status: 500, body: 'oops' }, 'wait', 'pause', 75],
  ['a cut connection', { kind: 'cut' }, 'wait', 'pause', 75],
  ['a cut connection, the request was carried out', { kind: 'cut', acts: true }, 'skip', 'adopted', 0],
]

it.each(TABLE)(
  '%s: asked once, also after restarts; the other host goes on',
  { timeout: 60_000 },
  async (_, fault, action, why, code) => {
    const line = await openDyndnsLine(HOSTS)
    try {
      line.address('203.0.113.7')
      line.service.answerNext(fault)
      await line.update()
      const asked = line.service.counters.requests
      // What stops the account leaves the other host to the next run.
      for (let run = 0; run < 3; run++) await line.update()
      const last = await line.update()

      const [home, mail] = last.document.targets
      const first = why === 'adopted' ? { action: 'skip', why: 'up-to-date' } : { action, why }
      expect(home).toMatchObject({ host: HOSTS[0], ...first })
      expect(mail).toMatchObject({
        host: HOSTS[1],
        action: 'skip',
        why: 'up-to-date',
        confirmation: { state: 'confirmed' },
      })
      expect(last.code).toBe(code)
      expect(line.service.counters.requests - asked, 'further requests: at most the other host').toBeLessThanOrEqual(1)
      expect(line.service.counters.repeats).toBe(0)
      expect(last.stdout + last.stderr).not.toContain(line.secret)
    } finally {
      await line.leave()
    }
  },
)

it('a right record at a first start: no request', async () => {
  const line = await openDyndnsLine(HOSTS)
  try {
    line.address('203.0.113.7')
    await line.update()
    const { requests } = line.service.counters
    const fresh = { ...line.settings, MXHOME_STATE_DIR: `${line.folder.path}/other` }
    const { mxhome } = await import('../support/program.ts')

    const { code, stdout } = await mxhome(['update'], fresh, line.folder.path)

    expect(code).toBe(0)
    expect(stdout).toContain('current')
    expect(line.service.counters.requests).toBe(requests)
  } finally {
    await line.leave()
  }
})

it('an answer that is lost soon after the first publication is believed once the servers show it', {
  timeout: 60_000,
}, async () => {
  const line = await openDyndnsLine(['home.dyn.example'])
  try {
    line.address('203.0.113.7')
    await line.update()
    line.address('203.0.113.8')
    line.service.answerNext({ kind: 'cut', acts: true })
    expect((await line.update()).document.targets[0]).toMatchObject({ outcome: 'unknown' })

    const { code, document } = await line.update()

    expect({ code, ...document.targets[0] }).toMatchObject({
      code: 0,
      action: 'skip',
      why: 'adopted',
      after: ['203.0.113.8'],
    })
    expect(line.service.counters.repeats).toBe(0)
  } finally {
    await line.leave()
  }
})
