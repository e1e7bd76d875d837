import { expect, it } from 'vitest'
import { sameAddresses } from '../../src/dns/rrset.ts'
import { ip } from '../support/targets.ts'

const [ONE, OTHER] = [ip('192.0.2.1'), ip('192.0.2.2')]

it.each<[some: (typeof ONE)[], others: (typeof ONE)[], same: boolean]>([
  [[], [], true],
  [[ONE, OTHER], [OTHER, ONE], true],
  [[ONE, ONE], [ONE], true],
  [[ONE, ONE], [ONE, OTHER], false],
  [[ONE], [ONE, OTHER], false],
  [[ONE], [], false],
])('as sets: %j and %j: %s', (some, others, same) => {
  expect(sameAddresses(some, others)).toBe(same)
  expect(sameAddresses(others, some)).toBe(same)
})
