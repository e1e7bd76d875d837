import { expect, it, vi } from 'vitest'
import { joined } from '../../src/core/joined.ts'

it('aborts with the first of its sources, for its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()]
  const { signal } = joined(one.signal, other.signal)
  expect(signal.aborted).toBe(false)
  other.abort('second')
  one.abort('first')
  expect([signal.aborted, signal.reason]).toEqual([true, 'second'])
})

it('is aborted from the start where a source is', () => {
  const over = AbortSignal.abort('over')
  const { signal } = joined(new AbortController().signal, over)
  expect([signal.aborted, signal.reason]).toEqual([true, 'over'])
})

it('leaves nothing with its sources once it has ended', () => {
  const source = new AbortController()
  const [added, removed] = [vi.spyOn(source.signal, 'addEventListener'), vi.spyOn(source.signal, 'removeEventListener')]
  const { signal, end } = joined(source.signal)
  end()
  source.abort('late')
  expect(signal.aborted).toBe(false)
  expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2))
})
