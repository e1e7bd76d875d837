import { CONFIGURATION, type ExitCode, OK, TEMPORARY, USAGE } from './exit-codes.ts'

const ORDER: readonly ExitCode[] = [USAGE, CONFIGURATION, 1, TEMPORARY, OK]

/** Of several the first that applies. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode => ORDER.find((code) => codes.includes(code)) ?? OK
