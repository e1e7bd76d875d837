import { expect, it } from 'vitest'
import { SECOND } from '../../src/core/instant.ts'
import { isOutdated } from '../../src/core/outdated.ts'
import type { State } from '../../src/core/state.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import { ip, target } from '../support/targets.ts'

const me = target('a.org', 'A', noip)
const LOOK = { began: 1000 * SECOND, ended: 1006 * SECOND }
const NOW = 1010 * SECOND
const with_ = (memory: object, key: string = me.key) =>
  ({ salt: '', mx: {}, targets: { [key]: { writes: [], forced: [], ...memory } } }) as unknown as State
const stamped = (seconds: number) => ({ addresses: [ip('192.0.2.1')], at: seconds * SECOND })

it.each([
  ['nothing has happened', with_({}), NOW, false],
  ['it was published before', with_({ published: stamped(1000) }), NOW, false],
  ['it was published while this round looked', with_({ published: stamped(1003) }), NOW, true],
  ['it was published since', with_({ published: stamped(1008) }), NOW, true],
  ['it is being published', with_({ intent: stamped(1008) }), NOW, true],
  ['of another target', with_({ published: stamped(1008) }, 'b.org A'), NOW, false],
  ['a stamp in the future', with_({ published: stamped(1011) }), NOW, false],
  ['half a minute', with_({}), LOOK.ended + 30 * SECOND, false],
  ['more than that', with_({}), LOOK.ended + 30 * SECOND + 1, true],
])('%s', (_, state, now, expected) => expect(isOutdated(LOOK, [me], state, now)).toBe(expected))
