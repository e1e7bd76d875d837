/** sysexits.h; of several the first that applies in the order 64, 78, 1, 75, 0. */
export const OK = 0
export const USAGE = 64
export const TEMPORARY = 75
export const CONFIGURATION = 78
/** Of `init` alone: 128 and the number of SIGINT, as shells have it. */
export const INTERRUPTED = 130
export type ExitCode = 0 | 1 | 64 | 75 | 78 | 130
