import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type MxStage, openMxStage } from '../support/mx-stage.ts'
import { describeWith } from '../support/needs.ts'
import { KEYS, openTerminalRun } from '../support/terminal.ts'

const WISH = ['10 mail.example.com', '20 backup.example.com']
const BEFORE = ['20 mail.example.com', '30 old.example.com']
let stage: MxStage
beforeAll(async () => {
  stage = await openMxStage()
})
beforeEach(() => stage.reset())
afterAll(() => stage?.close())

describeWith(['script', 'stty'], 'mx apply asks, and', () => {
  const open = () => {
    stage.want(WISH)
    return openTerminalRun(['mx', 'apply'], stage.settings, stage.folder.path)
  }

  it.each([
    ['y', 'y\r'],
    ['YES', 'YES\r'],
    ['y behind what a key sends', `${KEYS.down}y\r`],
  ])('takes %s for a yes', async (_, keys) => {
    const run = open()
    await run.answer('Write this at ionos? [y/N]', keys)
    expect(await run.ended(), run.shown()).toBe(0)
    expect(stage.held()).toEqual(WISH)
  })

  it.each([
    ['another letter', 'ÿ\r'],
    ['more than one word', 'y y\r'],
    ['ten thousand letters', `${'y'.repeat(10_000)}\r`],
  ])('takes %s for a no', async (_, keys) => {
    const run = open()
    await run.answer('Write this at ionos? [y/N]', keys)
    expect(await run.ended(), run.shown()).toBe(1)
    expect(run.shown()).toContain('mxhome: nothing was written\n')
    expect(stage.held()).toEqual(BEFORE)
  })

  it.each([
    ['a line', 'y\r'],
    ['a letter', 'y'],
  ])('%s that was typed before the question stood there agrees to nothing', async (_, early) => {
    const run = open()
    run.type(early)
    await run.until('Write this at ionos? [y/N]')
    await pause(100)
    expect(stage.held(), 'still asking').toEqual(BEFORE)
    run.type('\r')
    expect(await run.ended(), run.shown()).toBe(1)
    expect(stage.held()).toEqual(BEFORE)
  })
})
