import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { daemonBehindRouter, FIRST, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon behind miniupnpd, which hears the router alone'

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let stage: Awaited<ReturnType<typeof daemonBehindRouter>>
  const follows = async (address: string) => expect(await stage.follows(address)).toBe(address)
  // A renewal that the router does not know any more is no subscription.
  const subscriptions = () => stage.router.now.said().filter((line) => /addSubscriber\(/.test(line)).length
  const heard = () => stage.until('the router is subscribed to', () => subscriptions() > 0)
  const change = (address: string) => {
    stage.note(`the line gets ${address}`)
    stage.home.changeWan(address)
  }

  beforeAll(async () => {
    stage = await daemonBehindRouter(['watch: router'])
  }, 60_000)
  afterAll(async () => {
    await stage?.stop()
    const { WATCH_STORY: file } = process.env
    if (file) writeFileSync(file, `${stage.story.join('\n')}\n`)
  })

  // Each change is told four times, and at most five rounds begin in 10 s: every third waits for its turn.
  it('publishes and confirms each of ten changes', async () => {
    await follows(FIRST)
    await heard()
    for (let nth = 1; nth <= 10; nth++) {
      change(`5.9.2.${nth}`)
      await follows(`5.9.2.${nth}`)
    }
  }, 120_000)

  it('and what changed while the router was away', async () => {
    const { home, router, note } = stage
    note('the router is killed')
    await router.now.stop('SIGKILL')
    home.changeWan('5.9.3.1')
    note('the line has 5.9.3.1; the router starts')
    router.now = await home.startMiniupnpd()
    await follows('5.9.3.1')
    await heard()
    change('5.9.3.2')
    await follows('5.9.3.2')
  }, 120_000)

  it('takes leave of the router, and ends at once', async () => {
    const { daemon, router, note } = stage
    note('SIGTERM')
    daemon.child.kill('SIGTERM')
    const [code] = await daemon.gone
    note(`mxhome has ended with ${code}`)
    expect(code).toBe(0)
    expect(router.now.said().filter((line) => /UNSUBSCRIBE/.test(line))).not.toEqual([])
    expect(daemon.entries.map(({ message }) => message)).toContain('mxhome ends')
  }, 30_000)
})
