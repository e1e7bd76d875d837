import * as z from 'zod'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import { failedBy, type Outcome, unchanged, unknown, updated } from '../../core/outcome.ts'
import type { AddressType } from '../../dns/rrset.ts'
import { parseJson } from '../kits/json-api.ts'
import { excerpt, unreadable } from '../kits/status.ts'

/** How a program has ended. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Exit codes with a meaning; 77 and 78 are those of sysexits.h. Any other is a failure that is tried again. */
const EXIT = { updated: 0, unchanged: 10, auth: 77, rejected: 78 } as const

const KINDS = [
  'network',
  'unavailable',
  'rate-limited',
  'auth',
  'rejected',
  'blocked',
  'unsupported',
  'protocol',
] as const
const Said = z.object({
  outcome: z.enum(['updated', 'unchanged', 'failed', 'unknown']).optional(),
  kind: z.enum(KINDS).optional(),
  message: z.string().optional(),
  /** Seconds. */
  retryAfter: z.number().nonnegative().optional(),
})
type Said = z.infer<typeof Said>
/** For all records alike, or by their type. */
const Answer = Said.extend({ records: z.object({ A: Said.optional(), AAAA: Said.optional() }).optional() })

/** 255 is no signal, but how ssh says that it has failed. */
const LAST_SIGNAL = 64

/** What the program says on stdout counts; its exit code says what that leaves open. */
export function judgeProgram(program: string, ended: Ended): (type: AddressType) => Outcome {
  const { code, stdout } = ended
  if (code > 128 && code <= 128 + LAST_SIGNAL) {
    const failure = new Failure('unavailable', `${program} was ended by signal ${code - 128}: ${words(ended)}`, {
      lost: true,
    })
    return () => unknown(failure)
  }
  const answer = stdout.trim().startsWith('{') ? Answer.safeParse(parseJson(stdout)) : undefined
  if (answer?.success === false) {
    const failure = unreadable({ body: stdout }, 'write')
    return () => unknown(failure)
  }
  const { records, ...all } = answer?.data ?? {}
  return (type) => outcomeOf({ ...all, ...records?.[type] }, program, ended)
}

function outcomeOf(said: Said, program: string, ended: Ended): Outcome {
  const outcome = said.outcome ?? BY_CODE[ended.code] ?? 'failed'
  if (outcome === 'updated') return updated
  if (outcome === 'unchanged') return unchanged
  const message = said.message === undefined ? `exit code ${ended.code}: ${words(ended)}` : excerpt(said.message)
  const kind = said.kind ?? KIND_BY_CODE[ended.code] ?? 'unavailable'
  const { retryAfter } = said
  return failedBy(new Failure(kind, `${program}: ${message}`, { retryAfter, lost: outcome === 'unknown' }))
}

const BY_CODE: Readonly<Record<number, 'updated' | 'unchanged'>> = {
  [EXIT.updated]: 'updated',
  [EXIT.unchanged]: 'unchanged',
}
const KIND_BY_CODE: Readonly<Record<number, ErrorKind>> = { [EXIT.auth]: 'auth', [EXIT.rejected]: 'rejected' }

/** The last line of what it complained of. */
const words = ({ stderr }: Ended) => excerpt(stderr.trim().split('\n').at(-1) ?? '')
