import { parseArgv } from '../../core/argv.ts'
import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import { onlyAddressIn } from '../only-address.ts'
import type { IpSource } from '../source.ts'

const LIMITS = { timeout: 5 * SECOND, maxBytes: 4096 }

/** `command:PROGRAM ARGUMENTS`: a program that prints the address. No shell: only quotes have a meaning. */
export function command(rest: string | undefined): IpSource | undefined {
  const argv = parseArgv(rest ?? '')
  if (!argv) return undefined
  const [program, ...args] = argv
  const id = `command:${program}${args.length > 0 ? ' ...' : ''}` // arguments may be secret
  return {
    id,
    view: 'given',
    types: ['A', 'AAAA'],
    addresses: async (type, world, signal) => {
      const { code, stdout } = await world.exec.run({ argv, ...LIMITS }, signal)
      if (code !== 0)
        throw new Failure('unavailable', `${id}: ended with exit code ${code}; what it printed is discarded`)
      return onlyAddressIn(stdout, type, id)
    },
  }
}
