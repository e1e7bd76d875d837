import { expect, it } from 'vitest'
import { openPushLimits } from '../../src/app/daemon/push-limits.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import { ip } from '../support/targets.ts'

const NOW = Date.UTC(2026, 10, 25)
const ROUTER = ip('192.168.178.1')
const range = (count: number) => Array.from({ length: count }, (_, nth) => nth)

it('counts the addresses of one IPv6 network as one caller: a neighbour can give itself any of them', () => {
  const limits = openPushLimits()
  for (const nth of range(5)) limits.wrongPassword(ip(`fd00::${nth + 1}`), NOW)
  expect(limits.admit(ip('fd00::ffff:1:2:3'), NOW)).toEqual({ kind: 'pause', retryAfter: 300 })
  expect(limits.admit(ip('fd00:0:0:1::1'), NOW).kind).toBe('welcome')
  for (const nth of range(60)) limits.admit(ip(`fe80::${nth + 1}`), NOW)
  expect(limits.isShut(ip('fe80::ffff'), NOW)).toBe(true)
})

it('who only connects is shut out as well, until the minute is over', () => {
  const limits = openPushLimits()
  for (const _ of range(60)) limits.connected(ROUTER, NOW)
  expect(limits.isShut(ROUTER, NOW), 'the sixtieth is let in').toBe(false)
  limits.connected(ROUTER, NOW)
  expect(limits.isShut(ROUTER, NOW)).toBe(true)
  expect(limits.admit(ROUTER, NOW).kind, 'connections are no requests').toBe('welcome')
  expect(limits.isShut(ROUTER, NOW + MINUTE)).toBe(false)
})

it('fifty wrong passwords in five minutes, of whomever: only who has logged in before is heard', () => {
  const limits = openPushLimits()
  limits.rightPassword(ROUTER, NOW)
  for (const nth of range(49)) limits.wrongPassword(ip(`10.0.0.${nth + 1}`), NOW + nth * SECOND)
  expect(limits.admit(ip('10.0.0.99'), NOW + 49 * SECOND).kind).toBe('welcome')
  limits.wrongPassword(ip('10.0.0.99'), NOW + 49 * SECOND)
  expect(limits.admit(ip('10.0.0.99'), NOW + MINUTE)).toEqual({ kind: 'crowd', retryAfter: 240 })
  expect(limits.admit(ip('fd00::1'), NOW + MINUTE).kind).toBe('crowd')
  expect(limits.admit(ROUTER, NOW + MINUTE).kind).toBe('welcome')
  expect(limits.admit(ip('10.0.0.99'), NOW + 5 * MINUTE).kind, 'the first is forgotten').toBe('welcome')
  limits.wrongPassword(ip('10.0.0.99'), NOW + 5 * MINUTE)
  expect(limits.admit(ip('10.0.0.99'), NOW + 5 * MINUTE).kind).toBe('crowd')
})

it('a crowd drives neither the router out of mind nor who is still asking', () => {
  const limits = openPushLimits()
  const loud = ip('10.1.0.1')
  limits.rightPassword(ROUTER, NOW)
  for (const _ of range(5)) limits.wrongPassword(loud, NOW)
  for (const nth of range(600)) {
    limits.admit(ip(`10.0.${nth >> 8}.${nth & 255}`), NOW)
    if (nth % 100 === 0) expect(limits.admit(loud, NOW).kind, String(nth)).toBe('pause')
  }
  for (const nth of range(50)) limits.wrongPassword(ip(`10.2.0.${nth}`), NOW)
  expect(limits.admit(ROUTER, NOW).kind).toBe('welcome')
})

it('a clock that was set back keeps nobody out', () => {
  const limits = openPushLimits()
  for (const nth of range(50)) limits.wrongPassword(ip(`10.0.0.${nth}`), NOW)
  expect(limits.admit(ip('10.0.0.99'), NOW - MINUTE).kind).toBe('welcome')
})

it('what is said of all together is said once a minute, however many they are', () => {
  const limits = openPushLimits()
  const news = (at: number) =>
    range(600).filter((nth) => {
      limits.admit(ip(`10.0.${nth >> 8}.${nth & 255}`), at)
      return limits.isNews('all', 'a crowd', at)
    }).length
  expect([news(NOW), news(NOW + 59 * SECOND), news(NOW + MINUTE)]).toEqual([1, 0, 1])
  expect(limits.isNews('all', 'another thing', NOW + MINUTE)).toBe(true)
  expect(limits.isNews(ROUTER, 'a crowd', NOW + MINUTE), 'of one caller').toBe(true)
})
