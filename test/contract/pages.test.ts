import { expect, it } from 'vitest'
import { everyPage } from '../../src/providers/kits/pages.ts'

it('reads page after page until the last', async () => {
  expect(await everyPage(async (page) => ({ items: [page, -page], isLast: page === 3 }))).toEqual([1, -1, 2, -2, 3, -3])
})

it('a list without an end is a Failure, not a program that asks for ever', async () => {
  let asked = 0
  const endless = everyPage(async () => {
    asked += 1
    return { items: [], isLast: false }
  })
  await expect(endless).rejects.toMatchObject({ kind: 'protocol', message: expect.stringContaining('100 pages') })
  expect(asked).toBe(100)
})
