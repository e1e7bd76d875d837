import { setFlagsFromString } from 'node:v8'

/**
 * For a process that rests nearly always, for years: JavaScript is kept small rather than fast. Without this, what rounds
 * leave behind is collected late and compilers come into memory for code that runs once in minutes (together about 45 MiB).
 * A flag that a version of Node.js does not know would be told on stderr; 20, 22 and 24 know these. Must come first: what is
 * in memory stays there.
 */
export function keepSmall(): void {
  for (const flag of FLAGS) setFlagsFromString(flag)
}

const FLAGS = [
  '--semi-space-growth-factor=1',
  '--optimize-for-size',
  // The interpreter alone:
  ...['--no-sparkplug', '--no-maglev', '--no-opt'],
]
