import type { LineName } from '../core/plan.ts'
import { describeSuffix, parseSuffix, type Suffix, type SuffixProblem } from '../dns/prefix.ts'
import { type Kind, list, readOf, scalar } from './kind.ts'

/** What Linux takes for an interface's name. */
export const interfaceName: Kind<string> = scalar({
  expected: "an interface's name such as eth0, at most 15 characters",
  read: (text) => readOf(/^[^\s/:]{1,15}$/.test(text) ? text : undefined),
})

/** A key in the state file and in answers. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,62}$/
export const isLineName = (text: string): boolean => NAME.test(text)

export const lineName: Kind<LineName> = scalar({
  expected: 'the name of a line: a letter, then letters, digits, dots, hyphens and underscores, at most 63',
  read: (text) => readOf(isLineName(text) ? text : undefined),
})

const names = list(lineName, { atLeastOne: true })

/** A line, or several: the first that is up. The same one twice is a slip. */
export const lineList: Kind<readonly LineName[]> = {
  ...names,
  expected: `${lineName.expected}; or a list of lines: the first that is up is used`,
  parse(value, report) {
    const texts = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : []
    const trimmed = texts.map((text) => text.trim())
    const twice = trimmed.find((text, i) => trimmed.indexOf(text) !== i)
    if (twice !== undefined && isLineName(twice)) {
      report({ found: `${twice} twice`, expected: 'each line once, the best first', remedy: `remove one ${twice}` })
    }
    return names.parse(value, report)
  },
}

const PROBLEMS: Readonly<Record<SuffixProblem, readonly [expected: string, remedy?: string]>> = {
  form: ['the last bits of an IPv6 address, such as ::25 or ::25/56, or mac:00:11:22:33:44:55'],
  length: ['a prefix length from 16 to 127 behind the slash', 'leave it out for a /64, as nearly every network has'],
  zero: ['a suffix that is not zero: that address is any router of the network (RFC 4291 2.6.1)'],
  subnet: [
    'a suffix whose last 64 bits are not all zero: that address is any router of the network (RFC 4291 2.6.1)',
    "put the host's own bits behind the network's, such as ::1:0:0:0:25/56",
  ],
  'bits-in-prefix': [
    'a suffix with no bits in the prefix, which is the first 64 bits unless a length is given',
    'give the last 64 bits alone (::25), or the length of the prefix behind a slash (::1:0:0:0:25/56)',
  ],
  mac: ['mac: and six pairs of hexadecimal digits, such as mac:00:11:22:33:44:55'],
  'mac-group': ['the address of a network card, not of a group or zero: look it up with ip link on that host'],
  'mac-length': ['no length, or /64: an address made of a MAC has 64 bits', 'leave the length out'],
}

export const ipv6Suffix: Kind<Suffix> = scalar({
  expected: PROBLEMS.form[0],
  read: (text) => {
    const found = parseSuffix(text)
    if (typeof found !== 'string') return { value: found }
    const [expected, remedy] = PROBLEMS[found]
    return { expected, remedy }
  },
  show: describeSuffix,
})
