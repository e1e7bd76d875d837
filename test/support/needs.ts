import { describe } from 'vitest'
import { isInstalled } from './installed.ts'

/** A suite that needs programs (or files, by their path) of this machine. Where one is missing it is left out, with the reason in its name; in CI it fails. */
export function describeWith(programs: readonly string[], name: string, suite: () => void): void {
  const missing = programs.filter((program) => !isInstalled(program))
  if (missing.length === 0 || process.env.CI === 'true') describe(name, suite)
  else describe.skip(`${name} (left out: ${missing.join(', ')} not installed)`, suite)
}
