import type { WatchWay } from '../line/watch/watcher.ts'
import { type Kind, list, type Report } from './kind.ts'
import { oneOf } from './kinds.ts'

/** `auto`: what is there; none: rounds start on schedule alone. */
export type Watch = 'auto' | readonly WatchWay[]

const words = list(oneOf('auto', 'kernel', 'router', 'probe', 'off'), { atLeastOne: true })
const EXPECTED = 'auto, off, or one or more of kernel, router and probe'

/** `auto`, `off`, or ways to hear of a change: comma separated, in YAML a list. */
export const watch: Kind<Watch> = {
  expected: EXPECTED,
  schema: { ...words.schema, anyOf: [...(words.schema.anyOf as object[]), { const: false }] },
  parse(value, report: Report) {
    // YAML writes false for what other parsers make of off.
    if (value === false) return []
    if (isPush(value)) {
      report({
        found: `"${textsIn(value).join()}"`,
        expected: EXPECTED,
        remedy: 'the push server is always heard: set MXHOME_PUSH_LISTEN',
      })
      return undefined
    }
    const found = words.parse(value, (wrong) => report({ ...wrong, expected: EXPECTED }))
    if (found === undefined || found.length === 0) return undefined
    const ways = found.filter((word) => word !== 'auto' && word !== 'off')
    if (ways.length === found.length) return ways
    if (found.length === 1) return found[0] === 'auto' ? 'auto' : []
    report({ found: `"${found.join(', ')}"`, expected: EXPECTED, remedy: 'auto and off stand alone' })
    return undefined
  },
  show: (value) => (value === 'auto' ? value : value.join(', ') || 'off'),
}

const isPush = (value: unknown): boolean =>
  textsIn(value).some((text) => text.split(',').some((word) => word.trim().toLowerCase() === 'push'))

/** What else a YAML file may hold there is not made text of: it may say itself how. */
const textsIn = (value: unknown): readonly string[] => [value].flat().filter((one) => typeof one === 'string')
