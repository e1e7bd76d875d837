import { expect, it } from 'vitest'
import { askLack } from '../../src/app/ask-router.ts'
import { Failure } from '../../src/core/failure.ts'
import type { IpSource } from '../../src/line/source.ts'
import type { HostAddress } from '../../src/ports/interfaces.ts'
import { interfacesWith, onHost, sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'

/** Routers that say whether the line lacks IPv6, or cannot; and what this box has. */
function lack(
  says: readonly (boolean | 'silent')[],
  all: readonly HostAddress[] = [],
  elsewhere: readonly string[] = [],
) {
  const sources = says.map(
    (one, nth): IpSource => ({
      ...{ id: `r${nth}`, view: 'gateway', types: ['A'], addresses: async () => [] },
      lacksIpv6: async () => {
        if (one === 'silent') throw new Failure('network', 'silent')
        return one
      },
    }),
  )
  const { clock } = stoppedClock()
  const world = { ...sourceWorld({ interfaces: interfacesWith(all) }), clock }
  return askLack(sources, world, new AbortController().signal, undefined, elsewhere)
}
const SIX = '2a02:908::25'

it.each([
  [[], undefined],
  [['silent'], undefined],
  [[true], true],
  [[false], false],
  [[true, 'silent'], true],
  [[true, false], undefined],
] as const)('%j: %s', async (says, wanted) => expect(await lack(says)).toBe(wanted))

it.each<[string, HostAddress, boolean | undefined]>([
  ['a public address', onHost('eth0', SIX), undefined],
  ['one of a tunnel', onHost('he6', SIX), undefined],
  ['one that is deprecated, as the router has taken it back', onHost('eth0', SIX, { deprecated: true }), true],
  ['one that is not finished', onHost('eth0', SIX, { tentative: true }), true],
  ['one on a cable that is not plugged in', onHost('eth0', SIX, { down: true }), true],
  ['a unique-local one', onHost('eth0', 'fd00::25'), true],
  ['IPv4', onHost('eth0', '5.9.1.7'), true],
  ["one of another line's", onHost('wwan0', SIX), true],
])("the router's word that the line has none, where this box has %s", async (_, own, wanted) => {
  expect(await lack([true], [own], ['wwan0'])).toBe(wanted)
})
