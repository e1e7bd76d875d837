import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { startDaemon } from '../support/program.ts'

/** Many times what the schedule waits for. */
const ASLEEP = 6000

it('a machine that sleeps for a while: no storm of rounds afterwards, no end of them, and the watchdog is fed again', async () => {
  const line = await openDyndnsLine(['home.dyn.example'])
  line.address('203.0.113.7')
  const fed = join(line.folder.path, 'fed')
  writeFileSync(fed, '')
  const notify = join(line.folder.path, 'systemd-notify')
  writeFileSync(notify, `#!/bin/sh\necho "$@" >> ${fed}\n`)
  chmodSync(notify, 0o755)
  const port = await freePort()
  const more = {
    PATH: `${line.folder.path}:${process.env.PATH}`,
    NOTIFY_SOCKET: join(line.folder.path, 'none'),
    WATCHDOG_USEC: '1000000',
    MXHOME_SCHEDULE: '* * * * * *',
    MXHOME_LOG_LEVEL: 'debug',
    MXHOME_LOG_FORMAT: 'json',
  }
  const daemon = startDaemon({ ...line.settings, ...more }, line.folder.path, port)
  const starts = () =>
    [...daemon.log().matchAll(/"time":"([^"]+)","level":"debug","message":"a round starts"/g)].map(([, time]) =>
      Date.parse(time!),
    )
  const feedings = () => readFileSync(fed, 'utf8').split('WATCHDOG=1').length - 1
  const live = async () => (await fetch(`http://127.0.0.1:${port}/livez`)).status
  try {
    await daemon.until('it is at work', () => starts().length > 3 && feedings() > 0)
    daemon.child.kill('SIGSTOP')
    await pause(ASLEEP)
    const [awake, before] = [Date.now(), feedings()]
    daemon.child.kill('SIGCONT')
    await daemon.until('it goes on', () => starts().filter((at) => at >= awake).length >= 3 && feedings() > before + 1)
    const atOnce = starts().filter((at) => at >= awake && at < awake + 1000)
    expect(atOnce.length, 'what was missed is made up for once').toBeLessThanOrEqual(2)
    expect(await live()).toBe(204)

    // What the line did meanwhile is found by the first round.
    daemon.child.kill('SIGSTOP')
    line.address('203.0.113.8')
    await pause(ASLEEP / 3)
    daemon.child.kill('SIGCONT')
    await daemon.until('the new address is out', () => String(line.service.holds('home.dyn.example')) === '203.0.113.8')
    expect(line.service.counters).toMatchObject({ repeats: 0, updates: 2 })
  } finally {
    daemon.child.kill('SIGCONT')
    await daemon.stop()
    await line.leave()
  }
})
