import { deepStrictEqual, ok } from 'node:assert'
import fc from 'fast-check'
import { describeProblems } from '../../src/config/describe-problems.ts'
import { showConfig } from '../../src/config/show-config.ts'
import { parseYamlFile } from '../../src/config/yaml-file.ts'
import { validateSchedule } from '../../src/system/schedule.ts'
import { load } from '../config/load.ts'
import { check } from './check.ts'
import { dotenv, value, variables, yaml } from './config-texts.ts'

/** Whatever it is, it is a configuration without errors, or errors without a configuration. */
async function mustBeVerdict(given: Parameters<typeof load>[0]): Promise<void> {
  const { config, problems, effective } = await load(given)
  deepStrictEqual(
    config === undefined,
    problems.some(({ severity }) => severity === 'error'),
  )
  for (const { setting, found, expected } of problems)
    ok(![setting, found, expected].includes(''), 'a problem says all')
  const shown = describeProblems(problems) + showConfig(effective)
  ok(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(shown.replaceAll('\n', '')), 'a terminal has nothing to obey')
}

const environments = check(
  { name: 'configuration: any environment and any .env file', share: 40_000, quick: 150 },
  fc.asyncProperty(variables, fc.option(dotenv), fc.option(value), (env, text, file) =>
    mustBeVerdict({ env, ...(text !== null && { dotenv: text }), files: { '/f': file ?? 'text\r\n' } }),
  ),
)

const files = check(
  { name: 'configuration: any YAML file', share: 40_000, quick: 150 },
  fc.asyncProperty(yaml, fc.option(variables), (text, env) => mustBeVerdict({ yaml: text, env: env ?? {} })),
)

const trees = check(
  { name: 'configuration: any YAML is a map, or a problem', share: 20_000, quick: 200 },
  fc.asyncProperty(fc.oneof(yaml, fc.string({ unit: 'binary' })), async (text) => {
    const problems: unknown[] = []
    const tree = await parseYamlFile({ path: 'mxhome.yaml', text }, (problem) => void problems.push(problem))
    ok(tree !== undefined || problems.length > 0)
  }),
)

const field = fc.oneof(
  fc.constantFrom(
    '*',
    '*/5',
    '1-5',
    '5-1',
    '0',
    '60',
    'mon',
    '1,2',
    '*/0',
    '1-',
    '-',
    '*/99',
    '2/3',
    '1e1',
    '?',
    'L',
    '#',
  ),
  fc.string({ maxLength: 4 }),
)
const schedules = check(
  { name: 'configuration: any schedule is one, or told to be none', share: 10_000, quick: 200 },
  fc.property(
    fc.array(field, { maxLength: 8 }).map((fields) => fields.join(' ')),
    (expression) => {
      ok(validateSchedule(expression) !== '')
    },
  ),
)

export const configuration = [environments, files, trees, schedules]
