import * as z from 'zod'
import { parseArgv } from '../../core/argv.ts'
import { Failure } from '../../core/failure.ts'
import { SECOND } from '../../core/instant.ts'
import type { Order, Provider } from '../provider.ts'
import { secret, text } from '../provider.ts'
import { judgeProgram } from './command-answer.ts'

const Settings = z.strictObject({
  program: text('Program and arguments, run for each host without a shell; secrets do not belong here').refine(
    (program) => parseArgv(program) !== undefined,
    'expected PROGRAM ARGUMENTS, with every quote closed',
  ),
  secret: secret('A secret for the program, which gets it on its standard input').optional(),
  timeout: z
    .number()
    .int()
    .min(1)
    .max(600)
    .default(60)
    .meta({ description: 'Seconds until the program is ended; 60 unless given' }),
})
type Settings = z.infer<typeof Settings>

const MOST_OUTPUT = 64 * 1024

/** A program of the user's own does the work. docs/own-provider.md says what it is given, and what its answers mean. */
export const command: Provider<Settings> = {
  id: 'command',
  name: 'A program of your own',
  docs: 'https://pubs.opengroup.org/onlinepubs/9799919799/functions/exec.html',
  writes: { together: true, ttl: {} },
  facts: { sure: 'yours', verified: '2026-11' },
  endpoint: '',
  settings: Settings,
  traits: { readable: false, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 },
  async *publish({ settings, rrsets }: Order<Settings>, { exec }) {
    const argv = parseArgv(settings.program)
    if (!argv) throw new Failure('rejected', 'the setting program names no program')
    const records = rrsets.map(({ type, addresses, ttl }) => ({ type, addresses, ttl }))
    const job = { version: 1, host: rrsets[0].owner, records, secret: settings.secret }
    const input = `${JSON.stringify(job)}\n`
    const limits = { timeout: settings.timeout * SECOND, maxBytes: MOST_OUTPUT }
    const judge = judgeProgram(argv[0], await exec({ purpose: 'write', argv, input, ...limits }))
    for (const rrset of rrsets) yield { rrset, outcome: judge(rrset.type) }
  },
}
