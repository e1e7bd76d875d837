import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'

const HOST = 'home.dyn.example'
type Line = Awaited<ReturnType<typeof openDyndnsLine>>
let line: Line

beforeEach(async () => {
  line = await openDyndnsLine([HOST])
  line.address('203.0.113.1')
  await line.update()
  line.address('203.0.113.2')
})
afterEach(() => line.leave())

const update = async () => {
  const { code, document } = await line.update()
  return { code, target: document.targets[0]! }
}

it('confirmed: every server has it', async () => {
  const { code, target } = await update()
  expect({ code, ...target.confirmation }).toMatchObject({ code: 0, state: 'confirmed', seen: 2, asked: 2 })
  expect(target.confirmation?.servers.map(({ answer }) => answer)).toEqual([['203.0.113.2'], ['203.0.113.2']])
  expect(target.confirmation?.ms).toBeTypeOf('number')
})

it('visible: one of two lags', async () => {
  line.servers[1]!.lagBy(60)
  const { code, target } = await update()
  expect({ code, ...target.confirmation }).toMatchObject({ code: 75, state: 'visible', seen: 1, asked: 2 })
})

it('contradicted: all show the old one after the time-out', async () => {
  for (const server of line.servers) server.lagBy(60)
  const { code, target } = await update()
  expect({ code, ...target.confirmation }).toMatchObject({ code: 75, state: 'contradicted', seen: 0, asked: 2 })
})
