import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IpDocument } from '../../src/report/ip-text.ts'
import { FIRST, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'
import { hostileHome, OUTSIDE } from '../support/hostile-home.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon that asks a STUN server alone'

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let home: Awaited<ReturnType<typeof hostileHome>>
  beforeAll(async () => {
    home = await hostileHome(OUTSIDE.stun)
    expect(await home.stage.follows(FIRST)).toBe(FIRST)
  })
  afterAll(() => home?.stop())

  const look = async () => {
    const { lines } = JSON.parse(await home.stage.mxhome('ip', '--json')) as IpDocument
    return lines.find(({ type }) => type === 'A')!
  }

  it('believes no answer to another question: the address is unknown', async () => {
    await home.outside.tell({ isForging: true })
    const from = home.outside.came.length
    await home.round()
    expect(home.outside.came.length).toBeGreaterThan(from)
    expect(home.stage.status().addresses).toMatchObject({ A: null })
    expect(home.stage.dig('A')).toBe(FIRST)
    const { addresses, sources } = await look()
    const problem = expect.stringMatching(/does not answer$/)
    expect({ addresses, sources }).toMatchObject({ addresses: null, sources: [{ addresses: null, problem }] })
  })

  it('believes it again once it answers what was asked', async () => {
    await home.outside.tell({ isForging: false })
    const address = await home.follows()
    expect(home.published()).toEqual([FIRST, address])
    expect(await look()).toMatchObject({ addresses: [address] })
    home.expectSound()
  })
})
