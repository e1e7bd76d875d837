import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import { onlyAddressIn } from '../only-address.ts'
import type { IpSource } from '../source.ts'

const LIMITS = { timeout: 5 * SECOND, maxBytes: 4096 }
/** A run of what is neither blank nor quote, and of quoted pieces. */
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g

/** `command:PROGRAM ARGUMENTS`: a program that prints the address. No shell: only quotes have a meaning. */
export function command(rest: string | undefined): IpSource | undefined {
  const [program, ...args] = argvOf(rest ?? '') ?? []
  if (!program) return undefined
  const id = `command:${program}${args.length > 0 ? ' ...' : ''}` // arguments may be secret
  return {
    id,
    view: 'given',
    types: ['A', 'AAAA'],
    addresses: async (type, world, signal) => {
      const { code, stdout } = await world.exec.run({ argv: [program, ...args], ...LIMITS }, signal)
      if (code !== 0)
        throw new Failure('unavailable', `${id}: ended with exit code ${code}; what it printed is discarded`)
      return onlyAddressIn(stdout, type, id)
    },
  }
}

function argvOf(text: string): readonly string[] | undefined {
  if (text.replace(WORD, '').trim() !== '') return undefined // a quote that is never closed
  return text.match(WORD)?.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, one, two) => one ?? two))
}
