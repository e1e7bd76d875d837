import { expect, it } from 'vitest'
import { afterPush, type Pushed, withPushed } from '../../src/core/pushed.ts'
import { name } from '../support/config.ts'
import { ip } from '../support/targets.ts'

const before: Pushed = {
  A: { addresses: [ip('5.9.1.7')], at: 1 },
  prefix: { address: ip('2a02:908:1::'), length: 56, at: 1 },
  hosts: { names: [name('mail.example.com')], at: 1 },
}

it('the first request is remembered, with its moment', () => {
  const news = { A: ip('5.9.1.7'), AAAA: ip('2a02:908::1'), hosts: [] }
  expect(afterPush(undefined, news, 7)).toEqual({
    A: { addresses: ['5.9.1.7'], at: 7 },
    AAAA: { addresses: ['2a02:908::1'], at: 7 },
    hosts: { names: [], at: 7 },
  })
})

it('a repeat changes nothing, so that nothing is written', () => {
  const again = {
    A: ip('5.9.1.7'),
    prefix: { address: ip('2a02:908:1::'), length: 56 },
    hosts: [name('mail.example.com')],
  }
  expect(afterPush(before, again, 9)).toBe(before)
  expect(afterPush(before, {}, 9)).toBe(before)
})

it('what is not told stays as it was: unknown is not absent', () => {
  expect(afterPush(before, { AAAA: ip('2a02:908::1') }, 9)).toEqual({
    ...before,
    AAAA: { addresses: ['2a02:908::1'], at: 9 },
  })
})

it.each([
  ['an address', { A: ip('5.9.1.8') }, { A: { addresses: ['5.9.1.8'], at: 9 } }],
  [
    'a prefix',
    { prefix: { address: ip('2a02:908:2::'), length: 56 } },
    { prefix: { address: '2a02:908:2::', length: 56, at: 9 } },
  ],
  [
    'its length',
    { prefix: { address: ip('2a02:908:1::'), length: 64 } },
    { prefix: { address: '2a02:908:1::', length: 64, at: 9 } },
  ],
  ['the hosts', { hosts: [name('www.example.com')] }, { hosts: { names: ['www.example.com'], at: 9 } }],
])('%s that is new takes the place of the old', (_, news, found) => {
  expect(afterPush(before, news, 9)).toEqual({ ...before, ...found })
})

it('lines that are no longer told of are forgotten along with the next news, and cost no write of their own', () => {
  const told = (address: string, at: number): Pushed => ({ A: { addresses: [ip(address)], at } })
  const all = { dsl: told('5.9.1.7', 1), old: told('5.9.1.6', 1) }
  const lines = ['dsl', 'lte']
  expect(withPushed(all, { line: 'dsl', news: { A: ip('5.9.1.7') }, at: 9, lines })).toBe(all)
  expect(withPushed(all, { line: 'dsl', news: { A: ip('5.9.1.8') }, at: 9, lines })).toEqual({
    dsl: told('5.9.1.8', 9),
  })
  expect(withPushed(undefined, { line: 'lte', news: { A: ip('5.9.1.8') }, at: 9, lines })).toEqual({
    lte: told('5.9.1.8', 9),
  })
})
