import { MINUTE, type Milliseconds, SECOND } from '../core/instant.ts'
import type { LinkRules } from '../core/link.ts'
import type { LineConfig, Problem } from './config.ts'
import { formOf, isMap, type JsonSchema, type Kind, list, type Shape, unknownKey } from './kind.ts'
import { duration, ipSource, wholeNumber } from './kinds.ts'
import { interfaceName, isLineName, lineName } from './line-kinds.ts'
import { type Effective, readSetting, type Sources } from './sources.ts'

/** What holds for all lines, and may be given in each of them as well. YAML alone has them. */
const LINE_RULES = {
  lineDownAfter: { kind: duration(), default: 30 * SECOND },
  failbackAfter: { kind: duration(), default: 10 * MINUTE },
} as const satisfies Record<keyof LinkRules, { kind: Kind<Milliseconds>; default: Milliseconds }>

const RULE_NAMES = Object.keys(LINE_RULES) as readonly (keyof LinkRules)[]

const LINE = {
  ipSources: list(ipSource, { atLeastOne: true }),
  quorum: wholeNumber(1, 100),
  interface: interfaceName,
  lineDownAfter: LINE_RULES.lineDownAfter.kind,
  failbackAfter: LINE_RULES.failbackAfter.kind,
} satisfies Shape

export interface Lines {
  readonly lines: readonly LineConfig[]
  readonly effective: readonly Effective[]
  /** Something about them is wrong, and has been reported. */
  readonly broken: boolean
}

/** Keys of the YAML file that are read here. */
export const LINE_KEYS: readonly string[] = ['lines', ...RULE_NAMES]

const EXPECTED = 'a map of lines, such as {dsl: {interface: eth0}, lte: {interface: wwan0}}'

/** The lines of the YAML file; none: there is one, of the top-level settings, which are also what a line takes that names no sources. */
export async function readLines(common: Pick<LineConfig, 'ipSources' | 'quorum'>, sources: Sources): Promise<Lines> {
  const { tree } = sources
  let broken = false
  const report = (problem: Omit<Problem, 'severity'>) => {
    broken = true
    sources.report({ ...problem, severity: 'error' })
  }
  const effective: Effective[] = []
  const read = async <T>(at: string, raw: unknown, kind: Kind<T>) => {
    const found = await readSetting({ env: undefined, at, raw }, kind, sources)
    broken ||= found.broken
    if (found.value !== undefined && !found.broken)
      effective.push({ setting: at, env: undefined, value: kind.show(found.value), origin: found.origin })
    return found.value
  }
  const rules: Record<string, Milliseconds> = {}
  for (const name of RULE_NAMES)
    rules[name] = (await read(name, own(tree, name), LINE_RULES[name].kind)) ?? LINE_RULES[name].default

  const given = own(tree, 'lines')
  if (given === undefined || given === null) return { lines: [], effective, broken }
  const maps = isMap(given) ? Object.entries(given) : []
  if (maps.length === 0) {
    const remedy = 'name a line, or leave lines out: then there is one'
    report({ setting: 'lines', found: isMap(given) ? 'no line' : formOf(given), expected: EXPECTED, remedy })
  }
  const lines: LineConfig[] = []
  for (const [name, value] of maps) {
    const at = `lines.${name}`
    if (!isLineName(name)) {
      report({ setting: 'lines', found: `a line with the name ${JSON.stringify(name)}`, expected: lineName.expected })
      continue
    }
    if (!isMap(value)) {
      const remedy = 'write interface: NAME below it, or ipSources'
      report({ setting: at, found: formOf(value), expected: 'where the line leads out: {interface: eth0}', remedy })
      continue
    }
    const known = Object.keys(LINE)
    for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
      const { at: inner = '', ...wrong } = unknownKey(key, known)
      report({ setting: at + inner, ...wrong })
    }
    const field = <T>(key: keyof typeof LINE, kind: Kind<T>) => read(`${at}.${key}`, own(value, key), kind)
    const through = await field('interface', LINE.interface)
    const ipSources = await field('ipSources', LINE.ipSources)
    const quorum = await field('quorum', LINE.quorum)
    lines.push({
      ...{ name, interface: through },
      ipSources: ipSources ?? common.ipSources,
      // A number that was meant for other sources means nothing for these.
      quorum: quorum ?? (ipSources ? undefined : common.quorum),
      lineDownAfter: (await field('lineDownAfter', LINE.lineDownAfter)) ?? rules.lineDownAfter!,
      failbackAfter: (await field('failbackAfter', LINE.failbackAfter)) ?? rules.failbackAfter!,
    })
    if (own(value, 'interface') === undefined && own(value, 'ipSources') === undefined) {
      report({
        setting: at,
        found: 'neither interface nor ipSources',
        expected: 'what tells this line from the others',
        remedy: 'name the interface that leads out there, or sources that know its address',
      })
    }
  }
  return { lines, effective, broken }
}

const own = (map: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(map, key) ? (map[key] ?? undefined) : undefined

/** Of `lines` and its rules, for editors. */
export function lineSchemas(): Readonly<Record<string, JsonSchema>> {
  const properties = Object.fromEntries(
    Object.entries(LINE).map(([key, kind]) => [key, { ...kind.schema, ...ABOUT[key] }]),
  )
  const line = { type: 'object', properties, additionalProperties: false }
  return {
    lines: {
      type: 'object',
      additionalProperties: line,
      minProperties: 1,
      description:
        'Several ways out: name -> where it leads out and how its address is learned. Default: one, of the settings at the top',
    },
    ...Object.fromEntries(RULE_NAMES.map((key) => [key, { ...LINE_RULES[key].kind.schema, ...ABOUT[key] }])),
  }
}

const ABOUT: Readonly<Record<string, JsonSchema>> = {
  ipSources: { description: 'Where the public address of this line is learned; unless given, those of the top' },
  quorum: {
    description: 'How many of its sources must agree; unless given, as at the top where ipSources is as there too',
  },
  interface: { description: "The sources are asked from this interface's own address, and the router behind it" },
  lineDownAfter: {
    description: 'How long a line may be without an address before a host with a list of lines takes the next',
    default: '30s',
  },
  failbackAfter: {
    description: 'How long a better line must have been up again before such a host returns to it',
    default: '10m',
  },
}
