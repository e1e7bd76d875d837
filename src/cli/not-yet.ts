/** Commands that are planned: who calls one shall not be told of a misspelt word, or of a domain named "apply". */
const PLANNED: readonly (readonly [command: string, meanwhile: string])[] = [
  ['config import', 'write the settings anew; each provider has an example: mxhome providers ID'],
]

/** Undefined: no such command was called. `operands`: the arguments without options and their values. */
export function notYet(operands: readonly string[]): string | undefined {
  const words = operands[0] === 'help' ? operands.slice(1) : operands
  const found = PLANNED.find(([command]) => command.split(' ').every((word, i) => words[i] === word))
  return found && `this version does not have the command "mxhome ${found[0]}" yet. Until then ${found[1]}`
}
