import type { Problem } from './config.ts'

/** All problems for a person, errors first; '' if there are none. Ends with a line break. */
export function describeProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity === 'warn')
  const counts = [count(errors.length, 'error'), count(warnings.length, 'warning')].filter((part) => part !== '')
  if (counts.length === 0) return ''
  const head = `The configuration has ${counts.join(' and ')}.`
  return `${[head, ...errors.map(describe), ...warnings.map(describe)].join('\n\n')}\n`
}

function describe({ setting, found, expected, remedy, severity }: Problem): string {
  const lines = [
    severity === 'warn' ? `${setting} (warning)` : setting,
    `  found     ${found}`,
    `  expected  ${expected}`,
    ...(remedy === undefined ? [] : [`  remedy    ${remedy}`]),
  ]
  return lines.map(harmless).join('\n')
}

/** Paths, names and values come from outside: nothing of them may steer a terminal, or begin a line. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?')

function count(number: number, what: string): string {
  return number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`
}
