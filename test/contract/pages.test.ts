import { expect, it } from 'vitest'
import { allPages } from '../../src/providers/kits/pages.ts'

it('reads page after page until the last', async () => {
  expect(await allPages(async (page) => ({ entries: [page, -page], more: page < 3 }))).toEqual([1, -1, 2, -2, 3, -3])
})

it('a list without an end is a Failure, not a program that asks for ever', async () => {
  let asked = 0
  const endless = allPages(async () => {
    asked += 1
    return { entries: [asked], more: true }
  })
  await expect(endless).rejects.toMatchObject({ kind: 'protocol', message: expect.stringContaining('100 pages') })
  expect(asked).toBe(100)
})
